"""Choosing a passphrase: typed twice, with what it is worth, or proposed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from assistant.gui.controls import Button, label
from assistant.gui.lock_page import passphrase_field
from assistant.gui.middle import side_by_side
from assistant.gui.phrases import NBSP
from assistant.gui.progress import TimeBar
from assistant.gui.tokens import Space
from assistant.vault.strength import GOOD_BITS, Verdict, proposed, strength

ADVICE = "Quatre mots au moins, sans lien entre eux, que vous retiendrez."
SHOWN, HIDDEN = "Cacher", "Montrer"


class PassphraseFields(QWidget):
    """``changed`` whenever what is typed changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first = passphrase_field("Nouvelle phrase de passe")
        self.second = passphrase_field("La même, encore une fois")
        self.meter = TimeBar()
        self.meter.setAccessibleName("Solidité de la phrase")
        self.words = label(ADVICE, "second", wrap=True)
        self.propose = Button("Proposer une phrase", "bare")
        self.reveal = Button(HIDDEN, "bare")
        self._proposal = ""
        for field in (self.first, self.second):
            field.textChanged.connect(self._refresh)
        self.propose.clicked.connect(self._propose)
        self.reveal.clicked.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for part in (self.first, self.meter, self.words, self.second):
            column.addWidget(part)
        column.addLayout(side_by_side(self.propose, self.reveal))
        self._refresh()

    @property
    def chosen(self) -> str | None:
        """The passphrase, once it is strong enough and typed twice."""
        typed = self.first.text()
        strong = strength(typed).verdict is not Verdict.WEAK
        return typed if strong and typed == self.second.text() else None

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.first.text() and not self.second.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self._proposal = ""
        self.first.clear()
        self.second.clear()
        self._show(revealed=False)

    def _refresh(self) -> None:
        typed = self.first.text()
        found = strength(typed)
        drawn = bool(typed) and typed == self._proposal
        self.meter.show_share(1.0 if drawn else min(found.bits / GOOD_BITS, 1.0))
        if not typed:
            self.words.setText(ADVICE)
        elif self.second.text() and self.second.text() != typed:
            self.words.setText("Les deux phrases diffèrent.")
        elif drawn:
            self.words.setText(f"Tirée au hasard par ce poste, donc solide{NBSP}: notez-la.")
        elif found.verdict is Verdict.WEAK:
            self.words.setText(f"Trop facile à deviner. {ADVICE}")
        else:
            self.words.setText(f"Phrase {found.verdict.value}{NBSP}: retenez-la bien.")
        self.changed.emit()

    def _propose(self) -> None:
        self._proposal = proposed()
        self.first.setText(self._proposal)
        self.second.setText(self._proposal)
        self._show(revealed=True)

    def _turn(self) -> None:
        self._show(revealed=self.first.echoMode() == QLineEdit.EchoMode.Password)

    def _show(self, *, revealed: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if revealed else QLineEdit.EchoMode.Password
        for field in (self.first, self.second):
            field.setEchoMode(mode)
        self.reveal.setText(SHOWN if revealed else HIDDEN)
