"""The nouns that every room shares: sources, clauses, drafts, coverage.

Offsets are Python string indices (Unicode code points) into ``Source.text``;
Qt's UTF-16 offsets are converted in the window, in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How a draft is made."""

    STRICT_COPY = "copie"
    VERIFIED = "verifie"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``start <= i < end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}, {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def cut(self, text: str) -> str:
        """The characters of ``text`` inside this span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Source:
    """The clinician's text a draft is made from, kept exactly as it was given."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a source that is copied as a whole.

    ``span`` covers the clause with its label; ``content`` leaves out a leading label that is only
    a title, such as « ATCD : » (equal to ``span`` where there is none, or where the label says
    more). ``label_topic`` is the topic that the label announces, or an empty string.
    """

    span: Span
    content: Span
    label_topic: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a source was read, in characters; ``unread`` lists the gaps in order."""

    read: int
    total: int
    unread: tuple[Span, ...] = ()

    @property
    def complete(self) -> bool:
        """True if the whole source was read."""
        return not self.unread


@dataclass(frozen=True, slots=True)
class Passage:
    """One run of draft text. ``source_span`` tells where it was copied from, if it was."""

    text: str
    source_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the form and what stands under it."""

    title: str
    passages: tuple[Passage, ...] = ()
    unsorted: bool = False

    @property
    def filled(self) -> bool:
        """True if something stands under the heading."""
        return bool(self.passages)


@dataclass(frozen=True, slots=True)
class Draft:
    """Text a model filed or wrote, by section, in the order of the form.

    ``left_out`` are the spans of the source that were read and put nowhere.
    """

    document_type: str
    mode: Mode
    sections: tuple[Section, ...]
    left_out: tuple[Span, ...] = ()
    finished: bool = False

    @property
    def text(self) -> str:
        """The draft as plain text: filled sections only, a blank line between two."""
        blocks = []
        for section in self.sections:
            if section.filled:
                lines = [section.title] if section.title else []
                lines += [passage.text for passage in section.passages]
                blocks.append("\n".join(lines))
        return "\n\n".join(blocks)

    @property
    def used(self) -> tuple[Span, ...]:
        """The spans of the source that stand in the draft, in the order of the source."""
        spans = {
            passage.source_span
            for section in self.sections
            for passage in section.passages
            if passage.source_span is not None
        }
        return tuple(sorted(spans, key=lambda span: span.start))
