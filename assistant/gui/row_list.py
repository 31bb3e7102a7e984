"""A list of rows that scrolls, each as high as its words need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from assistant.gui.open_point import OpenPoint
from assistant.gui.tokens import Space


class RowList(QScrollArea):
    """Rows one under the other. It gives them their width itself: with Qt's own way, rows whose
    height follows their width and a scroll bar that comes with it can chase each other."""

    def __init__(self) -> None:
        super().__init__()
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, Space.M)
        self.column.setSpacing(0)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setEnabled(most > 0))
        bar.setEnabled(False)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.body)
        self.body.setAutoFillBackground(False)

    def add(self, row: QWidget) -> None:
        """Put ``row`` under the others."""
        self.column.addWidget(row)
        row.show()

    def fit(self) -> None:
        """Give the rows the width there is, and the height that they need in it."""
        width = self.viewport().width()
        for row in self.body.findChildren(OpenPoint):
            row.fit(width)
        self.column.invalidate()
        self.body.resize(width, self.column.sizeHint().height())
        self.column.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)
