"""The signs in a text's margin: an octagon or a diamond beside each line with a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from assistant.gui import icons
from assistant.gui.marks import Look, Sign
from assistant.gui.theme import theme, tokens

if TYPE_CHECKING:
    from assistant.gui.reading_text import ReadingText

SIDE = 16
CENTRE = 25  # from the pane's edge
_RANK = {Look.GRAVE: 0, Look.MINOR: 1, Look.DECIDED: 2}


class MarginSigns(QWidget):
    """Stands in the left margin of ``text``; one sign a line, the gravest, the chosen first."""

    chosen = Signal(object)

    def __init__(self, text: ReadingText) -> None:
        super().__init__(text)
        self._text = text
        self._shown: dict[int, Sign] = {}
        self.setMouseTracking(True)

    def follow(self) -> None:
        """Stand where the text's passages now are."""
        shown: dict[int, Sign] = {}
        for sign in self._text.visible_signs():
            areas = self._text.areas(sign.mark)
            if not areas:
                continue
            middle = round(areas[0].center().y())
            if middle not in shown or _order(sign) < _order(shown[middle]):
                shown[middle] = sign
        if shown != self._shown:
            self._shown = shown
            self.update()

    def sign_at(self, position: QPoint) -> Sign | None:
        """The sign under ``position``."""
        near = [y for y in self._shown if abs(y - position.y()) <= theme().px(SIDE) // 2 + 2]
        if not near or abs(position.x() - CENTRE) > SIDE:
            return None
        return self._shown[min(near, key=lambda y: abs(y - position.y()))]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = min(theme().px(SIDE), 24)
        for middle, sign in self._shown.items():
            colour = getattr(tokens(), sign.look.value)
            drawn = icons.pixmap(sign.look.icon, colour, side, self.devicePixelRatioF())
            painter.drawPixmap(CENTRE - side // 2, middle - side // 2, drawn)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        sign = self.sign_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and sign is not None:
            self.chosen.emit(sign.point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.sign_at(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            sign = self.sign_at(event.pos())
            QToolTip.showText(event.globalPos(), sign.name if sign else "", self)
            return True
        return super().event(event)


def _order(sign: Sign) -> tuple[bool, int]:
    return (not sign.chosen, _RANK[sign.look])
