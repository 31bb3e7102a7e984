"""Réglages: the model, this PC's speed, appearance and text size; every choice applies at once and
is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
)

from assistant.gui.controls import Button, key_caps, label
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.model_choice import ModelChoice
from assistant.gui.model_section import ModelSection
from assistant.gui.notice import Notice
from assistant.gui.page import Page
from assistant.gui.pc_measure import PcMeasure
from assistant.gui.pc_section import PcSection
from assistant.gui.phrases import NBSP
from assistant.gui.section import Section
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.model_store.catalogue import ModelEntry
from assistant.model_store.remembered import remembering
from assistant.settings import TEXT_SCALES, Settings
from assistant.tasks import Desk

_THEMES = {
    "systeme": "Comme le système",
    "clair": "Clair",
    "sombre": "Sombre",
    "contraste": "Contraste élevé",
}


SIDE, SIDE_BESIDE = 356, 640


class SettingsPage(Page):
    """Shows ``settings`` and says when the user changes them, or adopts another model."""

    changed = Signal(object)
    model_adopted = Signal()

    def __init__(self, desk: Desk, settings: Settings, flow: DraftingFlow) -> None:
        super().__init__("Réglages", desk)
        self.settings = settings
        self.measure = PcMeasure(desk, flow, self)
        self.choice = ModelChoice(desk, flow, self.measure, self)
        self.model = ModelSection(desk, self.choice)
        self.pc = PcSection(self.measure, self.choice)
        self.notice = Notice()
        self.themes: dict[str, QRadioButton] = {}
        self.smaller = Button("Réduire")
        self.larger = Button("Agrandir")
        self.scale = label("", "strong")
        self.smaller.clicked.connect(lambda: self.step_scale(-1))
        self.larger.clicked.connect(lambda: self.step_scale(+1))
        self.choice.adopted.connect(self._remember)
        self._lay_out()
        self._refresh()

    def close_work(self) -> None:
        """Stop what runs; the window closes."""
        self.choice.close()
        self.measure.cancel()

    def step_scale(self, step: int) -> None:
        """The next larger or smaller text size; 0 goes back to 100 %."""
        nearest = min(TEXT_SCALES, key=lambda scale: abs(scale - self.settings.text_scale))
        index = TEXT_SCALES.index(nearest) + step
        wanted = TEXT_SCALES[min(max(index, 0), len(TEXT_SCALES) - 1)] if step else 1.0
        self._change(replace(self.settings, text_scale=wanted))

    def keep_vault(self, *, lock_minutes: float, ephemeral: bool) -> None:
        """Keep what was chosen of the vault, in its own place."""
        self._change(replace(self.settings, lock_minutes=lock_minutes, ephemeral=ephemeral))

    def tell_unsaved(self) -> None:
        """Say that the choice holds only until the window closes."""
        self.notice.tell(
            "Vos réglages n’ont pas pu être enregistrés.",
            "Ils s’appliquent jusqu’à la fermeture d’Aparté. Vérifiez vos droits d’accès.",
        )

    def _lay_out(self) -> None:
        """The model and this PC on the page, what one sees beside them or, where there is little
        room, under them."""
        for part in (self.notice, self.model, self.pc):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._side = QFrame()
        self._side.setObjectName("side")
        aside = QVBoxLayout(self._side)
        aside.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        aside.setSpacing(Space.M)
        aside.addWidget(self._appearance())
        aside.addWidget(self._text_size())
        aside.addStretch(1)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.measure_room()  # other programs took or gave memory meanwhile

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def rescale(self) -> None:
        """Take every fixed measure from the text scale."""
        super().rescale()
        if hasattr(self, "_side"):
            self._fit()

    def _fit(self) -> None:
        px = theme().px
        for part in (self.notice, self.model, self.pc):
            part.setMaximumWidth(px(Space.MEASURE))
        beside = self.width() >= px(SIDE + SIDE_BESIDE)
        (self.row if beside else self.column).addWidget(self._side)
        self._side.setMinimumWidth(px(SIDE) if beside else 0)

    def _appearance(self) -> Section:
        section = Section("Apparence")
        group = QButtonGroup(self)
        for name, title in _THEMES.items():
            radio = QRadioButton(title)
            radio.clicked.connect(partial(self._choose_theme, name))
            group.addButton(radio)
            self.themes[name] = radio
            section.column.addWidget(radio)
        return section

    def _text_size(self) -> Section:
        section = Section("Taille du texte")
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.smaller)
        row.addWidget(self.larger)
        row.addSpacing(Space.S)
        row.addWidget(self.scale)
        row.addStretch()
        keys = QHBoxLayout()
        keys.setSpacing(Space.S)
        keys.addLayout(key_caps("Ctrl", "−"))
        keys.addLayout(key_caps("Ctrl", "+"))
        keys.addStretch()
        section.column.addLayout(row)
        section.column.addLayout(keys)
        return section

    def _remember(self, model: ModelEntry) -> None:
        try:
            self._change(remembering(self.settings, model))
        except OSError:  # gone since: this window drafts with it, the next start will say so
            self.tell_unsaved()
        self.model_adopted.emit()

    def _choose_theme(self, name: str, _checked: bool = True) -> None:
        self._change(replace(self.settings, theme=name))

    def _change(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self._refresh()
            self.notice.dismiss()
            self.changed.emit(settings)

    def _refresh(self) -> None:
        self.themes.get(self.settings.theme, self.themes["systeme"]).setChecked(True)
        self.scale.setText(f"{round(self.settings.text_scale * 100)}{NBSP}%")
        self.smaller.setEnabled(self.settings.text_scale > TEXT_SCALES[0])
        self.larger.setEnabled(self.settings.text_scale < TEXT_SCALES[-1])
