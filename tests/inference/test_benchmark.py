"""The benchmark's parts on a small model: what they measure is there and makes sense. No test looks
at how fast anything is."""

from __future__ import annotations

import math
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.inference.benchmark import stops
from assistant.inference.benchmark.measuring import Figures, Task, Tick, percentile, whole
from assistant.inference.benchmark.parts import PARTS, measure
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.benchmark.speculation import Drafts, redraft
from assistant.inference.generation import End, generate
from assistant.inference.model import Model, Stop, Stopped
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Pace, cost_of
from assistant.model_store.catalogue import ModelEntry
from assistant.protocol import Done, Event, Failed, Loaded, Measure, Measured, Measuring, ModelFile

TEXT = "\n\n".join(source.text for source in example_sources())
EXPECTED = {
    "prefill_512": {"prefill_512_tokens_per_s", "prefill_512_tokens"},
    "decode_depth_0": {"decode_depth_0_tokens_per_s", "decode_depth_0_longest_wait_s"},
    "decode_depth_1024": {"decode_depth_1024_tokens_per_s"},
    "memory": {"peak_memory_bytes"},
    "first_token": {"first_token_cold_s", "first_token_warm_memory_s", "first_token_warm_disk_s"},
    "second_action": {"open_source_second_action_first_token_s", "open_source_best_speedup"},
    "task_300_words": {"task_300_words_reading_s", "task_300_words_writing_s"},
    "speculation_copy": {"speculation_copy_speedup", "speculation_copy_share_of_hindsight"},
    "speculation_free": {"speculation_free_ratio"},
    "speculation_same_tokens": {"speculation_same_tokens_share"},
    "stops": {"stop_prefill_p50_s", "stop_prefill_p95_s", "stop_decode_p95_s"},
    "placement": {"placement_speedup", "placement_read_ahead_speedup"},
    "constraints": {"lock_copy_ratio", "lock_free_ratio", "grammar_json_ratio"},
}


@pytest.fixture
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 2048, 2, Stop()) as model:
        yield model


@pytest.fixture(autouse=True)
def soon_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stops, "_LONGEST_DELAY", 0.02)


def task_of(model: Model, folder: Path | None = None) -> Task:
    return Task(model, PrefixCache(model), TEXT, 1, folder)


def figures_of(task: Task, part: str) -> Figures:
    *ticks, figures = measure(task, part)
    assert all(isinstance(tick, Tick) and 0 <= tick.done <= tick.total for tick in ticks)
    assert isinstance(figures, dict)
    return figures


@pytest.mark.parametrize("part", EXPECTED)
def test_every_figure_is_there_and_positive(model: Model, tmp_path: Path, part: str) -> None:
    figures = figures_of(task_of(model, tmp_path / "états"), part)
    assert EXPECTED[part] <= set(figures)
    for name, value in figures.items():
        may_be_nothing = name.endswith(("_accepted_share", "_same_tokens_share"))
        assert isinstance(value, float | int), name
        assert math.isfinite(value), name
        assert value > 0 or (may_be_nothing and value == 0), name


@pytest.mark.parametrize("part", PARTS)
def test_a_small_context_is_measured_with_less(starter: ModelEntry, part: str) -> None:
    with Model(starter.path, 192, 1, Stop()) as model:
        figures = figures_of(task_of(model), part)
        assert all(math.isfinite(float(value)) for value in figures.values())


def test_a_model_trained_to_place_is_measured_placing(starter: ModelEntry) -> None:
    with Model(starter.path, 1024, 1, Stop()) as model:
        figures = figures_of(task_of(model), "placement")
    assert float(figures["placement_speedup"]) > 0
    assert figures["placement_clauses"] == 30


def test_nothing_of_a_measure_stays_on_the_disk(model: Model, tmp_path: Path) -> None:
    figures_of(task_of(model, tmp_path), "first_token")
    assert list(tmp_path.iterdir()) == []


def test_a_stop_of_the_user_ends_a_measure(model: Model) -> None:
    task = task_of(model)
    steps = measure(task, "prefill_512")
    next(steps)
    model.stop.set()
    with pytest.raises(Stopped):
        list(steps)
    model.stop.clear()
    assert figures_of(task, "decode_depth_0")


@pytest.mark.parametrize("pace", [None, Pace({1: 1.0, 4: 0.5, 8: 0.6})], ids=["plain", "drafts"])
def test_a_scripted_model_says_its_script_to_the_token(model: Model, pace: Pace | None) -> None:
    script = model.tokenize(redraft(TEXT))[:120]
    prompt = Prompt.of([model.tokenize(TEXT)[:700]])
    scripted = ScriptedModel(model, script, 700)
    *_, end = generate(scripted, PrefixCache(model), prompt, len(script), Sampling(), pace)
    assert scripted.said == script
    assert isinstance(end, End)
    wanted = len(script) - 1  # the last token is followed by nothing
    assert end.passes == wanted if pace is None else end.passes < wanted


def test_what_drafts_could_bring_is_the_shortest_way() -> None:
    source, costs = list(range(100, 140)), {1: 1.0, 4: 2.0}
    # A token alone, then its source is recognised: 1 + 3 tokens for the price of two, twice; the
    # last token is followed by no pass.
    copied = Drafts(source, source[10:20], costs)
    assert copied.hindsight() == copied.best_rule() == 5.0
    # Nothing to copy: every token is paid for.
    assert Drafts(source, list(range(10)), costs).hindsight() == 9.0
    # Drafts that cost more than what they bring are left alone.
    assert Drafts(source, source[10:20], {1: 1.0, 4: 4.5}).best_rule() == 9.0


@given(st.lists(st.integers(0, 3), min_size=1), st.lists(st.integers(0, 3), min_size=1))
def test_no_rule_beats_hindsight_and_none_is_worse_than_no_draft(
    source: list[int], text: list[int]
) -> None:
    drafts = Drafts(source, text, {1: 1.0, 2: 1.2, 4: 2.0, 8: 4.5})
    assert drafts.hindsight() <= drafts.best_rule() + 1e-9 <= len(text) - 1 + 2e-9


def test_costs_between_two_sizes_lie_on_a_line() -> None:
    assert cost_of(3, {1: 1.0, 2: 1.5, 4: 2.5}) == 2.0
    assert cost_of(9, {1: 1.0, 8: 4.0}) == 4.0


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([float(i) for i in range(1, 21)], 0.95) == 19.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([7.0], 0.95) == 7.0


def test_lengths_shrink_alike_where_the_context_is_small(starter: ModelEntry) -> None:
    with Model(starter.path, 416, 1, Stop()) as model:
        assert whole(task_of(model), 1500, 60) == [384, 15]
        assert whole(task_of(model), 100, 60) == [100, 60]


def events_of(engine: Engine, part: str, model: ModelEntry) -> list[Event]:
    file = ModelFile(str(model.path), 512, model.fingerprint)
    news: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine.ask(Measure(0, file, part, 1, TEXT), news.put)
    events = [news.get(timeout=60)]
    while not isinstance(events[-1], Done | Failed):
        events.append(news.get(timeout=60))
    return events


def test_the_worker_measures_what_it_is_asked(engine: Engine, writer: ModelEntry) -> None:
    loaded, *ticks, measured, done = events_of(engine, "prefill_512", writer)
    assert isinstance(loaded, Loaded)
    assert ticks
    assert all(isinstance(tick, Measuring) and tick.part == "prefill_512" for tick in ticks)
    assert isinstance(measured, Measured)
    assert float(measured.figures["prefill_512_tokens_per_s"]) > 0
    assert isinstance(done, Done)


def test_this_pc_is_measured_without_loading_a_model(engine: Engine, writer: ModelEntry) -> None:
    measured, done = events_of(engine, "pc", writer)
    assert isinstance(measured, Measured)
    assert float(measured.figures["read_bandwidth_bytes_per_s"]) > 0
    assert measured.figures["processor"]
    assert isinstance(done, Done)


def test_a_part_nobody_knows_is_a_failure(engine: Engine, writer: ModelEntry) -> None:
    assert isinstance(events_of(engine, "vitesse_de_pointe", writer)[-1], Failed)
