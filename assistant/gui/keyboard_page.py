"""F1: the keys of this screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from assistant.gui.controls import Button, key_caps, label
from assistant.gui.page import Page
from assistant.gui.tokens import Space
from assistant.tasks import Desk

KEYS = (
    (("Ctrl", "Entrée"), "rédiger"),
    (("Échap",), "arrêter"),
    (("F6",), "volet suivant"),
    (("Maj", "F6"), "volet précédent"),
    (("F8",), "point suivant"),
    (("Maj", "F8"), "point précédent"),
    (("Alt", "R"), "remplacer ou corriger"),
    (("Alt", "G"), "garder"),
    (("Ctrl", "Z"), "annuler une correction"),
    (("Ctrl", "Y"), "rétablir une correction"),
    (("Ctrl", "D"), "voir l’autre version du brouillon"),
    (("Ctrl", "E"), "enregistrer le brouillon"),
    (("F2",), "aller à Rédiger"),
    (("F5",), "aller à l’Historique"),
    (("F9",), "aller aux Réglages"),
    (("Ctrl", "L"), "verrouiller"),
    (("Ctrl", "+"), "agrandir le texte"),
    (("Ctrl", "−"), "réduire le texte"),
    (("F1",), "cette page"),
)


class KeyboardPage(Page):
    """A list of keys; asks to go back."""

    back_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("Clavier", desk)
        self.back = Button("Revenir à la rédaction")
        self.back.clicked.connect(self.back_asked)
        column = self.column
        column.setSpacing(Space.L)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.M)
        for row, (keys, does) in enumerate(KEYS):
            grid.addLayout(key_caps(*keys), row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label(does), row, 1)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        column.addWidget(self.back)
        column.addStretch()
