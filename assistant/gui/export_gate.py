"""What keeps a draft from leaving: grave points that nobody decided. A click goes to the first."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy

from assistant.gui import point_words
from assistant.gui.controls import IconLabel, label
from assistant.gui.tokens import Space


class ExportGate(QAbstractButton):
    """« 2 points graves à décider », on two lines, with their sign."""

    def __init__(self) -> None:
        super().__init__()
        self.words = label("", "second")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.XS, 0, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(IconLabel("octagon", 16, "grave"))
        row.addWidget(self.words)
        self.hide()

    def say(self, graves: int) -> None:
        """How many grave points are to be decided; nothing is shown for none."""
        self.setVisible(graves > 0)
        told = point_words.graves_to_decide(graves)
        first, _, rest = told.rpartition(" à ")
        self.words.setText(f"{first}\nà {rest}")
        self.setAccessibleName(told)
        self.setToolTip("Aller au premier (F8)")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        inside = self.layout()
        assert inside is not None
        return inside.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Its sign and its words are all there is to see."""
