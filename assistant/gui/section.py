"""A titled part of a page, with a hairline under its title, and rows of facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from assistant.gui.controls import label
from assistant.gui.theme import theme
from assistant.gui.tokens import Space

NAMES_WIDTH = 176
ROW_GAP = 6
ROOM_TO_GROW = 80

Fact = tuple[str, str | QWidget]


class Section(QWidget):
    """``column`` is the layout that a section fills."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        line = QFrame()
        line.setObjectName("hairline")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, Space.L)
        self.column.setSpacing(Space.S)
        self.column.addWidget(label(title, "paneTitle"))
        self.column.addWidget(line)
        self.column.addSpacing(Space.XS)


class Facts(QWidget):
    """Names in a quiet column, what they stand for beside them."""

    def __init__(self, names_width: int = NAMES_WIDTH) -> None:
        super().__init__()
        self._names_width = names_width
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(ROW_GAP)
        self._grid.setColumnStretch(1, 1)
        self._told: list[Fact] = []
        self._labels: list[QLabel] = []

    @property
    def told(self) -> Sequence[Fact]:
        """What is shown, in order."""
        return self._told

    def tell(self, facts: Sequence[Fact]) -> None:
        """Show ``facts``: a name and a value each, in words or as a widget that stays its owner's;
        a name alone is a title."""
        # Names wrap rather than take the page on a large text: it scrolls one way only.
        width = min(theme().px(self._names_width), self._names_width + ROOM_TO_GROW)
        self._grid.setColumnMinimumWidth(0, width)
        if list(facts) == self._told:
            return
        self._told = list(facts)
        for old in self._labels:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._labels = []
        for row, (name, value) in enumerate(facts):
            if not value:
                title = self._label(name, "strong")
                title.setContentsMargins(0, Space.M if row else 0, 0, 0)
                self._grid.addWidget(title, row, 0, 1, 2)
                continue
            self._grid.addWidget(self._label(name, "secondControl"), row, 0)
            if isinstance(value, str):
                self._grid.addWidget(self._label(value, ""), row, 1)
            else:
                value.show()
                self._grid.addWidget(value, row, 1)

    def _label(self, text: str, kind: str) -> QLabel:
        made = label(text, kind, wrap=True)
        self._labels.append(made)
        return made
