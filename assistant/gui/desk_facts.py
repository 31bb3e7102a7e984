"""What holds on this PC, at the right of every top bar: the model, and that nothing leaves."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from assistant.gui.controls import ElidedLabel, IconLabel
from assistant.gui.phrases import NOTHING_LEAVES
from assistant.gui.tokens import Space
from assistant.tasks import Desk

SEAL_POLL_MS = 1000


class DeskFacts(QWidget):
    """Shows the promise only once the system enforces it, which the worker's start decides."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.model = Fact("cpu", desk.model_name, "ink2", "secondControl")
        self.seal = Fact("shield-check", NOTHING_LEAVES, "accent", "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S * 2)
        row.addWidget(self.model)
        row.addWidget(self.seal)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self.refresh)
        self._poll.start(SEAL_POLL_MS)
        self.refresh()

    def refresh(self) -> None:
        """Name the model in use, and ask the desk whether it is sealed; asked until it is."""
        self.model.say(self._desk.model_name)
        sealed = self._desk.sealed
        self.seal.setVisible(sealed)
        if sealed:
            self._poll.stop()


class Fact(QWidget):
    """An icon and words, shortened when there is no room."""

    def __init__(self, icon_name: str, text: str, token: str, kind: str) -> None:
        super().__init__()
        self.words = ElidedLabel(text, kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S - 2)
        row.addWidget(IconLabel(icon_name, 18, token))
        row.addWidget(self.words)
        self.setAccessibleName(text)

    def say(self, text: str) -> None:
        """Show other words, to the ear as well."""
        if text != self.words.text():
            self.words.setText(text)
            self.setAccessibleName(text)
