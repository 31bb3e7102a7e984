"""Réglages: appearance and text size; every choice applies at once and is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
)

from assistant.gui.controls import Button, key_caps, label
from assistant.gui.notice import Notice
from assistant.gui.page import Page
from assistant.gui.phrases import NBSP
from assistant.gui.tokens import Space
from assistant.settings import TEXT_SCALES, Settings
from assistant.tasks import Desk

_THEMES = {
    "systeme": "Comme le système",
    "clair": "Clair",
    "sombre": "Sombre",
    "contraste": "Contraste élevé",
}


class SettingsPage(Page):
    """Shows ``settings`` and says when the user changes them."""

    changed = Signal(object)

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__("Réglages", desk)
        self.settings = settings
        self.notice = Notice()
        self.themes: dict[str, QRadioButton] = {}
        self.smaller = Button("Réduire")
        self.larger = Button("Agrandir")
        self.scale = label("", "strong")
        self.smaller.clicked.connect(lambda: self.step_scale(-1))
        self.larger.clicked.connect(lambda: self.step_scale(+1))
        column = self.column
        column.addWidget(self.notice)
        column.addWidget(label("Apparence", "paneTitle"))
        self._add_themes(column)
        column.addSpacing(Space.L)
        column.addWidget(label("Taille du texte", "paneTitle"))
        self._add_scale(column)
        column.addStretch()
        self._refresh()

    def step_scale(self, step: int) -> None:
        """The next larger or smaller text size; 0 goes back to 100 %."""
        nearest = min(TEXT_SCALES, key=lambda scale: abs(scale - self.settings.text_scale))
        index = TEXT_SCALES.index(nearest) + step
        wanted = TEXT_SCALES[min(max(index, 0), len(TEXT_SCALES) - 1)] if step else 1.0
        self._change(replace(self.settings, text_scale=wanted))

    def tell_unsaved(self) -> None:
        """Say that the choice holds only until the window closes."""
        self.notice.tell(
            "Vos réglages n’ont pas pu être enregistrés.",
            "Ils s’appliquent jusqu’à la fermeture d’Aparté. Vérifiez vos droits d’accès.",
        )

    def _add_themes(self, column: QVBoxLayout) -> None:
        group = QButtonGroup(self)
        for name, title in _THEMES.items():
            radio = QRadioButton(title)
            radio.clicked.connect(partial(self._choose_theme, name))
            group.addButton(radio)
            self.themes[name] = radio
            column.addWidget(radio)

    def _add_scale(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.smaller)
        row.addWidget(self.larger)
        row.addSpacing(Space.S)
        row.addWidget(self.scale)
        row.addSpacing(Space.L)
        row.addLayout(key_caps("Ctrl", "−"))
        row.addSpacing(Space.S)
        row.addLayout(key_caps("Ctrl", "+"))
        row.addStretch()
        column.addLayout(row)

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
