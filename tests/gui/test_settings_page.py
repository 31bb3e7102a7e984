"""Réglages: what each of its states says, in French, on any window, for any hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from assistant.bench.card import Card
from assistant.bench.survey import Survey
from assistant.documents import Mode, Source
from assistant.errors import AparteError, ErrorCode
from assistant.gui import phrases
from assistant.gui.measures import words
from assistant.gui.rail import SETTINGS
from assistant.gui.settings_page import SettingsPage
from assistant.gui.theme import set_theme
from assistant.gui.window import MainWindow
from assistant.model_store.catalogue import ModelEntry, find_model
from assistant.tasks import Progress, Stage
from tests.gui.fake_desk import NOTE, FakeDesk, gather
from tests.gui.test_window import faults, name_of, reached_by_tab

CARD = Card({
    "date": "2026-05-01T08:05:00+00:00", "model": "essai", "model_fingerprint": "1-1",
    "processor": "Processeur d’essai", "prefill_512_tokens_per_s": 120.0,
    "task_300_words_reading_s": 5.0, "task_300_words_writing_s": 10.0,
    "task_300_words_written_tokens": 120, "task_300_words_tokens": 600,
    "task_300_words_read_share": 1.0, "strict_copy_300_words_s": 0.4, "stop_prefill_p95_s": 0.1,
    "stop_decode_p95_s": 0.05, "worker_memory_bytes": 2 << 30, "other_programs_share": 0.5,
})  # fmt: skip


def nothing(_page: SettingsPage, _own: ModelEntry) -> None:
    """As it is at the start."""


def with_a_card(page: SettingsPage, _own: ModelEntry) -> None:
    page.measure.card = CARD
    page.pc.fold.click()


def with_a_model_of_ones_own(page: SettingsPage, own: ModelEntry) -> None:
    page.choice._desk.model = own


def trying(page: SettingsPage, own: ModelEntry) -> None:
    page.choice.trying = own


def interrupted(page: SettingsPage, own: ModelEntry) -> None:
    page.choice.interrupted = own


def ready(page: SettingsPage, _own: ModelEntry) -> None:
    page.choice.ready_in = 2.2


def refused(page: SettingsPage, _own: ModelEntry) -> None:
    page.choice.error = AparteError(
        ErrorCode.MODEL_TOO_LARGE,
        model="essai",
        needed="9,0\u00a0Go",
        free="3,0\u00a0Go",
        largest="2,0\u00a0Go",
    )


def measuring(page: SettingsPage, _own: ModelEntry) -> None:
    page.measure.survey = Survey(page.choice._desk)


def waiting(page: SettingsPage, own: ModelEntry) -> None:
    measuring(page, own)
    assert page.measure.survey is not None
    page.measure.survey.give_way()


def failed(page: SettingsPage, _own: ModelEntry) -> None:
    page.measure.error = AparteError(ErrorCode.WORKER_DIED)


STATES = (
    nothing, with_a_card, with_a_model_of_ones_own, trying, interrupted, ready, refused, measuring,
    waiting, failed,
)  # fmt: skip


def bring(window: MainWindow, state: Callable[[SettingsPage, ModelEntry], None]) -> SettingsPage:
    """Réglages in ``state``."""
    page = window.settings_page
    window.show_place(SETTINGS)
    own = find_model(None)
    state(page, own)
    page.choice.changed.emit()
    return page


@pytest.mark.parametrize("state", STATES)
def test_french(window: MainWindow, state: Callable[[SettingsPage, ModelEntry], None]) -> None:
    bring(window, state)
    assert faults(window) == []
    window.settings_page.measure.survey = None


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1440, 900, 1.0), (1280, 720, 1.0), (960, 600, 1.0), (1280, 720, 2.0), (960, 600, 2.0)],
)
def test_nothing_is_cut(
    window: MainWindow,
    desk: FakeDesk,
    writer: ModelEntry,
    width: int,
    height: int,
    scale: float,
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    set_theme(app, "clair", scale)
    window.resize(width, height)
    desk.model, desk.ways = writer, (Mode.VERIFIED, Mode.STRICT_COPY)
    page = bring(window, with_a_card)
    refused(page, writer)
    page.choice.changed.emit()
    QTest.qWait(50)
    body = page.column.parentWidget()
    assert body is not None
    viewport = body.parentWidget()
    assert viewport is not None
    assert body.minimumSizeHint().width() <= viewport.width(), [
        (name_of(w), w.minimumSizeHint().width()) for w in body.findChildren(QWidget)
    ]
    set_theme(app, "clair", 1.0)


def test_every_control_can_be_reached_by_tab(
    window: MainWindow, desk: FakeDesk, writer: ModelEntry
) -> None:
    desk.model = writer
    page = bring(window, with_a_card)
    wanted = {
        w
        for w in page.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and isinstance(w, QAbstractButton | QComboBox)
    }
    group = set(page.themes.values())  # Tab reaches one of them, and the arrows the others
    seen = reached_by_tab(window)
    assert {name_of(w) for w in wanted - group - seen} == set()
    assert group & seen


def test_a_model_cannot_be_chosen_while_a_draft_runs(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    page = bring(window, nothing)
    assert not page.model.choose.isEnabled()
    assert page.model.choose.accessibleDescription() == page.model.reason.text() != ""


def test_the_card_in_words(window: MainWindow) -> None:
    page = bring(window, with_a_card)
    told = dict(page.pc.facts.told)
    assert told["Lecture"] == "3\u202f600\u00a0mots par minute"
    assert told["Écriture"] == "360\u00a0mots par minute"
    assert told["Copie stricte"] == "Moins d’une seconde pour une note de 300\u00a0mots"
    assert str(told["Rédaction vérifiée"]).startswith("Environ 40\u00a0secondes pour une note")
    assert told["Mémoire utilisée"] == "2,0\u00a0Go"
    assert "essai" in page.pc.made.text()
    assert "n’a pas été mesuré" in page.pc.made.text()
    assert "D’autres programmes" in page.pc.made.text()


def test_a_source_too_long_is_told_before_it_is_read(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    fitting = NOTE.index("ATCD")
    desk.runs[-1].listener.progressed(Progress(Stage.READING, 0, len(NOTE), None, None, fitting))
    gather(window)
    told = window.drafting.draft.status.sentence.text()
    assert phrases.too_long(words(NOTE, fitting), words(NOTE)) in told
    assert faults(window) == []


def test_words_of_time_and_size() -> None:
    assert phrases.about(0.2) == "moins d’une seconde"
    assert phrases.about(61) == "environ une minute"
    assert phrases.words_per_minute(1234) == "1\u202f200\u00a0mots par minute"
    assert phrases.words_per_minute(7) == "7\u00a0mots par minute"
    moment = datetime(2026, 8, 1, 9, 5)
    assert phrases.day_and_time(moment) == "1er\u00a0août\u00a02026 à 9\u00a0h\u00a005"
    assert phrases.words_in_context(8192) == 3100
    assert "Aucun autre modèle" in phrases.largest_model(0)
