"""The recovery code typed from its sheet, and the passphrase that takes over."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal

from assistant.errors import AparteError
from assistant.gui.controls import Button
from assistant.gui.lock_page import text_field
from assistant.gui.middle import Middle
from assistant.gui.passphrase_fields import PassphraseFields

HOW = "Sept groupes de cinq caractères, imprimés quand il a été créé."


class Purpose(Enum):
    """What the code is typed for."""

    NEW_PASSPHRASE = (
        "Code de récupération",
        "Ouvrir le coffre",
        "Choisissez une nouvelle phrase de passe.",
    )
    KEYRING = (
        "Code de récupération",
        "Ouvrir le coffre",
        "Vous pouvez choisir une phrase de passe, ou laisser vide\u00a0: "
        "le trousseau de la session ouvrira le coffre.",
    )
    IMPORT = (
        "Importer une sauvegarde",
        "Importer",
        "Le code est celui du coffre d’où vient la sauvegarde. Rien de ce qui est ici n’est perdu.",
    )

    def __init__(self, title: str, action: str, advice: str) -> None:
        self.title, self.action, self.advice = title, action, advice


class RecoveryPage(Middle):
    """``typed`` carries the code and the new passphrase, empty where the session's keyring is to
    open the vault; ``done`` says that the page can go."""

    typed = Signal(str, str)
    done = Signal()

    def __init__(self) -> None:
        super().__init__("Code de récupération")
        self.add_words(HOW)
        self.code = text_field("Code de récupération")
        self.column.addWidget(self.code)
        self.instead = self.add_words("", "second")
        self.fields = PassphraseFields()
        self.column.addWidget(self.fields)
        self.add_complaint()
        self.open = Button("Ouvrir le coffre", "filled")
        self.cancel = Button("Revenir", "outlined")
        self.add_row(self.open, self.cancel)
        self.code.textChanged.connect(self._refresh)
        self.fields.changed.connect(self._refresh)
        self.open.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.done)
        self.begin(Purpose.NEW_PASSPHRASE)

    def begin(self, purpose: Purpose) -> None:
        """Ask for the code, and for a passphrase where one opens the vault."""
        self._purpose = purpose
        self.title.setText(purpose.title)
        self.open.setText(purpose.action)
        self.instead.setText(purpose.advice)
        self.fields.setVisible(purpose is not Purpose.IMPORT)
        self.code.clear()
        self.fields.clear()
        self.complain()
        self._refresh()

    def take_focus(self) -> None:
        """Give the keyboard to the code."""
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, error: AparteError) -> None:
        """Say what is wrong with what was typed."""
        self.complain(error)
        self._refresh()

    def _refresh(self) -> None:
        needed = self._purpose is Purpose.NEW_PASSPHRASE
        chosen = self.fields.chosen is not None or (not needed and self.fields.empty)
        self.open.setEnabled(bool(self.code.text().strip()) and chosen)

    def _ask(self) -> None:
        self.open.setEnabled(False)
        self.complain()
        self.typed.emit(self.code.text(), self.fields.chosen or "")
