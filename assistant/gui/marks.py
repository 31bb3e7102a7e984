"""What is marked in a text: a chosen run, and the passages of the points to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextCursor

from assistant.gui.theme import theme, tokens

BELOW = 4
LINE = 2
_DASHES = (2.5, 1.5)  # in widths of the line


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of text, in Qt's offsets into the document."""

    start: int
    end: int


class Look(StrEnum):
    """What a sign stands for; the value is the token of its colour."""

    GRAVE = "grave"
    MINOR = "minor"
    DECIDED = "accent"

    @property
    def colour(self) -> QColor:
        return QColor(getattr(tokens(), self.value))

    @property
    def fill(self) -> QColor:
        """What the chosen passage stands on; in high contrast, the colour itself."""
        t = tokens()
        if t.contrast:
            return self.colour
        return QColor(t.grave_fill if self is Look.GRAVE else t.accent_fill)

    @property
    def icon(self) -> str:
        return {Look.GRAVE: "octagon", Look.MINOR: "diamond", Look.DECIDED: "check"}[self]


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A passage of a point: ``cursor`` selects it and follows the edits, ``point`` is whose."""

    cursor: QTextCursor
    look: Look
    chosen: bool
    name: str
    point: object

    @property
    def mark(self) -> Mark:
        return Mark(self.cursor.selectionStart(), self.cursor.selectionEnd())


def box(area: QRectF) -> QRect:
    """The ground of a mark whose words stand in ``area``."""
    return area.adjusted(-2, -1, 1, theme().px(BELOW)).toRect()


def paint_chosen(painter: QPainter, areas: Sequence[QRectF], *, underlined: bool = True) -> None:
    """A chosen run: filled and, unless it is only passed over, underlined."""
    t = tokens()
    boxes = [box(area) for area in areas]
    for ground in boxes:
        if t.contrast and not underlined:
            painter.setPen(QPen(QColor(t.accent), LINE))
            painter.drawRect(ground.adjusted(1, 1, -1, -1))
        else:
            painter.fillRect(ground, QColor(t.accent_fill))
    for ground in boxes if underlined and not t.contrast else ():
        _underline(painter, ground, QColor(t.accent))


def paint_sign(painter: QPainter, sign: Sign, areas: Sequence[QRectF]) -> None:
    """The passage of a point: solid under a grave one, dashed under a minor one, filled if it is
    the chosen one."""
    for ground in map(box, areas):
        if sign.chosen:
            painter.fillRect(ground, sign.look.fill)
        if sign.chosen and tokens().contrast:
            continue
        _underline(painter, ground, sign.look.colour, dashed=sign.look is Look.MINOR)


def _underline(painter: QPainter, ground: QRect, colour: QColor, *, dashed: bool = False) -> None:
    if not dashed:
        painter.fillRect(ground.adjusted(0, ground.height() - LINE, 0, 0), colour)
        return
    pen = QPen(colour, LINE)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    y = ground.bottom()
    painter.drawLine(ground.left() + 2, y, ground.right(), y)
