"""Text to be read: 16 over 25 pixels, a gutter, and marks painted behind words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit

from assistant.gui import fonts
from assistant.gui.margin_signs import MarginSigns
from assistant.gui.marks import Mark, Sign, paint_chosen, paint_sign
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size, Space

LINE_HEIGHT = 119.0  # per cent: 25 pixels for 16
PARAGRAPH_GAP = 9
TAB_GAP = 28
WIDEST_COLUMN = 240
# Room for a mark's edge and the writing cursor inside the viewport: fixed frame margins.
PAD, PAD_RIGHT = 4, 8
_RESTYLED = (QEvent.Type.StyleChange, QEvent.Type.FontChange)
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


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


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """Every block, in order."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _tab_stops(rows: Sequence[QTextBlock], metrics: QFontMetricsF) -> list[QTextOption.Tab]:
    """Where the columns of ``rows`` begin: after the widest of what stands before."""
    widest: dict[int, float] = {}
    for row in rows:
        for column, words in enumerate(row.text().split("\t")[:-1]):
            width = min(metrics.horizontalAdvance(words), theme().px(WIDEST_COLUMN))
            widest[column] = max(width, widest.get(column, 0.0))
    stops, left = [], 0.0
    for width in widest.values():
        left += width + theme().px(TAB_GAP)
        stops.append(QTextOption.Tab(left, QTextOption.TabType.LeftTab))
    return stops


class ReadingText(QTextEdit):
    """A text editor set for reading. ``measure`` bounds the width of its text. A click on the
    passage of a point, or on its sign in the margin, is ``sign_chosen``; ``drawn`` follows every
    paint, since what is drawn over the text must move with it."""

    sign_chosen = Signal(object)
    drawn = Signal()

    def __init__(self, name: str, right_margin: int, measure: int = 0) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self._passed: tuple[Mark, ...] = ()
        self._signs: tuple[Sign, ...] = ()
        self._right_margin = right_margin
        self._measure = measure
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.margin = MarginSigns(self)
        self.margin.chosen.connect(self.sign_chosen)
        self.setDocument(QTextDocument(self))
        self.verticalScrollBar().rangeChanged.connect(self._set_margins)

    def setDocument(self, document: QTextDocument) -> None:
        """Show ``document``, set in our font and margins."""
        document.setDocumentMargin(0)
        set_frame(document)
        document.setDefaultFont(fonts.font(Size.READ))
        super().setDocument(document)
        self.align_columns()
        self._set_margins()

    def rescale(self) -> None:
        """Take the font from the theme; the text and its undo history stay."""
        self.document().setDefaultFont(fonts.font(Size.READ))
        self.align_columns()
        self._set_margins()

    def align_columns(self) -> None:
        """Set the tab stops so that what stands between tabs stands in columns; no step to undo."""
        document = self.document()
        rows = [b for b in blocks(document) if "\t" in b.text()]
        stops = _tab_stops(rows, QFontMetricsF(document.defaultFont()))
        wanted = [row for row in rows if row.blockFormat().tabPositions() != stops]
        if not wanted:
            return
        cursor = QTextCursor(document)
        begun = document.isUndoAvailable()
        if begun:
            cursor.joinPreviousEditBlock()
        else:
            document.setUndoRedoEnabled(False)
            cursor.beginEditBlock()
        for row in wanted:
            cursor.setPosition(row.position())
            block = row.blockFormat()
            block.setTabPositions(stops)
            cursor.setBlockFormat(block)
        cursor.endEditBlock()
        document.setUndoRedoEnabled(True)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show ``marks`` as chosen, and nothing else."""
        self._marks = tuple(marks)
        self._invert_ink()
        self.viewport().update()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def pass_over(self, marks: Sequence[Mark]) -> None:
        """Show ``marks`` quietly, as long as the mouse is on what they belong to."""
        if self._passed != tuple(marks):
            self._passed = tuple(marks)
            self.viewport().update()

    @property
    def passed(self) -> tuple[Mark, ...]:
        return self._passed

    def set_signs(self, signs: Sequence[Sign]) -> None:
        """Show the passages of the points, and nothing else."""
        self._signs = tuple(signs)
        self._invert_ink()
        self.margin.follow()
        self.viewport().update()

    @property
    def signs(self) -> tuple[Sign, ...]:
        return self._signs

    def visible_signs(self) -> list[Sign]:
        """The signs of what is scrolled into view."""
        if not self._signs:
            return []
        first = self.cursorForPosition(QPoint(0, 0)).block().position()
        corner = self.viewport().rect().bottomRight()
        last_block = self.cursorForPosition(corner).block()
        last = last_block.position() + last_block.length()
        return [s for s in self._signs if s.mark.end >= first and s.mark.start <= last]

    def sign_at(self, position: QPointF) -> Sign | None:
        """The sign whose passage is at ``position`` of the viewport, the chosen one first."""
        found = [
            sign
            for sign in self.visible_signs()
            if any(area.contains(position) for area in self.areas(sign.mark))
        ]
        return min(found, key=lambda sign: not sign.chosen, default=None)

    def bring_into_view(self, mark: Mark) -> None:
        """Scroll as far as needed for ``mark`` to be read."""
        areas = self.areas(mark)
        if not areas:
            return
        top, bottom = areas[0].top(), areas[-1].bottom()
        height = self.viewport().height()
        if top < Space.L or bottom > height - Space.L:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + round(top - height / 3))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _RESTYLED and hasattr(self, "_marks"):
            self.rescale()
            self._invert_ink()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()
        self.margin.setGeometry(0, 0, Space.GUTTER - PAD, self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            sign = self.sign_at(event.position())
            if sign is not None:
                self.sign_chosen.emit(sign.point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        self._open_gap()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_marks(painter)
        painter.end()
        super().paintEvent(event)
        self.margin.follow()
        self.drawn.emit()

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
        for marks, underlined in ((self._passed, False), (self._marks, True)):
            areas = [area for mark in marks for area in self.areas(mark)]
            paint_chosen(painter, areas, underlined=underlined)
        for sign in sorted(self.visible_signs(), key=lambda sign: sign.chosen):
            paint_sign(painter, sign, self.areas(sign.mark))

    def _invert_ink(self) -> None:
        """In high contrast the fill is solid: the ink on it turns too, without reflow."""
        selections = []
        filled = [self.select(mark) for mark in self._marks]
        filled += [sign.cursor for sign in self._signs if sign.chosen]
        for cursor in filled if tokens().contrast else ():
            selection = QTextEdit.ExtraSelection()
            ink = QTextCharFormat()
            ink.setForeground(QColor(tokens().on_accent_fill))
            selection.cursor, selection.format = cursor, ink
            selections.append(selection)
        self.setExtraSelections(selections)

    def select(self, mark: Mark) -> QTextCursor:
        """A cursor that selects ``mark`` and follows it through the edits."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(mark.start)
        cursor.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _open_gap(self) -> None:
        """A thin empty line becomes a whole one once something is typed in it."""
        block = self.textCursor().block()
        if self.isReadOnly():
            return
        if block.text() and block.blockFormat().lineHeightType() == _FIXED:
            cursor = self.textCursor()
            cursor.joinPreviousEditBlock()
            cursor.mergeBlockFormat(body_format())
            cursor.endEditBlock()

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
