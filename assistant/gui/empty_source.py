"""What the source pane shows before there is a source: what to do, and one action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from assistant.gui.controls import Button, label
from assistant.gui.phrases import NBSP
from assistant.gui.theme import tokens
from assistant.gui.tokens import Space


class EmptySource(QWidget):
    """The place to paste or drop notes; asks for what its buttons say."""

    paste_asked = Signal()
    open_asked = Signal()
    type_asked = Signal()
    example_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.paste = Button("Coller", "filled", "clipboard-paste")
        self.open = Button("Ouvrir un fichier", "outlined", "file-text")
        self.type = Button("Taper du texte", "bare")
        self.example = Button("Essayer avec un cas fictif", "bare")
        self.paste.clicked.connect(self.paste_asked)
        self.open.clicked.connect(self.open_asked)
        self.type.clicked.connect(self.type_asked)
        self.example.clicked.connect(self.example_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        zone = DropZone()
        inside = QVBoxLayout(zone)
        inside.setContentsMargins(24, 26, 24, 30)
        inside.setSpacing(0)
        inside.addWidget(label("Collez vos notes ici", "screen"))
        inside.addSpacing(Space.S)
        help_text = (
            f"Ou déposez un fichier texte. Telles quelles{NBSP}: abréviations et fautes comprises."
        )
        inside.addWidget(label(help_text, "secondControl", wrap=True))
        inside.addSpacing(Space.L)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.paste)
        buttons.addWidget(self.open)
        buttons.addStretch()
        inside.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, 6, Space.L, Space.L)
        column.setSpacing(0)
        column.addWidget(zone)
        column.addSpacing(14)
        for link in (self.example, self.type):
            row = QHBoxLayout()
            row.setContentsMargins(15, 0, 0, 0)
            row.addWidget(link)
            row.addStretch()
            column.addLayout(row)
        column.addStretch()


class DropZone(QFrame):
    """A dashed outline."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(tokens().edge), 1.5)
        pen.setDashPattern([4, 2])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
