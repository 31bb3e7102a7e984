"""A page with one column in its middle: locked, a passphrase, a code."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.errors import AparteError
from assistant.gui.controls import Button, label
from assistant.gui.rail import Wordmark
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.gui.vault_phrases import title_and_detail

WIDTH = 440


class Middle(QFrame):
    """``column`` is the layout that a page fills, under its title; ``complaint`` says in place what
    was refused. No key goes through to what is behind."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAccessibleName(title)
        self.title = label(title, "screen", wrap=True)
        self.error = label("", "strong", wrap=True)
        self.advice = label("", "secondControl", wrap=True)
        self._middle = QWidget()
        self._middle.setFixedWidth(theme().px(WIDTH))
        whole = QVBoxLayout(self._middle)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.M)
        whole.addWidget(Wordmark())
        whole.addWidget(self.title)
        self.column = QVBoxLayout()
        self.column.setSpacing(Space.M)
        whole.addLayout(self.column)
        row = QHBoxLayout()
        row.addStretch(1)  # an alignment instead would squeeze wrapped words
        row.addWidget(self._middle)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)
        self.complain()

    def add_complaint(self) -> None:
        """Where a refusal is said."""
        self.column.addWidget(self.error)
        self.column.addWidget(self.advice)

    def complain(self, error: AparteError | None = None) -> None:
        """Say why it was refused, or nothing."""
        told = ("", "") if error is None else title_and_detail(error.sentence)
        for words, text in zip((self.error, self.advice), told, strict=True):
            words.setText(text)
            words.setVisible(bool(text))

    def add_row(self, *buttons: Button) -> None:
        """Buttons side by side."""
        self.column.addLayout(side_by_side(*buttons))

    def add_words(self, text: str, kind: str = "secondControl") -> QLabel:
        """A paragraph."""
        words = label(text, kind, wrap=True)
        self.column.addWidget(words)
        return words

    def rescale(self) -> None:
        """Take the width from the text scale."""
        self._middle.setFixedWidth(theme().px(WIDTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()


def side_by_side(*buttons: Button) -> QHBoxLayout:
    """A row of buttons, from the left."""
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row
