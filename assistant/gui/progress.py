"""Progress drawn flat: the source's strip, one cell per section, a bar for time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.documents import Span
from assistant.gui.theme import tokens

STRIP_HEIGHT = 10
TIME_HEIGHT = 8
CELL_GAP = 3
HATCH_STEP = 8


class Strip(QWidget):
    """The source from first word to last. Full: used; pale: read, unused; hatched: unread."""

    def __init__(self) -> None:
        super().__init__()
        self._total = 0
        self._used: tuple[Span, ...] = ()
        self._unread: tuple[Span, ...] = ()
        self._blank = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, STRIP_HEIGHT)

    def show_blank(self) -> None:
        """Nothing was read."""
        self._blank = True
        self.update()

    def show_source(self, total: int, used: Sequence[Span], unread: Sequence[Span]) -> None:
        """A source of ``total`` characters, the spans in the draft and those not read."""
        self._blank, self._total = False, max(total, 1)
        self._used, self._unread = tuple(used), tuple(unread)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), tokens()
        inner = self.rect().adjusted(1, 1, -1, -1)
        if not self._blank:
            if not t.contrast:
                painter.fillRect(inner, QColor(t.accent_fill))
            for span in self._unread:
                _hatch(painter, self._area(span, inner))
            for span in self._used:
                painter.fillRect(self._area(span, inner), QColor(t.accent))
        painter.setPen(QColor(t.edge))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _area(self, span: Span, inner: QRect) -> QRect:
        left = inner.left() + round(inner.width() * min(span.start / self._total, 1))
        right = inner.left() + round(inner.width() * min(span.end / self._total, 1))
        return QRect(left, inner.top(), max(right - left, 1), inner.height())


def _hatch(painter: QPainter, area: QRect) -> None:
    t = tokens()
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, QColor(t.ground))
    painter.setPen(QColor(t.edge))
    for x in range(area.left() - STRIP_HEIGHT, area.right() + STRIP_HEIGHT, HATCH_STEP):
        painter.drawLine(x, area.bottom(), x + area.height() - 1, area.top())
    painter.restore()


class Cells(QWidget):
    """One cell per section of the form: full when something stands in it, pale while it is."""

    def __init__(self) -> None:
        super().__init__()
        self._filled: tuple[bool, ...] = ()
        self._current: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, STRIP_HEIGHT)

    def show_sections(self, filled: Sequence[bool], current: int | None = None) -> None:
        """Which sections are filled, and which one is being written."""
        self._filled, self._current = tuple(filled), current
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), tokens()
        many = len(self._filled)
        if not many:
            return
        pitch = (self.width() + CELL_GAP) / many
        for index, filled in enumerate(self._filled):
            left, right = round(index * pitch), round((index + 1) * pitch) - CELL_GAP
            cell = QRect(left, 0, right - left, self.height())
            current = index == self._current
            if current and not t.contrast:
                painter.fillRect(cell, QColor(t.accent_fill))
            elif current:
                painter.fillRect(cell.adjusted(0, 5, 0, 0), QColor(t.accent))
            elif filled:
                painter.fillRect(cell, QColor(t.accent))
            painter.setPen(QColor(t.accent if filled or current else t.edge))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))


class TimeBar(QWidget):
    """How far a task is, from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, TIME_HEIGHT)

    @property
    def share(self) -> float:
        return self._share

    def show_share(self, share: float) -> None:
        """Show that ``share`` of the task, from 0 to 1, is done."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), tokens()
        painter.setPen(QColor(t.edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        done = round(self.width() * self._share)
        painter.fillRect(0, 0, done, self.height(), QColor(t.accent))
