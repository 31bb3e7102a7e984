"""A small source, a draft that differs from it in three ways, and a checker that knows them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextEdit, QWidget

from assistant.documents import Source
from assistant.findings import Finding
from assistant.gui.pasted_draft import pasted_draft
from assistant.gui.window import MainWindow
from tests.gui.fake_checker import FakeChecker, dose, omission, unsupported
from tests.gui.fake_desk import position

SOURCE = (
    "Motif : chute 🩺.\nTTT : apixaban 2,5 mg, bisoprolol 5 mg le matin.\n"
    "TSH prélevée le 17/11, résultat en attente."
)
"""Holds an emoji: two units for Qt, one for the core."""
DRAFT = (
    "Cher confrère 🩺,\n\nTraitement de sortie\nbisoprolol 2,5 mg le matin\n\n"
    "Suites\nLa patiente vit seule. Elle marche."
)
PENDING = "TSH prélevée le 17/11, résultat en attente"
ALONE = "La patiente vit seule."


def three_points(source: str, draft: str) -> Sequence[Finding]:
    """A dose that differs, a result left out, a sentence from nowhere: as long as they do."""
    found = []
    if "bisoprolol 2,5 mg" in draft and "bisoprolol 5 mg" in source:
        found.append(dose(source, draft, "5 mg", "2,5 mg"))
    if PENDING in source and PENDING not in draft:
        found.append(omission(source, PENDING))
    if ALONE in draft:
        found.append(unsupported(draft, ALONE))
    return found


def reviewed(window: MainWindow, checker: FakeChecker, draft: str = DRAFT) -> None:
    """Bring ``window`` to the three points."""
    checker.rule = three_points
    window.open_source(Source(SOURCE, "note"))
    window.drafting.flow.open_draft(pasted_draft(draft, window.drafting.flow.form))


def settle(window: MainWindow) -> None:
    """Let the check that is due be made, without waiting for the pause."""
    window.drafting.review.checking.check()


def type_over(text: QTextEdit, words: str, by: str) -> None:
    """What a clinician's keyboard does to ``words``."""
    cursor = QTextCursor(text.document())
    start = position(text, words)
    cursor.setPosition(start)
    cursor.setPosition(start + len(words), QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    text.insertPlainText(by)


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """A key of the window."""
    window.activateWindow()
    handle: QWidget = window
    QTest.keyClick(handle.windowHandle(), key, modifier or Qt.KeyboardModifier.NoModifier)
