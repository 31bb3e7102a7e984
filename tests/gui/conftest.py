"""A window over a desk driven by hand: each test says what the engine reports, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from assistant.drafting.document_type import document_types
from assistant.gui.application import make_application
from assistant.gui.window import MainWindow
from assistant.settings import Settings
from tests.gui.fake_checker import FakeChecker
from tests.gui.fake_desk import FakeDesk


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def checker() -> FakeChecker:
    return FakeChecker()


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, checker: FakeChecker) -> Iterator[MainWindow]:
    make_application(Settings("clair"))
    made = MainWindow(desk, checker, Settings("clair"))
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    choose_form(made, "lettre_liaison")
    yield made
    made.close()
    shiboken6.delete(made)
    assert threading.active_count() <= 2, "the window left a thread behind"


def choose_form(window: MainWindow, form_id: str) -> None:
    """What choosing a form in the top bar does."""
    chooser = window.drafting.top.form
    index = chooser.findData(form_id)
    chooser.setCurrentIndex(index)
    chooser.activated.emit(index)
    assert window.drafting.flow.form is document_types()[form_id]
