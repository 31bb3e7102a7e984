"""Text to be read: 16 over 25 pixels, a gutter, and marks painted behind words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLine,
)
from PySide6.QtWidgets import QTextEdit

from assistant.gui import fonts
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size, Space

LINE_HEIGHT = 119.0  # per cent: 25 pixels for 16
PARAGRAPH_GAP = 9
MARK_BELOW = 4
# Room for a mark's edge and the writing cursor inside the viewport: fixed frame margins.
PAD, PAD_RIGHT = 4, 8
_RESTYLED = (QEvent.Type.StyleChange, QEvent.Type.FontChange)
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


@dataclass(frozen=True, slots=True)
class Mark:
    """A chosen run of text, in Qt's offsets into the document."""

    start: int
    end: int


def body_format() -> QTextBlockFormat:
    """A paragraph of read text."""
    block = QTextBlockFormat()
    block.setLineHeight(LINE_HEIGHT, _PROPORTIONAL)
    return block


def gap_format() -> QTextBlockFormat:
    """An empty line between two paragraphs: kept, but thin."""
    block = QTextBlockFormat()
    block.setLineHeight(theme().px(PARAGRAPH_GAP), _FIXED)
    return block


def set_frame(document: QTextDocument) -> None:
    """Give ``document`` its fixed margins; before its history begins, since Qt records them."""
    frame = document.rootFrame().frameFormat()
    frame.setLeftMargin(PAD)
    frame.setRightMargin(PAD_RIGHT)
    frame.setTopMargin(2)
    frame.setBottomMargin(Space.L)
    document.rootFrame().setFrameFormat(frame)


class ReadingText(QTextEdit):
    """A text editor set for reading. ``measure`` bounds the width of its text."""

    def __init__(self, name: str, right_margin: int, measure: int = 0) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self._right_margin = right_margin
        self._measure = measure
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setDocument(QTextDocument(self))
        self.verticalScrollBar().rangeChanged.connect(self._set_margins)

    def setDocument(self, document: QTextDocument) -> None:
        """Show ``document``, set in our font and margins."""
        document.setDocumentMargin(0)
        set_frame(document)
        document.setDefaultFont(fonts.font(Size.READ))
        super().setDocument(document)
        self._set_margins()

    def rescale(self) -> None:
        """Take the font from the theme; the text and its undo history stay."""
        self.document().setDefaultFont(fonts.font(Size.READ))
        self._set_margins()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show ``marks`` as chosen, and nothing else."""
        self._marks = tuple(marks)
        self._invert_ink()
        self.viewport().update()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _RESTYLED and hasattr(self, "_marks"):
            self.rescale()
            self._invert_ink()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_marks(painter)
        painter.end()
        super().paintEvent(event)

    def areas(self, mark: Mark) -> list[QRectF]:
        """Where ``mark`` stands in the viewport, one rectangle a line, trailing spaces left out."""
        found = []
        block = self.document().findBlock(mark.start)
        while block.isValid() and block.position() < mark.end:
            found += self._block_areas(block, mark)
            block = block.next()
        return found

    def position_y(self, position: int) -> float:
        """The bottom of the line that holds ``position``, in the viewport's pixels."""
        block = self.document().findBlock(position)
        if not block.isValid():
            block = self.document().lastBlock()
        self._lay_out(block)
        line = block.layout().lineForTextPosition(position - block.position())
        top = self._block_top(block)
        return top + (line.rect().bottom() if line.isValid() else 0)

    def _lay_out(self, block: QTextBlock) -> None:
        """A long text is laid out bit by bit: make sure that ``block`` has its place."""
        self.document().documentLayout().blockBoundingRect(block)

    def _block_areas(self, block: QTextBlock, mark: Mark) -> list[QRectF]:
        self._lay_out(block)
        layout, found = block.layout(), []
        first = max(mark.start - block.position(), 0)
        last = min(mark.end - block.position(), block.length() - 1)
        for index in range(layout.lineCount()):
            line = layout.lineAt(index)
            start = max(first, line.textStart())
            end = min(last, line.textStart() + line.textLength())
            piece = block.text()[start:end]
            end -= len(piece) - len(piece.rstrip())
            if end > start:
                found.append(self._line_area(block, line, start, end))
        return found

    def _line_area(self, block: QTextBlock, line: QTextLine, start: int, end: int) -> QRectF:
        left = self._x(line, start)
        right = self._x(line, end)
        origin = block.layout().position()
        dx = origin.x() - self.horizontalScrollBar().value()
        top = self._block_top(block) + line.y()
        return QRectF(left + dx, top, right - left, line.height())

    @staticmethod
    def _x(line: QTextLine, position: int) -> float:
        where: Any = line.cursorToX(position)
        return float(where[0] if isinstance(where, tuple) else where)

    def _block_top(self, block: QTextBlock) -> float:
        return block.layout().position().y() - self.verticalScrollBar().value()

    def _paint_marks(self, painter: QPainter) -> None:
        t, below = tokens(), theme().px(MARK_BELOW)
        areas = [area for mark in self._marks for area in self.areas(mark)]
        boxes = [area.adjusted(-2, -1, 1, below).toRect() for area in areas]
        for box in boxes:
            painter.fillRect(box, QColor(t.accent_fill))
        for box in boxes if not t.contrast else ():
            painter.fillRect(box.adjusted(0, box.height() - 2, 0, 0), QColor(t.accent))

    def _invert_ink(self) -> None:
        """In high contrast the fill is solid: the ink on it turns too, without reflow."""
        selections = []
        for mark in self._marks if tokens().contrast else ():
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(mark.start)
            cursor.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
            ink = QTextCharFormat()
            ink.setForeground(QColor(tokens().on_accent_fill))
            selection.cursor, selection.format = cursor, ink
            selections.append(selection)
        self.setExtraSelections(selections)

    def _set_margins(self) -> None:
        """Keep the text as wide with a scroll bar as without one."""
        left = Space.GUTTER - PAD
        room = self.width() - left
        right = self._right_margin - PAD_RIGHT
        if self._measure:
            right = max(right, room - theme().px(self._measure) - PAD - PAD_RIGHT)
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() > 0 else 0
        self.setViewportMargins(left, 0, max(right - taken, 0), 0)
