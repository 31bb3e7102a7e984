"""Choosing the passphrase that opens the vault, then the recovery code, shown once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import AparteError
from assistant.gui.code_sheet import ask_and_print
from assistant.gui.controls import Button, label
from assistant.gui.middle import Middle, side_by_side
from assistant.gui.passphrase_fields import PassphraseFields
from assistant.gui.tokens import Space

WHY = (
    "Elle seule ouvrira le coffre de ce poste, à chaque démarrage et après chaque verrouillage. "
    "Personne ne peut la retrouver pour vous."
)
CODE = (
    "Ce code ouvre le coffre si la phrase est oubliée, et vos sauvegardes sur un autre poste. "
    "Il n’est écrit nulle part\u00a0: imprimez-le, et gardez la feuille loin de ce poste."
)


class PassphrasePage(Middle):
    """``chosen`` carries the passphrase; ``done`` says that the page can go."""

    chosen = Signal(str)
    done = Signal()

    def __init__(self) -> None:
        super().__init__("Phrase de passe du coffre")
        self.fields = PassphraseFields()
        self.make = Button("Créer la phrase de passe", "filled")
        self.cancel = Button("Revenir", "outlined")
        self.code = label("", "strong", wrap=True)
        self.print = Button("Imprimer", "filled")
        self.copy = Button("Copier", "outlined")
        self.noted = Button("C’est noté", "outlined")
        self._steps = QStackedWidget()
        self.column.addWidget(self._steps)
        self.add_complaint()
        self._steps.addWidget(self._first_step())
        self._steps.addWidget(self._second_step())
        self.fields.changed.connect(self._refresh)
        self.fields.second.returnPressed.connect(self._choose)
        self.make.clicked.connect(self._choose)
        self.cancel.clicked.connect(self.done)
        self.noted.clicked.connect(self._finish)
        self.print.clicked.connect(lambda: ask_and_print(self, self.code.text()))
        self.copy.clicked.connect(self._copy)
        self.begin()

    def begin(self) -> None:
        """Ask for a passphrase."""
        self.title.setText("Phrase de passe du coffre")
        self.fields.clear()
        self.code.setText("")
        self.complain()
        self.make.setText("Créer la phrase de passe")
        self._steps.setCurrentIndex(0)
        self._refresh()

    def take_focus(self) -> None:
        """Give the keyboard to what comes first."""
        first = self.print if self.code.text() else self.fields.first
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_code(self, code: str) -> None:
        """Show the recovery code, until it is noted."""
        self.title.setText("Code de récupération")
        self.fields.clear()
        self.code.setText(code)
        self.code.setAccessibleName(" ".join(code))
        self._steps.setCurrentIndex(1)
        self.take_focus()

    def refuse(self, error: AparteError) -> None:
        """Say why there is no passphrase yet."""
        self.complain(error)
        self.make.setText("Créer la phrase de passe")
        self._refresh()

    def _first_step(self) -> QWidget:
        words = label(WHY, "secondControl", wrap=True)
        return _step([words, self.fields], [self.make, self.cancel])

    def _second_step(self) -> QWidget:
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        words = label(CODE, "secondControl", wrap=True)
        return _step([words, self.code], [self.print, self.copy, self.noted])

    def _refresh(self) -> None:
        self.make.setEnabled(self.fields.chosen is not None)

    def _choose(self) -> None:
        typed = self.fields.chosen
        if typed is None or not self.make.isEnabled():
            return
        self.make.setEnabled(False)
        self.make.setText("Calcul de la clé…")
        self.complain()
        self.chosen.emit(typed)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())

    def _finish(self) -> None:
        self.begin()
        self.done.emit()


def _step(parts: Sequence[QWidget], buttons: Sequence[Button]) -> QWidget:
    step = QWidget()
    column = QVBoxLayout(step)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.M)
    for part in parts:
        column.addWidget(part)
    column.addLayout(side_by_side(*buttons))
    column.addStretch()
    return step
