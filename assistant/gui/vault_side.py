"""What protects the vault, its backup, and the benefit report, beside the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from assistant.gui.controls import Button, Chooser, label
from assistant.gui.notice import Notice
from assistant.gui.page import scrolled
from assistant.gui.phrases import NBSP, count, duration, percent
from assistant.gui.section import Section
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.gui.vault_phrases import day
from assistant.settings import LOCK_MINUTES
from assistant.vault.door import Standing, Status
from assistant.vault.measures import Week
from assistant.vault.retention import Retention
from assistant.vault.terms import Terms

WIDTH = 356
WEEKS_SHOWN = 6


class VaultSide(QFrame):
    """Shows the vault's status and asks for what its buttons say."""

    passphrase_asked = Signal()
    keyring_asked = Signal()
    code_asked = Signal()
    backup_asked = Signal()
    import_asked = Signal()
    report_asked = Signal()
    chosen = Signal()

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self.setObjectName("side")
        self.notice = Notice(flush=True)
        self.state = label("", "secondControl", wrap=True)
        self.passphrase = Button("Créer une phrase de passe")
        self.keyring = Button("Ne plus demander de phrase", "bare")
        self.code = Button("Nouveau code de récupération", "bare")
        self.backup = Button("Sauvegarder le coffre…")
        self.bring_in = Button("Importer une sauvegarde…", "bare")
        self.weeks = label("", "secondControl", wrap=True)
        self.report = Button("Enregistrer le bilan…")
        self._kept = label(retention_words(terms.retention), "secondControl", wrap=True)
        self.minutes = Chooser("Verrouiller sans activité après", 180)
        for minutes in LOCK_MINUTES:
            self.minutes.addItem(f"Après {count(minutes, 'minute')}", minutes)
        self.ephemeral = QCheckBox("Mode éphémère au prochain démarrage")
        self.ephemeral.setToolTip("Rien n’est gardé une fois Aparté fermé.")
        self.minutes.activated.connect(self.chosen)
        self.ephemeral.clicked.connect(self.chosen)
        asks = {
            self.passphrase: self.passphrase_asked,
            self.keyring: self.keyring_asked,
            self.code: self.code_asked,
            self.backup: self.backup_asked,
            self.bring_in: self.import_asked,
            self.report: self.report_asked,
        }
        for button, asked in asks.items():
            button.clicked.connect(asked)
        self._lay_out()
        self.rescale()

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("pageBody")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(body))
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.addWidget(self.notice)
        column.addWidget(
            _section("Protection", self.state, self.passphrase, self.keyring, self.code)
        )
        column.addWidget(_section("Verrouillage sans activité", self.minutes))
        column.addWidget(_section("Sauvegarde", self.backup, self.bring_in))
        column.addWidget(_section("Durée de conservation", self._kept, self.ephemeral))
        column.addWidget(_section("Bilan", self.weeks, self.report))
        column.addStretch(1)

    def rescale(self) -> None:
        """Take the width from the text scale."""
        self.setFixedWidth(theme().px(WIDTH))

    def show_choices(self, *, lock_minutes: float, ephemeral: bool) -> None:
        """Show what the user chose."""
        nearest = min(LOCK_MINUTES, key=lambda minutes: abs(minutes - lock_minutes))
        self.minutes.setCurrentIndex(LOCK_MINUTES.index(nearest))
        self.ephemeral.setChecked(ephemeral)

    def show_status(self, status: Status) -> None:
        """Show what opens the vault, and what can be changed of it."""
        is_open, lasting = status.standing is Standing.OPEN, not status.ephemeral
        self.state.setText(protection_words(status))
        self.passphrase.setText(
            "Changer la phrase de passe" if status.asks_passphrase else "Créer une phrase de passe"
        )
        self.passphrase.setVisible(lasting)
        self.keyring.setVisible(lasting and is_open and status.asks_passphrase)
        self.code.setVisible(lasting and is_open)
        for button in (self.backup, self.bring_in):
            button.setEnabled(lasting and is_open)
        self.report.setEnabled(is_open)

    def show_weeks(self, weeks: Sequence[Week]) -> None:
        """Show the last weeks of the benefit report."""
        told = [week_words(week) for week in weeks[-WEEKS_SHOWN:]]
        self.weeks.setText("\n".join(told) or "Il commence à la première copie d’un brouillon.")


def protection_words(status: Status) -> str:
    """What opens the vault, in one or two sentences."""
    if status.ephemeral:
        return "Mode éphémère\u00a0: rien n’est gardé après la fermeture."
    if status.standing is not Standing.OPEN:
        return "Le coffre n’est pas ouvert\u00a0: rien n’est enregistré."
    if status.asks_passphrase:
        return "Chiffré. Une phrase de passe l’ouvre."
    return (
        "Chiffré. Le trousseau de votre session l’ouvre\u00a0: "
        "qui peut utiliser la session peut lire vos textes."
    )


def retention_words(retention: Retention) -> str:
    """How long texts stay."""
    sources, drafts = count(retention.sources, "jour"), count(retention.drafts, "jour")
    return f"Sources{NBSP}: {sources}. Brouillons{NBSP}: {drafts}. Ensuite, effacés pour de bon."


def week_words(week: Week) -> str:
    """« Semaine du 16 novembre : 12 documents, 4 minutes chacun, 8 % réécrits »."""
    share = percent(round(week.rewritten * 1000), 1000) if week.rewritten else 0
    return (
        f"Semaine du {day(week.monday)}{NBSP}: {count(week.documents, 'document')}, "
        f"{duration(week.seconds)} chacun, {share}{NBSP}% réécrits."
    )


def _section(title: str, *parts: QWidget) -> Section:
    section = Section(title)
    for part in parts:
        section.column.addWidget(part)
    return section
