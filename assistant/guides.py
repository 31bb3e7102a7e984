"""The nouns of the guides: guides, their blocks, passages, citations, answers.

A guide's ``text`` is its plain text, without markup: the texts of its blocks, a blank line between
two. Spans are Python string indices (Unicode code points) into that text. Pages count from 1;
rectangles are in points of the PDF page, from its top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.documents import Span


class BlockKind(StrEnum):
    """What a block of a guide is."""

    HEADING = "titre"
    PARAGRAPH = "paragraphe"
    BULLET = "puce"
    NUMBERED = "numéro"


class Style(StrEnum):
    """How a run of a block is set."""

    BOLD = "gras"
    ITALIC = "italique"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a block that are set otherwise than the rest."""

    span: Span
    style: Style


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 is the guide's title), a paragraph, or an item of a list, which
    ``number`` numbers where it is numbered. The page is where it begins, in the guide's PDF."""

    kind: BlockKind
    span: Span
    level: int = 0
    number: int = 0
    page: int | None = None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A line of the guide's text on a page of its PDF: ``span`` is what stands in it."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    span: Span


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question in a reader's words, and the section of the passage that answers it."""

    section: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide. ``review`` is the date it should have been read again by; ``avec`` are letters of
    the A.V.E.C. method. ``lines`` say where its text stands in the PDF, where that is known;
    ``questions`` are some that its passages answer."""

    id: str
    title: str
    version: str
    dated: date
    text: str
    blocks: tuple[Block, ...]
    review: date | None = None
    audience: tuple[str, ...] = ()
    avec: tuple[str, ...] = ()
    summary: str = ""
    lines: tuple[Rectangle, ...] = ()
    questions: tuple[GuideQuestion, ...] = ()

    def overdue(self, today: date) -> bool:
        """True once the review date is past."""
        return self.review is not None and today > self.review


@dataclass(frozen=True, slots=True)
class GuidePassage:
    """A piece of a guide that answers by itself: ``text`` is the guide's, verbatim, at ``span``.
    ``section`` is the path of headings above it, the guide's title left out."""

    guide: str
    version: str
    section: tuple[str, ...]
    page: int | None
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage under the number that an answer gives it; ``quoted`` are the spans of the guide
    that the answer repeats or rests on. ``overdue`` says that the guide is past its review."""

    number: int
    passage: GuidePassage
    guide_title: str
    quoted: tuple[Span, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer and the number of the citation that supports it. ``under`` is the
    heading it stands under in the guide, where it needs one to be understood (« À ne pas faire »):
    it is always shown with it."""

    text: str
    citation: int
    under: str = ""

    @property
    def whole(self) -> str:
        """The sentence with its heading and its number, as one reads it."""
        return f"{self.under}{' – ' if self.under else ''}{self.text} [{self.citation}]"


class Refusal(StrEnum):
    """Why a question got no answer."""

    NOT_COVERED = "hors_guides"
    PATIENT_TEXT = "texte_patient"


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences with their citations; or a refusal, its advice, and the nearest passages.

    ``written`` is True where a model wrote the sentences; else they are the guides', verbatim.
    ``questions`` are neighbouring ones, that the guides answer.
    """

    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    questions: tuple[str, ...] = ()
    refusal: Refusal | None = None
    advice: str = ""
    written: bool = False

    @property
    def refused(self) -> bool:
        """True if there is no answer."""
        return self.refusal is not None

    @property
    def text(self) -> str:
        """The sentences as one reads them, one a line."""
        return "\n".join(sentence.whole for sentence in self.sentences)
