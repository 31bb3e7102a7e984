"""The thread: ties the chosen point to its passages, in the margins, never under text."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.gui.draft_view import DraftView
from assistant.gui.marks import Look, Sign
from assistant.gui.points_pane import PointsPane
from assistant.gui.reading_text import ReadingText
from assistant.gui.review import Review
from assistant.gui.source_editor import SourceEditor
from assistant.gui.theme import tokens

TICK = 5
# From a pane's right edge: where a passage ends the thread, and where it climbs.
SOURCE_END, DRAFT_END, CLIMB = 14, 23, 10
SIGN_LEFT = 15  # from the draft pane's left edge
ARROW = 4


@dataclass(frozen=True, slots=True)
class _End:
    """Where a text is met: at the height of its passage, or at the edge that hides it."""

    y: int
    hidden: int = 0  # -1 above, 1 below


class Thread(QWidget):
    """Lies over the panes and lets the mouse through; ``follow`` moves it."""

    def __init__(
        self,
        ground: QWidget,
        review: Review,
        source: SourceEditor,
        draft: DraftView,
        points: PointsPane,
    ) -> None:
        super().__init__(ground)
        self._ground = ground
        self._review, self._source, self._draft, self._points = review, source, draft, points
        self._lines: tuple[tuple[QPoint, ...], ...] = ()
        self._look = Look.GRAVE
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("")
        source.drawn.connect(self.follow)
        draft.drawn.connect(self.follow)
        points.area.verticalScrollBar().valueChanged.connect(self.follow)

    @property
    def lines(self) -> tuple[tuple[QPoint, ...], ...]:
        """What is drawn: open polygons, in this widget."""
        return self._lines

    def follow(self) -> None:
        """Run between where the point and its passages now are."""
        chosen = self._review.chosen
        lines = self._run() if chosen is not None else ()
        look = chosen.look if chosen is not None else self._look
        if lines != self._lines or look is not self._look:
            self._lines, self._look = lines, look
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self._look.colour, max(tokens().line, 1.5)))
        for line in self._lines:
            painter.drawPolyline(list(line))

    def _run(self) -> tuple[tuple[QPoint, ...], ...]:
        start = self._points.anchor()
        draft = self._end(self._draft)
        source = self._end(self._source)
        lines: list[tuple[QPoint, ...]] = []
        pane = self._area(self._draft)
        climb = pane.right() - CLIMB
        if start is not None and (draft or source):
            begins = self._points.mapTo(self._ground, start) - self.pos()
            foot = draft if draft is not None else _End(pane.top() - TICK)
            ends = pane.right() - DRAFT_END if draft and not draft.hidden else climb
            lines.append((begins, QPoint(climb, begins.y()), QPoint(climb, foot.y)))
            if draft is not None:
                lines += _met(climb, ends, draft)
        if source is not None and (draft is not None or start is not None):
            lines += self._to_source(source, draft, pane, climb)
        return tuple(lines)

    def _to_source(
        self, source: _End, draft: _End | None, pane: QRect, climb: int
    ) -> list[tuple[QPoint, ...]]:
        """From the draft's passage, or over the draft where it has none, to the source's."""
        border = pane.left() - 1
        over = pane.top() - TICK
        lines: list[tuple[QPoint, ...]] = []
        if draft is None:
            lines.append((QPoint(climb, over), QPoint(border, over), QPoint(border, source.y)))
        else:
            first = QPoint(pane.left() + SIGN_LEFT, draft.y)
            begins = (first,) if not draft.hidden else ()
            lines.append((*begins, QPoint(border, draft.y), QPoint(border, source.y)))
            if draft.hidden:
                lines += _arrow(border, draft)
        ends = self._area(self._source).right() - SOURCE_END if not source.hidden else border
        return lines + _met(border, ends, source)

    def _end(self, text: ReadingText) -> _End | None:
        sign = next((sign for sign in text.signs if sign.chosen), None)
        if sign is None or not text.isVisible():
            return None
        return self._held(text, sign)

    def _held(self, text: ReadingText, sign: Sign) -> _End:
        areas = text.areas(sign.mark)
        area = self._area(text)
        if not areas:
            return _End(area.top() + ARROW, -1)
        y = area.top() + round(areas[0].center().y())
        if y < area.top() + ARROW:
            return _End(area.top() + ARROW, -1)
        if y > area.bottom() - ARROW:
            return _End(area.bottom() - ARROW, 1)
        return _End(y)

    def _area(self, text: ReadingText) -> QRect:
        """The text with its margins, in this widget."""
        corner = text.mapTo(self._ground, QPoint(0, 0)) - self.pos()
        return QRect(corner, text.size())


def _met(upright: int, ends: int, end: _End) -> list[tuple[QPoint, ...]]:
    """The last stretch: to a tick beside the passage, or an arrow towards it."""
    if end.hidden:
        return _arrow(upright, end)
    tick = (QPoint(ends, end.y - TICK), QPoint(ends, end.y + TICK))
    return [(QPoint(upright, end.y), QPoint(ends, end.y)), tick]


def _arrow(x: int, end: _End) -> list[tuple[QPoint, ...]]:
    foot = end.y - end.hidden * ARROW
    return [(QPoint(x - ARROW, foot), QPoint(x, end.y), QPoint(x + ARROW, foot))]
