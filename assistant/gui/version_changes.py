"""What changed from one version of a draft to the next, word by word."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QFont, QHideEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout

from assistant.gui.controls import Button, label
from assistant.gui.phrases import NBSP
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Space
from assistant.vault.versions import Version, compared

WIDTH = 420


class VersionChanges(QFrame):
    """Shows a version with what it adds underlined and what it takes away struck through;
    ``restore_asked`` carries it. ``turned`` says that it is shown, or not any more."""

    restore_asked = Signal(object)
    turned = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side")
        self._version: Version | None = None
        self.title = label("", "paneTitle", wrap=True)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Version du brouillon")
        self.restore = Button("Reprendre cette version", "outlined")
        self.close_button = Button("Fermer", "bare")
        self.restore.clicked.connect(lambda: self.restore_asked.emit(self._version))
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.addWidget(self.restore)
        row.addWidget(self.close_button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        column.addLayout(row)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.turned.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turned.emit(False)

    def show_version(self, version: Version, before: Version | None) -> None:
        """Show ``version`` beside the one ``before`` it, if there was one."""
        self._version = version
        self.setFixedWidth(theme().px(WIDTH))
        against = "" if before is None else f", après la version{NBSP}{before.number}"
        self.title.setText(f"Version{NBSP}{version.number}{against}")
        self.text.clear()
        cursor = self.text.textCursor()
        for change in compared(version.words if before is None else before.words, version.words):
            if change.same:
                cursor.insertText(change.after, QTextCharFormat())
                continue
            cursor.insertText(change.before, _taken())
            cursor.insertText(change.after, _added())
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.show()


def _taken() -> QTextCharFormat:
    ink = QTextCharFormat()
    ink.setFontStrikeOut(True)
    ink.setForeground(QColor(tokens().ink2))
    return ink


def _added() -> QTextCharFormat:
    ink = QTextCharFormat()
    ink.setFontUnderline(True)
    ink.setFontWeight(QFont.Weight.Bold)
    return ink
