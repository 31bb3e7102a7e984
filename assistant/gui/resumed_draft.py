"""A draft as its clinician had corrected it, made again from its plain text."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.documents import Draft, Passage, Section


def corrected(draft: Draft, text: str) -> Draft:
    """``draft`` with the words of ``text``: a passage that was not touched still knows where it
    was copied from. The text of the result is ``text``, always."""
    if text in ("", draft.text):
        return draft
    sections = tuple(_sections(draft, text))
    made = Draft(draft.document_type, draft.mode, sections, draft.left_out, draft.finished)
    if made.text == text:
        return made
    whole = Section("", tuple(Passage(line) for line in text.split("\n")))
    return Draft(draft.document_type, draft.mode, (whole,), draft.left_out, draft.finished)


def _sections(draft: Draft, text: str) -> Iterator[Section]:
    """The blocks of ``text``, a blank line apart, each under its heading; then those headings of
    ``draft`` that are still empty, so that what is missing still shows."""
    titled = {section.title: section for section in draft.sections if section.title}
    seen: set[str] = set()
    for block in text.split("\n\n"):
        first, _, rest = block.partition("\n")
        known = titled.get(first)
        if known is None or not rest:
            yield Section("", tuple(Passage(line) for line in block.split("\n")))
            continue
        seen.add(first)
        origins = {passage.text: passage.source_span for passage in known.passages}
        lines = tuple(Passage(line, origins.get(line)) for line in rest.split("\n"))
        yield Section(first, lines, known.unsorted)
    yield from (Section(t, (), s.unsorted) for t, s in titled.items() if t not in seen)
