"""Réglages, « Modèle »: the model in use, what this PC holds, and another file if one has one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from assistant.documents import Mode
from assistant.errors import AparteError
from assistant.gui import phrases
from assistant.gui.controls import Button, Chooser, ElidedLabel, IconLabel, label
from assistant.gui.model_choice import ModelChoice
from assistant.gui.notice import Notice
from assistant.gui.section import Facts, Section
from assistant.gui.tokens import Space
from assistant.inference.hardware import Hardware
from assistant.model_store.catalogue import ModelEntry
from assistant.model_store.fit import Fit, Verdict, contexts_of, fit_of, gigabytes, largest_file
from assistant.model_store.gguf_header import GgufHeader, read_header
from assistant.tasks import Desk

_VERDICTS = {
    Verdict.FITS: ("check", "accent", "Tient sur ce poste"),
    Verdict.TIGHT: ("diamond", "minor", "Tient de justesse sur ce poste"),
    Verdict.TOO_LARGE: ("octagon", "grave", "Ne tient plus sur ce poste"),
}


class ModelSection(Section):
    """Follows ``choice``."""

    def __init__(self, desk: Desk, choice: ModelChoice) -> None:
        super().__init__("Modèle")
        self._desk, self._choice = desk, choice
        self._shown: ModelEntry | None = None
        self.name = ElidedLabel("", "strong")
        self.origin = ElidedLabel()
        self.facts = Facts()
        self.length = Chooser("Longueur de texte lue en une fois", 216)
        self.verdict = Marked()
        self.ready = Marked()
        self.notice = Notice(flush=True)
        self.choose = Button("Choisir un fichier de modèle…")
        self.back = Button("Revenir au modèle livré", "bare")
        self.reason = ElidedLabel()
        self._lay_out()
        self.choose.clicked.connect(self.ask_file)
        self.back.clicked.connect(choice.go_back)
        self.length.activated.connect(self._choose_length)
        choice.changed.connect(self.refresh)
        self.refresh()

    def ask_file(self) -> None:
        """Ask for a file, and try the model in it."""
        home = QStandardPaths.StandardLocation.HomeLocation
        shown = self._choice.model
        folder = QStandardPaths.writableLocation(home) if shown.shipped else str(shown.path.parent)
        kinds = "Fichiers de modèle (*.gguf);;Tous les fichiers (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Choisir un fichier de modèle", folder, kinds)
        if path:
            self._choice.choose_file(Path(path))

    def refresh(self) -> None:
        """Show what the choice knows."""
        if self._shown is not self._choice.model:
            self.measure_room()
        trying, why_not = self._choice.trying, self._choice.why_not
        free = trying is None and not why_not
        self.choose.setEnabled(free)
        self.back.setEnabled(free)
        self.back.setVisible(not self._choice.model.shipped)
        self.length.setEnabled(free)
        self.reason.setText("" if trying else why_not)
        self.reason.setVisible(bool(self.reason.text()))
        self.choose.setAccessibleDescription(self.reason.text())
        self._tell()

    def measure_room(self) -> None:
        """Look again at what the file says and at what is free on this PC."""
        model = self._shown = self._choice.model
        self.name.setText(model.name)
        try:
            header = read_header(model.path)
        except AparteError as error:
            self.origin.setText("")
            self.facts.tell([("État", error.sentence)])
            return
        whose = "livré avec Aparté" if model.shipped else "fichier de votre choix"
        self.origin.setText(f"{whose}, {gigabytes(header.size)}")
        pc = self._desk.pc_without_model()
        self._say_verdict(fit_of(header, model.context, pc))
        read: str | QWidget = "Toute la note, aussi longue soit-elle"
        if Mode.VERIFIED in model.modes:
            self._offer_lengths(header, model, pc)
            read = self.length
        ways = " ou ".join(phrases.MODES[mode].lower() for mode in model.modes)
        self.facts.tell(
            [
                ("Façons de rédiger", phrases.sentence_case(ways)),
                ("Lit en une fois", read),
                ("Mémoire", self.verdict),
                ("Ce poste peut tenir", phrases.largest_model(largest_file(pc))),
            ]
        )
        if read is self.length:
            QWidget.setTabOrder(self.length, self.choose)
            QWidget.setTabOrder(self.choose, self.back)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.name)
        head.addWidget(self.origin)
        head.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        for widget in (self.choose, self.back, self.reason):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        self.column.addLayout(head)
        self.column.addWidget(self.facts)
        self.column.addSpacing(Space.XS)
        self.column.addLayout(buttons)
        self.column.addWidget(self.ready)
        self.column.addWidget(self.notice)

    def _say_verdict(self, fit: Fit) -> None:
        icon_name, token, title = _VERDICTS[fit.verdict]
        advice = "" if fit.verdict is Verdict.FITS else " Fermez d’autres programmes."
        words = f"{title} : il demande {gigabytes(fit.needed)}, {gigabytes(fit.free)} sont libres."
        self.verdict.tell(icon_name, token, words + advice)

    def _offer_lengths(self, header: GgufHeader, model: ModelEntry, pc: Hardware) -> None:
        self.length.clear()
        for context in sorted({*contexts_of(header, pc), model.context}):
            words = phrases.number(phrases.words_in_context(context))
            self.length.addItem(f"environ {words} mots", context)
        self.length.setCurrentIndex(self.length.findData(model.context))

    def _choose_length(self, index: int) -> None:
        context = self.length.itemData(index)
        if context != self._choice.model.context:
            self._choice.choose_context(context)
        self.length.setCurrentIndex(self.length.findData(self._choice.model.context))

    def _tell(self) -> None:
        choice = self._choice
        if choice.ready_in is not None:
            took = phrases.exact_duration(choice.ready_in)
            words = f"« {choice.model.name} » est prêt, chargé en {took}."
            self.ready.tell("check", "accent", words)
        stays = f"Le modèle « {choice.model.name} » reste en place."
        if choice.trying is not None:
            until = f"Le modèle « {choice.model.name} » reste en place jusque-là."
            self.notice.tell(
                f"Chargement et essai de « {choice.trying.name} »…",
                until,
                [("Annuler", choice.cancel)],
                grave=False,
            )
        elif choice.error is not None:
            self.notice.tell(choice.error.sentence, stays)
        elif choice.interrupted is not None:
            name = choice.interrupted.name
            self.notice.tell(
                f"L’essai de « {name} » s’est arrêté pour laisser place à votre rédaction.",
                f"{stays} Choisissez de nouveau le fichier ensuite.",
                grave=False,
            )
        else:
            self.notice.dismiss()
        self.ready.setVisible(choice.ready_in is not None and choice.trying is None)


class Marked(QWidget):
    """A sentence behind a mark whose shape says the same."""

    def __init__(self) -> None:
        super().__init__()
        self.words = label("", wrap=True)
        self._mark = IconLabel("check", 16, "accent")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._mark)
        row.addWidget(self.words, 1)

    def tell(self, icon_name: str, token: str, sentence: str) -> None:
        """Show ``sentence`` behind the icon, in the colour that ``token`` names."""
        self._mark.become(icon_name, token)
        self.words.setText(sentence)
