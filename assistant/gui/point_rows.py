"""The rows of points that are not looked at: one closed, or decided and put away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.gui import point_words
from assistant.gui.controls import Button, ElidedLabel, IconLabel
from assistant.gui.points import Point
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Space

ICON = 16
TEXT_LEFT = 48


class ClosedPoint(QAbstractButton):
    """A point that is not looked at: a sign, a title and its evidence. A click opens it."""

    def __init__(self, point: Point) -> None:
        super().__init__()
        self.setAccessibleName(point_words.spoken(point))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setSpacing(2)
        if point.filed:
            words.addWidget(line(point_words.decided(point), "secondControl"))
        else:
            words.addWidget(line(point.finding.title, "strong"))
            words.addWidget(line(point_words.evidence(point.finding), "second"))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 7, 0 if point.filed else Space.S, 7)
        row.setSpacing(TEXT_LEFT - Space.L - ICON)
        row.addLayout(beside_a_line(IconLabel(point.look.icon, ICON, point.look.value)))
        row.addLayout(words, 1)

    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in order."""
        return [self]

    def sizeHint(self) -> QSize:
        inside = self.layout()
        assert inside is not None
        return inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.underMouse():
            QPainter(self).fillRect(self.rect(), QColor(tokens().off_fill))

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class FiledPoint(QWidget):
    """A decided point, with what takes the decision back."""

    chosen = Signal()
    taken_back = Signal()

    def __init__(self, point: Point) -> None:
        super().__init__()
        self.words = ClosedPoint(point)
        self.undo = Button("Annuler", "bare")
        self.undo.setAccessibleName(f"Annuler, {point_words.decided(point)}")
        self.words.clicked.connect(self.chosen)
        self.undo.clicked.connect(self.taken_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.words, 1)
        row.addWidget(self.undo)
        self.setFocusProxy(self.words)

    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in order."""
        return [self.words, self.undo]


def line(text: str, kind: str) -> ElidedLabel:
    """One line, as wide as there is room."""
    made = ElidedLabel(text, kind)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made


def beside_a_line(icon: IconLabel) -> QVBoxLayout:
    """``icon`` at the height of the first line of words beside it."""
    column = QVBoxLayout()
    column.setContentsMargins(0, theme().px(2), 0, 0)
    column.addWidget(icon)
    column.addStretch()
    return column
