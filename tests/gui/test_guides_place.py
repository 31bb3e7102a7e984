"""Guides in the window, with the real library and the real nlp worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from assistant.gui.application import make_application
from assistant.gui.guides_flow import State
from assistant.gui.guides_place import GuidesPlace
from assistant.guides import Refusal
from assistant.guides_desk import GuidesDesk
from assistant.settings import Settings
from tests.gui.fake_desk import FakeDesk

TIMEOUT = 60_000


@pytest.fixture
def place(qtbot: QtBot, tmp_path: Path) -> Iterator[GuidesPlace]:
    make_application(Settings("clair"))
    guides = GuidesDesk(index=tmp_path / "index")
    made = GuidesPlace(guides, FakeDesk())
    qtbot.addWidget(made)
    made.resize(1256, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_flow()
    guides.close()


def ended(place: GuidesPlace) -> bool:
    return place.flow.state in (State.ANSWERED, State.FAILED)


def test_a_question_is_answered_refused_and_searched(place: GuidesPlace, qtbot: QtBot) -> None:
    assert len(place.library.rows) == 10
    place.ask_question("Dans quel ordre relire une lettre écrite par l’IA ?")
    qtbot.waitUntil(lambda: ended(place), timeout=TIMEOUT)
    answer = place.flow.answer
    assert answer is not None
    assert not answer.refused
    assert place.answer.sentences is not None
    assert [row.citation for row in place.answer.rows] == list(answer.citations)
    # The first citation is open, and what it cites is lit.
    guide = place.flow.desk.library.find(answer.citations[0].passage.guide).guide
    assert place.reader.accessibleName() == guide.title
    lit = place.reader.text._lit
    assert lit is not None
    shown = place.reader.text.toPlainText()[lit[0] : lit[1]]
    first_words = " ".join(answer.citations[0].passage.text.split()[:4])
    assert first_words in " ".join(shown.split())
    place.answer.sentences.anchorClicked.emit(QUrl("1"))
    place.copy.click()
    assert guide.title in QGuiApplication.clipboard().text()

    place.ask_question("Quelle dose de colchicine avec un DFG à 30 ?")
    qtbot.waitUntil(lambda: ended(place), timeout=TIMEOUT)
    assert place.flow.answer is not None
    assert place.flow.answer.refusal is Refusal.NOT_COVERED
    assert place.answer.rows
    assert place.library.isVisible()

    place.question.clear()
    place.question.setText("secret professionnel")
    place.question.textEdited.emit("secret professionnel")
    qtbot.waitUntil(lambda: place.flow.state is State.FOUND, timeout=TIMEOUT)
    assert place.answer.rows
    place.answer.rows[0].click()
    assert place.reader.isVisible()


def test_a_question_about_a_patient_goes_nowhere(place: GuidesPlace, qtbot: QtBot) -> None:
    place.ask_question("Mme Durand Jeanne née le 12/03/1941, 85 ans, FA sous apixaban, que faire ?")
    qtbot.waitUntil(lambda: ended(place), timeout=TIMEOUT)
    assert place.flow.answer is not None
    assert place.flow.answer.refusal is Refusal.PATIENT_TEXT
    assert place.flow.desk.engine.worker_pid is None


def test_a_document_of_the_service_joins_the_library(
    place: GuidesPlace, qtbot: QtBot, tmp_path: Path
) -> None:
    document = tmp_path / "protocole.md"
    document.write_text("# Protocole du service\n\nLes lettres sont relues à deux le vendredi.\n")
    place.add_file(document)
    qtbot.waitUntil(lambda: len(place.library.rows) == 11, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: place.flow.adding is None, timeout=TIMEOUT)
    assert "non signé" in place.library.fact
    assert place.reader.accessibleName() == "Protocole du service"
    assert place.which.findText("Protocole du service") > 0


def test_a_file_that_cannot_be_read_is_told(
    place: GuidesPlace, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "abîmé.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    place.add_file(broken)
    qtbot.waitUntil(place.notice.isVisible, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: place.flow.adding is None, timeout=TIMEOUT)
    assert len(place.library.rows) == 10
