"""A measure of this PC in the background, on the real worker: it ends, gives way, fails."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from threading import Event as Pause

import pytest

from assistant.bench import survey
from assistant.bench.card import STRICT_COPY_SECONDS, Card, keep, last_card
from assistant.bench.measurer import PC
from assistant.bench.report import PARTS
from assistant.bench.survey import STRICT_COPY, Stage, Survey, steps_of
from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.errors import ErrorCode
from assistant.inference.benchmark.parts import PARTS as MEASURED_PARTS
from assistant.model_store.catalogue import ModelEntry
from assistant.paths import config_folder
from assistant.tasks import Desk
from tests.test_tasks import Ear

PATIENCE = 60.0


@pytest.fixture
def desk(writer: ModelEntry) -> Iterator[Desk]:
    desk = Desk(writer, Engine(grace=1.0))
    yield desk
    desk.close()


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps that take no time with a model this small."""
    parts = (("prefill_512", 1), ("task_300_words", 1), (STRICT_COPY, 1))
    monkeypatch.setattr(survey, "_WRITING", parts)


def stage(made: Survey) -> Stage:
    return made.stage


def advanced(made: Survey, reached: Callable[[], bool]) -> bool:
    """Whether ``reached`` came true while the measure went on."""
    deadline, pause = time.monotonic() + PATIENCE, Pause()
    while not reached():
        if time.monotonic() > deadline:
            return False
        made.advance()
        pause.wait(0.01)
    return True


def test_every_step_has_a_name_and_is_known_to_the_worker(
    writer: ModelEntry, starter: ModelEntry
) -> None:
    for model in (writer, starter):
        parts = {part for part, _ in steps_of(model)}
        assert parts <= set(PARTS)
        assert parts - {PC, STRICT_COPY} <= set(MEASURED_PARTS)


@pytest.mark.usefixtures("little")
def test_a_measure_becomes_a_card(desk: Desk) -> None:
    made = Survey(desk)
    assert advanced(made, lambda: not made.running)
    assert stage(made) is Stage.DONE
    card = made.card
    assert card is not None
    assert card.is_of(desk.model)
    for figure in (
        card.reading_words_per_minute,
        card.writing_words_per_minute,
        card.note_seconds,
        card.strict_copy_seconds,
        card.memory_bytes,
    ):
        assert figure is not None
        assert figure > 0
    assert card.stop_seconds is None  # it was not measured here
    keep(card)
    kept = last_card()
    assert kept is not None
    assert kept.figures == json.loads(card.as_json())
    assert kept.made_at == card.made_at


@pytest.mark.usefixtures("little")
def test_a_draft_goes_first_and_the_measure_goes_on(desk: Desk) -> None:
    made, ear = Survey(desk), Ear()
    assert advanced(made, lambda: made.share > 0)
    step = made.index
    form = desk.forms["resume"]
    desk.start_draft(example_sources()[0], form, desk.modes[1], ear)
    made.give_way()
    made.advance()
    assert stage(made) is Stage.WAITING
    assert ear.outcome().draft.finished
    made.go_on()
    assert made.index == step
    assert advanced(made, lambda: not made.running)
    assert stage(made) is Stage.DONE


@pytest.mark.usefixtures("little")
def test_a_measure_that_is_stopped_leaves_nothing(desk: Desk) -> None:
    made = Survey(desk)
    assert advanced(made, lambda: made.share > 0)
    made.cancel()
    made.advance()
    assert stage(made) is Stage.CANCELLED
    assert made.card is None
    pid = desk.engine.worker_pid
    again = Survey(desk)
    assert advanced(again, lambda: not again.running)
    assert stage(again) is Stage.DONE
    assert desk.engine.worker_pid == pid


@pytest.mark.usefixtures("little")
def test_a_worker_that_dies_ends_the_measure_with_a_reason(desk: Desk) -> None:
    made = Survey(desk)
    assert advanced(made, lambda: made.share > 0)
    pid = desk.engine.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert advanced(made, lambda: not made.running)
    assert stage(made) is Stage.FAILED
    assert made.error is not None
    assert made.error.code is ErrorCode.WORKER_DIED


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"date": []}', "\0"])
def test_a_damaged_card_is_no_card(damage: str) -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "mesure.json").write_text(damage, "utf-8")
    assert last_card() is None


def test_a_card_without_figures_tells_nothing(starter: ModelEntry) -> None:
    card = Card({"date": "hier", STRICT_COPY_SECONDS: "vite"})
    assert card.made_at is None
    assert card.strict_copy_seconds is None
    assert card.note_seconds is None
    assert not card.is_of(starter)
