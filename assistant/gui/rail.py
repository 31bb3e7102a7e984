"""The side rail: the product's name, its places, and the settings at the bottom."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from assistant.gui import fonts, icons
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size, Space

DRAFTING, SETTINGS = "rediger", "reglages"
GUIDES, HISTORY, LOCK = "guides", "historique", "verrouiller"
_PLACES = {
    DRAFTING: ("Rédiger", "pen-line", "F2"),
    GUIDES: ("Guides", "book-open", "F3"),
    HISTORY: ("Historique", "history", "F5"),
    LOCK: ("Verrouiller", "lock", "Ctrl+L"),
    SETTINGS: ("Réglages", "sliders-horizontal", "F9"),
}


class Rail(QFrame):
    """Chooses a place; narrow windows get icons only."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.places: dict[str, Place] = {}
        self._mark = Wordmark()
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, 0, Space.S - 1, 16)
        column.setSpacing(6)
        column.addWidget(self._mark)
        column.addWidget(self._place(DRAFTING))
        column.addStretch()  # Guides, Formation and Historique go above, Verrouiller below
        column.addWidget(self._place(SETTINGS))
        self.set_narrow(False)
        self.show_place(DRAFTING)

    def add_guides(self) -> None:
        """Show the guides, under the first place."""
        self._column.insertWidget(2, self._place(GUIDES))

    def add_vault(self) -> None:
        """Show what only a vault has: above the free space its history, below it the lock."""
        self._column.insertWidget(self._column.count() - 2, self._place(HISTORY))
        lock = self._place(LOCK)
        lock.clicked.disconnect()
        lock.clicked.connect(lambda: lock.setChecked(False))
        lock.clicked.connect(self.lock_asked)
        self._column.insertWidget(self._column.count() - 1, lock)

    def show_place(self, name: str) -> None:
        """Show where the user is; a place the rail does not have leaves none chosen."""
        for known, place in self.places.items():
            place.setChecked(known == name)

    def set_narrow(self, narrow: bool) -> None:
        """Icons alone, or icons and words."""
        room = 0 if narrow else max(theme().px(110) - 110, 0)
        self.setFixedWidth(Space.RAIL_NARROW if narrow else Space.RAIL + room)
        self._mark.set_narrow(narrow)
        for place in self.places.values():
            place.set_narrow(narrow)

    def _place(self, name: str) -> Place:
        title, icon_name, key = _PLACES[name]
        place = Place(title, icon_name, key)
        place.clicked.connect(lambda: self.chosen.emit(name))
        self.places[name] = place
        return place


class Place(QPushButton):
    """A place of the rail: drawn by hand, so that icon and word sit on one grid."""

    def __init__(self, title: str, icon_name: str, key: str) -> None:
        super().__init__()
        self.setObjectName("railPlace")
        self._title, self._icon_name, self._narrow = title, icon_name, False
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({key})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Without the word."""
        self._narrow = narrow
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        t, here = tokens(), self.isChecked()
        painter = QPainter(self)
        if here:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawRoundedRect(0, 9, 3, self.height() - 18, 1.5, 1.5)
        colour = t.accent if here else (t.ink if t.contrast else t.ink2)
        side = min(theme().px(20), 26)
        drawn = icons.pixmap(self._icon_name, colour, side, self.devicePixelRatioF())
        painter.drawPixmap(24 - side // 2, (self.height() - side) // 2, drawn)
        if not self._narrow:
            painter.setFont(fonts.font(Size.CONTROL, bold=here))
            painter.setPen(QColor(t.ink))
            room = self.rect().adjusted(46, 0, -4, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._title)


class Wordmark(QWidget):
    """« (Aparté) », or « (A) » where there is no room; an aside is in parentheses."""

    def __init__(self) -> None:
        super().__init__()
        self._narrow = False
        self.setAccessibleName("Aparté")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Only the initial."""
        self._narrow = narrow
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(48, Space.TOP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), tokens()
        font = fonts.font(Size.SCREEN, bold=True)
        font.setPixelSize(21)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.3)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        name = "A" if self._narrow else "Aparté"
        x = (self.width() - metrics.horizontalAdvance(f"({name})")) // 2 if self._narrow else 10
        for piece, colour in (("(", t.accent), (name, t.ink), (")", t.accent)):
            painter.setPen(QColor(colour))
            room = QRect(x, 6, self.width(), self.height() - 6)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, piece)
            x += metrics.horizontalAdvance(piece)
