"""What hides everything while Aparté is locked, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from assistant.errors import AparteError
from assistant.gui.controls import Button
from assistant.gui.middle import Middle
from assistant.gui.phrases import NBSP

UNPROTECTED = (
    f"Aucune phrase de passe ne protège ce coffre{NBSP}: "
    "toute personne devant ce poste peut le rouvrir."
)
LOCKED, START = "Aparté est verrouillé", "Ouvrir le coffre"
AT_START = "Vos textes y sont chiffrés. Sans lui, rien n’est enregistré."
GOES_ON = "Votre travail est gardé. Une rédaction en cours se poursuit."


class LockPage(Middle):
    """Asks for the passphrase, or only for a click where there is none. ``unlock_asked`` carries
    what was typed, ``code_asked`` says that the passphrase can't be had."""

    unlock_asked = Signal(str)
    code_asked = Signal()
    without_asked = Signal()

    def __init__(self) -> None:
        super().__init__(LOCKED)
        self._has_code = False
        self.detail = self.add_words("")
        self.passphrase = passphrase_field("Phrase de passe")
        self.unlock = Button("Déverrouiller", "filled", "lock")
        self.by_code = Button("Code de récupération", "bare")
        self.without = Button("Continuer sans le coffre", "bare")
        self.passphrase.returnPressed.connect(self._ask)
        self.unlock.clicked.connect(self._ask)
        self.by_code.clicked.connect(self.code_asked)
        self.without.clicked.connect(self.without_asked)
        self.column.addWidget(self.passphrase)
        self.add_complaint()
        self.add_row(self.unlock, self.by_code)
        self.add_row(self.without)

    def show_for(self, *, asks_passphrase: bool, has_code: bool, at_start: bool = False) -> None:
        """Show what unlocking takes. ``at_start`` there is nothing to hide yet: one can work
        without the vault, and nothing is saved."""
        self._has_code = has_code
        self.title.setText(START if at_start else LOCKED)
        told = AT_START if at_start else GOES_ON
        self.detail.setText(told if asks_passphrase else f"{told} {UNPROTECTED}")
        self.without.setVisible(at_start)
        self.passphrase.clear()
        self.passphrase.setVisible(asks_passphrase)
        self.by_code.setVisible(asks_passphrase and has_code)
        self.complain()
        self._set_busy(busy=False)

    def take_focus(self) -> None:
        """Give the keyboard to what comes first."""
        first = self.passphrase if self.passphrase.isVisibleTo(self) else self.unlock
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, error: AparteError) -> None:
        """Say why it stays locked."""
        self._set_busy(busy=False)
        self.passphrase.clear()
        self.by_code.setVisible(self._has_code)
        self.complain(error)
        self.take_focus()

    def _set_busy(self, *, busy: bool) -> None:
        """The key is being derived: a second or so."""
        self.unlock.setEnabled(not busy)
        self.unlock.setText("Ouverture…" if busy else "Déverrouiller")

    def _ask(self) -> None:
        typed = self.passphrase.text()
        if not self.unlock.isEnabled():
            return
        if self.passphrase.isVisibleTo(self) and not typed:
            self.take_focus()
            return
        self._set_busy(busy=True)
        self.complain()
        self.unlock_asked.emit(typed)


def passphrase_field(name: str) -> QLineEdit:
    """A field that shows dots, and that no input method learns from."""
    field = text_field(name)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setInputMethodHints(
        Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
    )
    return field


def text_field(name: str) -> QLineEdit:
    """A field whose name is both seen and heard."""
    field = QLineEdit()
    field.setProperty("class", "field")
    field.setAccessibleName(name)
    field.setPlaceholderText(name)
    return field
