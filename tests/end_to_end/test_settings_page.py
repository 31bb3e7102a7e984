"""Réglages in the real window, over the real worker and real model files, good and bad."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from assistant.bench import survey
from assistant.bench.measurer import PC
from assistant.bench.survey import STRICT_COPY, Stage
from assistant.documents import Mode, Source
from assistant.engine import Engine
from assistant.errors import ErrorCode
from assistant.gui.application import make_application
from assistant.gui.desk_facts import DeskFacts
from assistant.gui.drafting_flow import State
from assistant.gui.rail import SETTINGS
from assistant.gui.window import MainWindow
from assistant.model_store.catalogue import ModelEntry
from assistant.model_store.remembered import starting_model
from assistant.settings import Settings, load_settings
from assistant.tasks import Desk
from tests.gguf_models import write_altered, write_vocabulary, write_writer_model
from tests.gui.fake_checker import FakeChecker

PATIENCE = 60_000
NOTE = Source("Motif : toux depuis 3 j.\nATCD : HTA.\nTA 14/8.\nCAT : revoir à J7.")


@pytest.fixture
def window(qtbot: QtBot, starter: ModelEntry) -> Iterator[MainWindow]:
    make_application(Settings("clair"))
    desk = Desk(starter, Engine(grace=1.0))
    window = MainWindow(desk, FakeChecker(), Settings("clair"))
    qtbot.addWidget(window)
    window.show()
    window.show_place(SETTINGS)
    yield window
    window.close()
    desk.close()


def tried(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Choose the file at ``path`` and wait for what comes of it."""
    choice = window.settings_page.choice
    choice.choose_file(path)
    qtbot.waitUntil(lambda: choice.trying is None, timeout=PATIENCE)


def trying(window: MainWindow) -> bool:
    return window.settings_page.choice.trying is not None


def stage(window: MainWindow) -> Stage | None:
    made = window.settings_page.measure.survey
    return None if made is None else made.stage


def drafts(qtbot: QtBot, window: MainWindow) -> str:
    """Draft NOTE from beginning to end, and return the draft."""
    window.open_source(NOTE)
    window.start()
    flow = window.drafting.flow
    qtbot.waitUntil(lambda: not flow.state.running, timeout=PATIENCE)
    assert flow.state is State.DONE, flow.error
    return window.drafting.draft.text


def test_another_model_drafts_without_a_new_start(
    qtbot: QtBot, window: MainWindow, writer: ModelEntry
) -> None:
    before = drafts(qtbot, window)
    window.show_place(SETTINGS)
    tried(qtbot, window, writer.path)
    page = window.settings_page
    assert page.choice.error is None
    assert page.model.ready.isVisible()
    assert window.drafting.draft.text == before  # nothing on screen is lost
    assert {facts.model.words.text() for facts in window.findChildren(DeskFacts)} == {"writer"}
    flow = window.drafting.flow
    flow.set_mode(Mode.VERIFIED)
    window.start()
    qtbot.waitUntil(lambda: flow.state is State.WRITING, timeout=PATIENCE)
    flow.stop()
    qtbot.waitUntil(lambda: flow.state is State.STOPPED, timeout=PATIENCE)
    remembered, reason = starting_model(load_settings())
    assert (remembered.path, reason) == (writer.path, None)


def test_the_way_back_to_the_model_that_ships(
    qtbot: QtBot, window: MainWindow, writer: ModelEntry, starter: ModelEntry
) -> None:
    page = window.settings_page
    assert not page.model.back.isVisible()
    tried(qtbot, window, writer.path)
    page.model.back.click()
    qtbot.waitUntil(lambda: page.choice.model == starter, timeout=PATIENCE)
    assert load_settings().model == ""
    assert window.drafting.flow.mode is Mode.STRICT_COPY
    assert "toux depuis 3 j." in drafts(qtbot, window)


def test_another_length_is_loaded_and_kept(
    qtbot: QtBot, window: MainWindow, writer: ModelEntry
) -> None:
    tried(qtbot, window, writer.path)
    length = window.settings_page.model.length
    assert length.currentData() == writer.context
    length.setCurrentIndex(0)
    length.activated.emit(0)
    choice = window.settings_page.choice
    qtbot.waitUntil(lambda: choice.trying is None, timeout=PATIENCE)
    assert choice.model.context == load_settings().model_context == length.itemData(0) == 2048


def unknown_family(path: Path, writer: ModelEntry) -> None:
    path.write_bytes(writer.path.read_bytes().replace(b"llama", b"zzzzz"))


def never_computes(path: Path, writer: ModelEntry) -> None:
    # GGML asserts that this is not negative, when it computes for the first time: it aborts.
    write_altered(path, writer.path, "llama.attention.layer_norm_rms_epsilon", -1.0)


def too_large(path: Path, writer: ModelEntry) -> None:
    write_altered(path, writer.path, "llama.block_count", 1_000_000_000)


def cut_short(path: Path, writer: ModelEntry) -> None:
    path.write_bytes(writer.path.read_bytes()[:100_000])


def a_letter(path: Path, _writer: ModelEntry) -> None:
    path.write_text("Cher confrère,", "utf-8")


def a_vocabulary(path: Path, writer: ModelEntry) -> None:
    write_vocabulary(path, writer.path)


def no_dialogue(path: Path, writer: ModelEntry) -> None:
    write_writer_model(path, writer.path, template=None)


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (a_letter, ErrorCode.MODEL_UNUSABLE),
        (cut_short, ErrorCode.MODEL_CUT),
        (a_vocabulary, ErrorCode.MODEL_WITHOUT_WEIGHTS),
        (no_dialogue, ErrorCode.MODEL_WITHOUT_DIALOGUE),
        (unknown_family, ErrorCode.MODEL_UNSUPPORTED),
        (too_large, ErrorCode.MODEL_TOO_LARGE),
        (never_computes, ErrorCode.MODEL_STOPS_ENGINE),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_changes_nothing(
    qtbot: QtBot,
    window: MainWindow,
    writer: ModelEntry,
    starter: ModelEntry,
    tmp_path: Path,
    write: Callable[[Path, ModelEntry], None],
    code: ErrorCode,
) -> None:
    path = tmp_path / "autre.gguf"
    write(path, writer)
    tried(qtbot, window, path)
    page = window.settings_page
    assert page.choice.error is not None
    assert page.choice.error.code is code
    assert page.model.notice.isVisible()
    assert page.model.notice.title.text() == page.choice.error.sentence
    assert page.choice.model == starter
    if code in (ErrorCode.MODEL_UNSUPPORTED, ErrorCode.MODEL_STOPS_ENGINE):  # the worker saw it
        assert "toux depuis 3 j." in drafts(qtbot, window)


def test_no_choice_while_a_draft_runs_and_a_draft_ends_a_trial(
    qtbot: QtBot, window: MainWindow, writer: ModelEntry, starter: ModelEntry
) -> None:
    page, flow = window.settings_page, window.drafting.flow
    window.open_source(NOTE)
    page.choice.choose_file(writer.path)
    assert trying(window)
    window.start()
    assert flow.state.running
    assert not trying(window)
    assert page.choice.interrupted is not None
    assert not page.model.choose.isEnabled()
    assert page.model.reason.text()
    page.choice.choose_file(writer.path)
    assert not trying(window)
    qtbot.waitUntil(lambda: flow.state is State.DONE, timeout=PATIENCE)
    assert page.model.choose.isEnabled()
    assert page.choice.model == starter


def test_a_trial_can_be_left(qtbot: QtBot, window: MainWindow, writer: ModelEntry) -> None:
    choice = window.settings_page.choice
    choice.choose_file(writer.path)
    assert window.settings_page.model.notice.isVisible()
    window.settings_page.model.notice.buttons[0].click()
    assert not trying(window)
    assert choice.error is None
    assert not window.settings_page.model.notice.isVisible()
    assert "toux depuis 3 j." in drafts(qtbot, window)


def test_what_cannot_be_kept_is_told(
    qtbot: QtBot, window: MainWindow, writer: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(settings: Settings) -> None:
        raise PermissionError

    monkeypatch.setattr("assistant.gui.window.save_settings", refuse)
    tried(qtbot, window, writer.path)
    assert window.settings_page.choice.model.path == writer.path
    assert window.settings_page.notice.isVisible()


def test_a_remembered_file_that_is_gone_is_told_at_the_start(
    window: MainWindow, writer: ModelEntry, tmp_path: Path
) -> None:
    path = tmp_path / "retiré.gguf"
    shutil.copyfile(writer.path, path)
    settings = Settings(model=str(path), model_fingerprint="1-1")
    _, reason = starting_model(settings)
    assert reason is not None
    window.tell_model_refused(reason)
    notice = window.drafting.notice
    assert not notice.isHidden()
    assert "retiré" in notice.title.text()
    notice.buttons[1].click()
    assert notice.isHidden()


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_FILING", ((PC, 1), (STRICT_COPY, 1)))


@pytest.mark.usefixtures("little")
def test_this_pc_is_measured_and_drafting_goes_first(qtbot: QtBot, window: MainWindow) -> None:
    page = window.settings_page
    measure, pc = page.measure, page.pc
    pc.start.click()
    assert measure.running
    assert pc.bar.isVisible()
    assert not page.model.choose.isEnabled()
    window.open_source(NOTE)
    window.start()
    assert stage(window) is Stage.WAITING
    qtbot.waitUntil(lambda: window.drafting.flow.state is State.DONE, timeout=PATIENCE)
    assert stage(window) is Stage.MEASURING
    qtbot.waitUntil(lambda: not measure.running, timeout=PATIENCE)
    assert measure.error is None
    told = dict(pc.facts.told)
    assert "300\u00a0mots" in str(told["Copie stricte"])
    assert "Modèle de départ" in pc.made.text()
    pc.copy.click()
    figures = json.loads(QGuiApplication.clipboard().text())
    assert figures["model"] == "Modèle de départ"
    pc.fold.click()
    assert not pc.details.isHidden()
    assert any(value == figures["processor"] for _, value in pc.details.told)


@pytest.mark.usefixtures("little")
def test_a_measure_is_found_again_and_can_be_stopped(
    qtbot: QtBot, window: MainWindow, starter: ModelEntry
) -> None:
    measure, pc = window.settings_page.measure, window.settings_page.pc
    pc.start.click()
    pc.stop.click()
    assert not measure.running
    assert measure.card is None
    pc.start.click()
    qtbot.waitUntil(lambda: not measure.running, timeout=PATIENCE)
    desk = Desk(starter)
    try:
        other = MainWindow(desk, FakeChecker(), Settings("clair"))
        qtbot.addWidget(other)
        assert other.settings_page.measure.card is not None
        assert other.settings_page.pc.facts.told == pc.facts.told
        other.close()
    finally:
        desk.close()
