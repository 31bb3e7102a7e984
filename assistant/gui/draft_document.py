"""A draft as a text document: what each block is, and where each passage was copied from.

The span travels with the characters, as a property of their format, so it follows them when
the clinician edits the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QSyntaxHighlighter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)

from assistant.documents import Draft, Section, Span
from assistant.gui.marks import Mark
from assistant.gui.phrases import UNSORTED_NOTE
from assistant.gui.reading_text import PARAGRAPH_GAP, blocks, body_format, gap_format
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size

_KIND = QTextFormat.Property.UserProperty.value + 1
_START = _KIND + 1
_END = _KIND + 2
PLAN_PITCH, PLAN_PITCH_WRITING = 45, 28
PLAN_GAP = 11


class Kind(StrEnum):
    """What a block of the document is."""

    HEADING = "rubrique"
    TEXT = "texte"
    NOTE = "note"
    PLAN = "plan"


def plan_pitch(lines: int, room: int) -> float:
    """How far apart ``lines`` stand to fit into ``room`` pixels: airy, or at least readable."""
    airy, tight = theme().px(PLAN_PITCH), theme().px(PLAN_PITCH_WRITING)
    return min(max(room / max(lines, 1), tight), airy)


_SECOND = {Kind.NOTE: Size.SECONDARY, Kind.PLAN: Size.CONTROL}


class DraftWriter:
    """Writes into one document, from its start to its end."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._cursor = QTextCursor(document)
        self._begun = False

    def write_plan(self, titles: Sequence[str], pitch: float) -> None:
        """Only the plan of a form, a line every ``pitch`` pixels."""
        self._restart()
        for title in titles:
            self._plan_line(title, pitch)
        self._finish()

    def write(self, draft: Draft, *, writing: bool) -> None:
        """The whole draft; while ``writing``, headings that are still empty keep their place."""
        self._restart()
        before = Kind.HEADING
        for section in draft.sections:
            if section.filled:
                self._section(section, PLAN_GAP if before is Kind.PLAN else PARAGRAPH_GAP)
                before = Kind.TEXT
            elif writing and not section.unsorted and section.title:
                pitch = theme().px(PLAN_PITCH_WRITING)
                self._plan_line(section.title, pitch, after_text=before is Kind.TEXT)
                before = Kind.PLAN
        self._finish()

    def _restart(self) -> None:
        self._document.setUndoRedoEnabled(False)
        self._cursor.beginEditBlock()
        self._cursor.select(QTextCursor.SelectionType.Document)
        self._cursor.removeSelectedText()
        self._begun = False

    def _finish(self) -> None:
        self._cursor.endEditBlock()
        self._document.setUndoRedoEnabled(True)

    def _section(self, section: Section, gap: int) -> None:
        if section.title:
            self._block(section.title, Kind.HEADING, heading_ink(), gap)
            gap = 0
        if section.unsorted:
            self._block(UNSORTED_NOTE, Kind.NOTE, QTextCharFormat(), 0)
        for passage in section.passages:
            self._block(passage.text, Kind.TEXT, passage_ink(passage.source_span), gap)
            gap = 0

    def _plan_line(self, title: str, pitch: float, *, after_text: bool = False) -> None:
        line = round(theme().px(Size.CONTROL) * 1.3)
        spare = max(pitch - line, 0)
        first = not self._begun
        self._block(title, Kind.PLAN, QTextCharFormat(), 0)
        block = self._cursor.blockFormat()
        block.setLineHeight(100, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
        block.setTopMargin(0 if first else theme().px(PLAN_GAP) if after_text else spare)
        self._cursor.setBlockFormat(block)

    def _block(self, text: str, kind: Kind, ink: QTextCharFormat, gap: int) -> None:
        block = block_format(kind, gap if self._begun else 0, thin=self._begun and not text)
        if self._begun:
            self._cursor.insertBlock(block, ink)
        else:
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(ink)
        self._cursor.insertText(text, ink)
        self._begun = True


class SecondInk(QSyntaxHighlighter):
    """Colours what is ours in a draft, the plan and the note, without a trace in its history."""

    def highlightBlock(self, text: str) -> None:
        size = _SECOND.get(kind_of(self.currentBlock()))
        if size is not None:
            ink = QTextCharFormat()
            ink.setProperty(QTextFormat.Property.FontPixelSize, theme().px(size))
            ink.setForeground(QBrush(QColor(tokens().ink2)))
            self.setFormat(0, len(text.encode("utf-16-le")) // 2, ink)


def block_format(kind: Kind, gap: int = 0, *, thin: bool = False) -> QTextBlockFormat:
    """A block of a draft, ``gap`` pixels under the one before; ``thin`` for an empty line."""
    block = gap_format() if thin else body_format()
    block.setProperty(_KIND, str(kind))
    block.setTopMargin(theme().px(gap))
    return block


def heading_ink() -> QTextCharFormat:
    """Headings are bold, at the size of the text."""
    ink = QTextCharFormat()
    ink.setFontWeight(QFont.Weight.Bold)
    return ink


def passage_ink(span: Span | None) -> QTextCharFormat:
    """Text under a heading, and where it was copied from."""
    ink = QTextCharFormat()
    if span is not None:
        ink.setProperty(_START, span.start)
        ink.setProperty(_END, span.end)
    return ink


def kind_of(block: QTextBlock) -> Kind:
    """What ``block`` is; a block the clinician typed is text."""
    value = block.blockFormat().stringProperty(_KIND)
    return Kind(value) if value else Kind.TEXT


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def _span_of(ink: QTextCharFormat) -> Span | None:
    if not ink.hasProperty(_START):
        return None
    return Span(ink.intProperty(_START), ink.intProperty(_END))


def span_at(document: QTextDocument, position: int) -> Span | None:
    """The span of the source that the character at ``position`` was copied from."""
    for fragment in _fragments(document.findBlock(position)):
        if fragment.position() <= position <= fragment.position() + fragment.length():
            span = _span_of(fragment.charFormat())
            if span is not None:
                return span
    return None


def marks_of(document: QTextDocument, span: Span) -> list[Mark]:
    """Where in the document the passages copied from ``span`` stand."""
    return [
        Mark(fragment.position(), fragment.position() + fragment.length())
        for block in blocks(document)
        for fragment in _fragments(block)
        if _span_of(fragment.charFormat()) == span
    ]
