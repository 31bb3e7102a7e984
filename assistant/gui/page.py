"""A place that is not Rédiger: a top bar with its title, and a page that scrolls if it must."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.gui.controls import label
from assistant.gui.desk_facts import DeskFacts
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.tasks import Desk


class Page(QFrame):
    """``column`` is the layout that a place fills; what is put in ``row`` stands beside it and does
    not scroll."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(title)
        self._top = QFrame()
        self._top.setObjectName("top")
        row = QHBoxLayout(self._top)
        row.setContentsMargins(Space.L, 1, Space.L, 0)
        row.addWidget(label(title, "screen"))
        row.addStretch(1)
        row.addWidget(DeskFacts(desk))
        body = QWidget()
        body.setObjectName("pageBody")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(Space.L, Space.L, Space.L, Space.GUTTER)
        self.column.setSpacing(Space.S)
        area = scrolled(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._top)
        self.row = QHBoxLayout()
        self.row.setSpacing(0)
        self.row.addWidget(area, 1)
        outer.addLayout(self.row, 1)
        self.rescale()

    def rescale(self) -> None:
        """Take the top bar's height from the text scale."""
        self._top.setFixedHeight(max(Space.TOP, theme().px(26) + 38))


def scrolled(body: QWidget) -> QScrollArea:
    """``body``, scrolled up and down where there is no room for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(body)
    body.setAutoFillBackground(False)
    return area
