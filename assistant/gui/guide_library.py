"""The guides of this PC: their titles, dates and signatures; a click opens one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.gui import phrases
from assistant.gui.controls import ElidedLabel, IconLabel, label
from assistant.gui.pane import Pane
from assistant.gui.tokens import Space
from assistant.retrieval.library import LibraryGuide, Origin


class GuideLibrary(Pane):
    """Lists the guides; ``opened`` carries the one that is chosen."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__("draftPane", "Guides de ce poste")
        self.rows: list[GuideRow] = []
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(Space.L, 0, Space.L, Space.L)
        self._rows.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list)
        self._list.setAutoFillBackground(False)
        note = label(
            "Vous pouvez ajouter un document de votre service (PDF, Word, texte). Il reste sur ce "
            "poste et sera cité comme les autres.",
            "second",
            wrap=True,
        )
        note.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self.column.addWidget(area, 1)
        self.column.addWidget(note)

    def show_guides(self, guides: Sequence[LibraryGuide], today: date) -> None:
        """Show ``guides`` in this order."""
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [GuideRow(guide, today) for guide in guides]
        while self._rows.count():
            self._rows.takeAt(0)
        for row in self.rows:
            row.clicked.connect(lambda _=False, r=row: self.opened.emit(r.shelved))
            self._rows.addWidget(row)
        self._rows.addStretch(1)
        signed = sum(guide.signer is not None for guide in guides)
        unsigned = len(guides) - signed
        fact = f"{len(guides)}, signatures vérifiées"
        if unsigned:
            fact = f"{len(guides)}, dont {phrases.count(unsigned, 'non signé')}"
        self.set_fact(fact)


class GuideRow(QPushButton):
    """One guide of the list."""

    def __init__(self, shelved: LibraryGuide, today: date) -> None:
        super().__init__()
        self.shelved = shelved
        guide = shelved.guide
        self.setObjectName("guideRow")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.M, 0, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel("book-open", 18), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(ElidedLabel(guide.title, "strong"))
        words.addWidget(ElidedLabel(_about(shelved), "second"))
        row.addLayout(words, 1)
        if shelved.overdue(today) and guide.review is not None:
            row.addWidget(IconLabel("diamond", 14, "minor"), 0, Qt.AlignmentFlag.AlignTop)
            when = label(f"à revoir depuis le {phrases.day(guide.review)}", "factStrong")
        else:
            verb = "ajouté le" if shelved.origin is Origin.DOCUMENT else "du"
            when = label(f"{verb} {phrases.day(guide.dated)}", "second")
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{guide.title}, {when.text()}")
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()


def _about(shelved: LibraryGuide) -> str:
    if shelved.signer is None:
        return (
            f"Ajouté par vous, non signé, {phrases.count(len(shelved.guide.text.split()), 'mot')}"
        )
    return shelved.guide.summary or f"Version {shelved.guide.version}, signé par {shelved.signer}"
