"""Files that leave the vault or come to it, each where the user says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

BACKUPS = "Sauvegarde d’Aparté (*.aparte-coffre)"
TABLES = "Tableau (*.csv)"
TEXTS = "Fichier texte (*.txt)"


def ask_backup_to_write(parent: QWidget) -> Path | None:
    """Where the backup goes."""
    return _ask(parent, "Sauvegarder le coffre", "Coffre", "aparte-coffre", BACKUPS)


def ask_backup_to_read(parent: QWidget) -> Path | None:
    """Which backup comes in."""
    title = "Importer une sauvegarde"
    chosen, _ = QFileDialog.getOpenFileName(parent, title, _documents(), BACKUPS)
    return Path(chosen) if chosen else None


def ask_report(parent: QWidget) -> Path | None:
    """Where the benefit report goes."""
    return _ask(parent, "Enregistrer le bilan", "Bilan", "csv", TABLES)


def ask_text(parent: QWidget) -> Path | None:
    """Where the text goes that the vault can't keep."""
    return _ask(parent, "Enregistrer ailleurs", "Travail en cours", "txt", TEXTS)


def write_text(path: Path, text: str) -> bool:
    """Write ``text`` to ``path``, whole or not at all; whether it is there."""
    file = QSaveFile(str(path))
    data = text.encode()
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    return bool(opened and file.write(data) == len(data) and file.commit())


def _ask(parent: QWidget, title: str, noun: str, ending: str, kinds: str) -> Path | None:
    proposed = str(Path(_documents()) / f"{noun} {datetime.now():%Y-%m-%d %Hh%M}.{ending}")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    return Path(chosen) if chosen else None


def _documents() -> str:
    folder = QStandardPaths.StandardLocation.DocumentsLocation
    return QStandardPaths.writableLocation(folder)
