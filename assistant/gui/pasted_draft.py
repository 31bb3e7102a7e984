"""A draft that the clinician brings: any text, its headings told from its lines."""

from __future__ import annotations

from assistant.documents import Draft, Mode, Passage, Section
from assistant.drafting.document_type import DocumentType
from assistant.verification.sentences import sentences


def pasted_draft(text: str, form: DocumentType) -> Draft:
    """``text`` as a draft of ``form``, nothing changed but the blank lines around headings."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").strip("\n")
    lines = plain.split("\n")
    headings = _headings(lines, plain)
    sections: list[Section] = []
    title, under = "", list[str]()
    for number, line in enumerate(lines):
        if number in headings:
            sections.append(_section(title, under))
            title, under = line, []
        else:
            under.append(line)
    sections.append(_section(title, under))
    kept = tuple(section for section in sections if section.filled)
    return Draft(form.id, Mode.VERIFIED, kept or (Section("", (Passage(""),)),), (), finished=True)


def _headings(lines: list[str], plain: str) -> set[int]:
    """The lines that are titles with something right under them."""
    starts = {sentence.span.start for sentence in sentences(plain) if sentence.is_title}
    titles, start = set[int](), 0
    for number, line in enumerate(lines):
        if line.strip() and start + len(line) - len(line.lstrip()) in starts:
            titles.add(number)
        start += len(line) + 1
    return {
        number
        for number in titles
        if number + 1 < len(lines) and lines[number + 1].strip() and number + 1 not in titles
    }


def _section(title: str, lines: list[str]) -> Section:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return Section(title, tuple(Passage(line) for line in lines))
