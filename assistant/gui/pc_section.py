"""Réglages, « Vitesse de ce poste »: measure it, read it, hand it to IT."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from assistant.bench.card import DRAFT_WORDS, NOTE_WORDS, Card
from assistant.bench.quiet import MOST_SHARE
from assistant.bench.report import PARTS, SECTIONS, worded
from assistant.bench.survey import Stage
from assistant.gui import phrases
from assistant.gui.controls import Button, label
from assistant.gui.model_choice import ModelChoice
from assistant.gui.notice import Notice
from assistant.gui.pc_measure import PcMeasure
from assistant.gui.progress import TimeBar
from assistant.gui.section import Facts, Section
from assistant.gui.tokens import Space
from assistant.model_store.fit import gigabytes

_WHAT = (
    "Aparté lit et rédige des textes fictifs, et dit combien de temps cela prend ici. "
    "Comptez une à trois minutes. Vous pouvez rédiger pendant ce temps : la mesure attendra."
)


_DETAILS = "Détails techniques"
DETAIL_NAMES_WIDTH = 360


class PcSection(Section):
    """Follows ``measure``; ``choice`` tells which model is in use."""

    def __init__(self, measure: PcMeasure, choice: ModelChoice) -> None:
        super().__init__("Vitesse de ce poste")
        self._measure, self._choice = measure, choice
        self.what = label(_WHAT, "secondControl", wrap=True)
        self.facts = Facts()
        self.made = label("", "second", wrap=True)
        self.bar = TimeBar()
        self.stage = label("", "secondControl", wrap=True)
        self.notice = Notice(flush=True)
        self.start = Button("Mesurer ce poste")
        self.stop = Button("Arrêter la mesure")
        self.fold = Button(_DETAILS, "bare")
        self.copy = Button("Copier", "outlined", "copy")
        self.said = label("", "second")
        self.details = Facts(DETAIL_NAMES_WIDTH)
        self._lay_out()
        self.start.clicked.connect(measure.start)
        self.stop.clicked.connect(measure.cancel)
        self.fold.clicked.connect(self._fold)
        self.copy.clicked.connect(self.copy_card)
        choice.changed.connect(self.refresh)  # which says when the measure changes, too
        self.refresh()

    def copy_card(self) -> None:
        """Put every figure on the clipboard, for IT."""
        if self._measure.card is not None:
            QGuiApplication.clipboard().setText(self._measure.card.as_json())
            self.said.setText("Mesure copiée")

    def refresh(self) -> None:
        """Show what the measure knows."""
        measure, card = self._measure, self._measure.card
        running = measure.running
        self.start.setVisible(not running)
        self.start.setEnabled(self._choice.trying is None)
        self.start.setText("Mesurer de nouveau" if card else "Mesurer ce poste")
        self.what.setVisible(card is None and not running)
        for widget in (self.bar, self.stage, self.stop):
            widget.setVisible(running)
        self.facts.setVisible(card is not None)
        self.made.setVisible(card is not None)
        for button in (self.fold, self.copy):
            button.setVisible(card is not None and not running)
        if running:
            self.said.setText("")
            self._show_stage()
        if card is not None:
            self._show_card(card)
        if measure.error is not None:
            self.notice.tell(
                "La mesure n’a pas pu aller au bout. Vos textes sont gardés.",
                measure.error.sentence,
            )
        else:
            self.notice.dismiss()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for widget in (self.start, self.stop, self.copy, self.fold, self.said):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        for part in (self.what, self.facts, self.made, self.stage, self.bar):
            self.column.addWidget(part)
        self.column.addSpacing(Space.XS)
        self.column.addLayout(buttons)
        self.column.addWidget(self.notice)
        self.column.addWidget(self.details)
        self.details.hide()

    def _show_stage(self) -> None:
        survey = self._measure.survey
        if survey is None:
            return
        step = f"Étape {survey.index + 1} sur {survey.steps}"
        words = f"{step} : {_lower(PARTS[survey.part])}."
        if survey.stage is Stage.WAITING:
            words = "Votre rédaction passe d’abord : la mesure reprendra ensuite."
        self.stage.setText(words)
        share = min(survey.share, 1.0)
        self.bar.show_share((survey.index + share) / survey.steps)
        self.bar.setAccessibleName(f"Mesure de ce poste. {words}")

    def _show_card(self, card: Card) -> None:
        self.facts.tell(clinicians_facts(card))
        self.details.tell(every_figure(card))
        parts = []
        if card.made_at is not None:
            parts.append(f"Mesuré le {phrases.day_and_time(card.made_at)}")
        parts.append(f"avec « {card.model_name} ».")
        made = phrases.sentence_case(" ".join(parts))
        if not card.is_of(self._choice.model):
            made += " Le modèle en place n’a pas été mesuré."
        if card.others_share > MOST_SHARE:
            made += " D’autres programmes travaillaient alors : ce poste peut faire mieux."
        if self._measure.unkept:
            made += " Cette mesure n’a pas pu être enregistrée."
        self.made.setText(made)

    def _fold(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self.fold.setText(_DETAILS if self.details.isHidden() else "Masquer les détails")


def clinicians_facts(card: Card) -> list[tuple[str, str]]:
    """What a clinician asks of a PC, in words; what was not measured is left out."""
    note = f"pour une note de {phrases.count(NOTE_WORDS, 'mot')}"
    facts = (
        ("Copie stricte", card.strict_copy_seconds, lambda s: f"{phrases.about(s)} {note}"),
        (
            "Rédaction vérifiée",
            card.note_seconds,
            lambda s: f"{phrases.about(s)} {note} et un brouillon de {DRAFT_WORDS}",
        ),
        ("Lecture", card.reading_words_per_minute, phrases.words_per_minute),
        ("Écriture", card.writing_words_per_minute, phrases.words_per_minute),
        ("Pour arrêter", card.stop_seconds, phrases.about),
        ("Mémoire utilisée", card.memory_bytes, lambda size: gigabytes(round(size))),
    )
    return [
        (name, phrases.sentence_case(words(value)))
        for name, value, words in facts
        if value is not None
    ]


def every_figure(card: Card) -> list[tuple[str, str]]:
    """The figures by section, a title alone before each."""
    facts: list[tuple[str, str]] = []
    for title, rows in SECTIONS:
        shown = [
            (name, worded(key, card.figures[key])) for key, name in rows if key in card.figures
        ]
        facts += [(title, ""), *shown] if shown else []
    return facts


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
