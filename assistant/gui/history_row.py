"""One work of the history: when, what it begins with, and, once chosen, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from assistant.gui.controls import Button, ElidedLabel, label
from assistant.gui.phrases import NBSP, clock, count
from assistant.gui.tokens import Space
from assistant.gui.vault_phrases import day_and_clock
from assistant.vault.sources import KeptSource
from assistant.vault.versions import Origin, Version

_ORIGINS = {
    Origin.MODEL: "brouillon",
    Origin.PASTED: "brouillon apporté",
    Origin.CORRECTION: "corrigé",
    Origin.RESTORED: "repris",
}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A source with its versions; ``excerpt`` is what was looked for in it, if anything was."""

    source: KeptSource
    versions: Sequence[Version]
    excerpt: str = ""


class HistoryRow(QWidget):
    """A line that opens; asks for what its buttons say. ``version_asked`` carries a Version."""

    chosen = Signal()
    resume_asked = Signal()
    delete_asked = Signal()
    version_asked = Signal(object)

    def __init__(self, entry: HistoryEntry) -> None:
        super().__init__()
        self.entry = entry
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.line = self._line()
        self.inside = self._inside()
        self.inside.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(self.inside)

    def set_open(self, opened: bool) -> None:
        """Show the versions, or the line alone."""
        self.line.setChecked(opened)
        self.inside.setVisible(opened)

    def _line(self) -> RowButton:
        source, many = self.entry.source, len(self.entry.versions)
        facts = day_and_clock(source.changed_at)
        if many:
            facts += f", {count(many, 'version')}"
        first = self.entry.excerpt or source.text.strip().partition("\n")[0]
        line = RowButton()
        line.setAccessibleName(f"{facts}. {first}")
        line.clicked.connect(self.chosen)
        words = QVBoxLayout(line)
        words.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        words.setSpacing(2)
        words.addWidget(ElidedLabel(facts, "factStrong"))
        words.addWidget(ElidedLabel(first))
        return line

    def _inside(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.L)
        column.setSpacing(Space.S)
        for version in reversed(self.entry.versions):
            column.addLayout(self._version(version))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.resume = Button("Reprendre ce travail", "outlined")
        self.delete = Button("Effacer", "bare")
        self.resume.clicked.connect(self.resume_asked)
        self.delete.clicked.connect(self.delete_asked)
        row.addWidget(self.resume)
        row.addWidget(self.delete)
        row.addStretch()
        column.addLayout(row)
        return inside

    def _version(self, version: Version) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        at = clock(version.made_at.astimezone())
        facts = f"Version{NBSP}{version.number}, {at}, {_ORIGINS[version.origin]}"
        row.addWidget(label(facts, "second"))
        look = Button("Voir ce qui change", "bare")
        look.clicked.connect(partial(self._ask_version, version))
        row.addWidget(look)
        row.addStretch()
        return row

    def _ask_version(self, version: Version, _checked: bool = False) -> None:
        self.version_asked.emit(version)


class RowButton(QPushButton):
    """A button as high as the words in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("listRow")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return super().sizeHint() if inside is None else inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
