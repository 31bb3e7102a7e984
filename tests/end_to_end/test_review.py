"""From a pasted draft to a clean copy, with the real check in its own process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from assistant.checking import Checker
from assistant.documents import Source
from assistant.drafting.document_type import document_type
from assistant.engine import NLP_COMMAND, Engine
from assistant.findings import Kind
from assistant.gui.application import make_application
from assistant.gui.checking_flow import CheckingState
from assistant.gui.window import MainWindow
from assistant.settings import Settings
from tests.gui.fake_desk import FakeDesk

PATIENCE = 60_000
QUERCY = Path(__file__).parents[1] / "gui" / "quercy"


@pytest.fixture
def checker() -> Iterator[Checker]:
    made = Checker(Engine(command=NLP_COMMAND, grace=1.0))
    yield made
    made.engine.close()


@pytest.fixture
def window(qtbot: QtBot, checker: Checker) -> Iterator[MainWindow]:
    make_application(Settings())
    window = MainWindow(FakeDesk(), checker, Settings())
    window.resize(1440, 900)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def test_a_draft_is_checked_corrected_and_let_out(
    qtbot: QtBot, window: MainWindow, checker: Checker
) -> None:
    place = window.drafting
    review, foot = place.review, place.foot

    def checked() -> bool:
        return review.checking.settled and review.checking.state is CheckingState.CHECKED

    window.open_source(Source((QUERCY / "source.txt").read_text("utf-8"), "Mme Quercy"))
    QGuiApplication.clipboard().setText((QUERCY / "draft.txt").read_text("utf-8"))
    place.flow.set_form(document_type("lettre_liaison"))
    place.draft.paste_draft()
    qtbot.waitUntil(checked, timeout=PATIENCE)
    dose, pending = review.open_points[:2]
    assert (dose.finding.kind, pending.finding.kind) == (Kind.DOSE, Kind.OMISSION)
    assert review.graves_left == 2
    assert foot.copy.property("class") == "off"

    review.correct()  # « Remplacer par 5 mg »
    assert "Bisoprolol\t5\u00a0mg le matin\tinchangé" in place.draft.text
    qtbot.waitUntil(checked, timeout=PATIENCE)
    assert review.graves_left == 1
    review.step(+1)
    review.correct()  # « Ajouter au brouillon »
    assert "Résultats en attente\nTSH prélevée le 17/11" in place.draft.text
    qtbot.waitUntil(checked, timeout=PATIENCE)
    assert review.graves_left == 0

    pid = checker.engine.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)  # the next check finds a new process
    for point in list(review.open_points):
        review.choose(point)
        review.keep()
    review.step(+1)
    assert review.chosen is None
    foot.copy.click()
    qtbot.waitUntil(lambda: foot.said.text() == "Brouillon copié", timeout=PATIENCE)
    assert QGuiApplication.clipboard().text() == place.draft.text
    view = place.draft.view
    before, found, _ = view.document().toRawText().partition("Chute à domicile")
    assert found
    view.choose(len(before) + 3)
    (place_in_source,) = place.source.editor.marks
    assert "Motif" in place.source.editor.select(place_in_source).selectedText()
    view.moveCursor(view.textCursor().MoveOperation.End)
    view.insertPlainText(" Ramipril 50 mg.")
    qtbot.waitUntil(lambda: checked() and review.graves_left == 1, timeout=PATIENCE)
