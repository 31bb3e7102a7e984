"""A pane: full height, a head with a name, one fact and tools, and a body under it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from assistant.gui.controls import ElidedLabel, label
from assistant.gui.theme import theme
from assistant.gui.tokens import Space


class Pane(QFrame):
    """The frame that panels fill with a body; ``tools`` is the layout at the right of the head."""

    def __init__(self, object_name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setAccessibleName(title)
        self._fact_label = ElidedLabel()
        self._head = QWidget()
        row = QHBoxLayout(self._head)
        row.setContentsMargins(Space.L, 0, Space.M, 0)
        row.setSpacing(0)
        self._title = label(title, "paneTitle")
        row.addWidget(self._title)
        row.addSpacing(Space.S)
        row.addWidget(self._fact_label, 1)
        row.addStretch(0)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(Space.S)
        row.addLayout(self.tools)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self._head)
        self.rescale()

    def set_title(self, title: str) -> None:
        """Name the pane otherwise, to the ear as well."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_fact(self, fact: str) -> None:
        """Say one thing beside the pane's name."""
        self._fact_label.setText(fact)

    @property
    def fact(self) -> str:
        return self._fact_label.text()

    def rescale(self) -> None:
        """Take the head's height from the text scale."""
        self._head.setFixedHeight(max(Space.PANE_HEAD, theme().px(24) + 20))
