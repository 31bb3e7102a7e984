"""Draft tokens from the source: the same text, in fewer passes where it copies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.inference.generation import End, Piece, generate
from assistant.inference.model import Model, Stop
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Lookup, Pace
from assistant.model_store.catalogue import ModelEntry

CHEAP = {1: 1.0, 2: 1.1, 4: 1.2, 8: 1.5}


@pytest.fixture
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 2048, 2, Stop()) as model:
        yield model


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(1, 8))
def test_a_draft_is_what_last_followed_the_longest_match(tokens: list[int], most: int) -> None:
    match, draft = Lookup(tokens).draft(most)
    wanted: tuple[int, list[int]] = (0, [])
    for length in range(2, min(5, len(tokens)) + 1):
        for start in range(len(tokens) - length):
            if tokens[start : start + length] == tokens[-length:]:
                wanted = (length, tokens[start + length : start + length + most])
    assert (match, draft) == wanted


def test_a_pace_stops_trying_what_fails_and_sees_at_no_cost_that_it_would_not_any_more() -> None:
    pace = Pace(CHEAP)
    assert pace.length(5) > 0
    for _ in range(60):
        pace.learn(5, [7, 8, 9], [1], 1)
    assert pace.length(5) == 0
    for _ in range(60):  # nothing is tried, but what was written is what would have been tried
        pace.learn(5, [7, 8, 9], [7], 1)
    assert pace.length(5) > 0


def test_what_is_learnt_is_the_chance_of_each_length_of_match() -> None:
    pace = Pace(CHEAP)
    for _ in range(80):
        pace.learn(3, [4, 5, 6, 7, 8, 9], [4, 5, 6, 7, 8, 9], 8)
        pace.learn(2, [4, 5], [1], 1)
    assert [pace.length(match) for match in (2, 3, 4, 5)] == [0, 7, 7, 7]


def test_a_longer_draft_is_tried_as_more_of_it_comes_right() -> None:
    pace = Pace({1: 1.0, 4: 1.9, 16: 3.5})
    lengths = []
    for _ in range(40):
        lengths.append(pace.length(5))
        pace.learn(5, list(range(17)), list(range(lengths[-1] + 1)), lengths[-1] + 1)
    assert lengths == sorted(lengths)
    assert lengths[-1] == 15


def test_a_pace_never_tries_where_batches_do_not_pay() -> None:
    pace = Pace({1: 1.0, 2: 2.0, 4: 4.0, 8: 8.0})
    assert [pace.length(match) for match in (0, 2, 3, 4, 5)] == [0] * 5


@pytest.mark.parametrize("seed", range(6))
def test_the_text_is_the_same_with_and_without(model: Model, seed: int) -> None:
    text = f"Patiente {seed}. " + "TA 14/8, FC 80, apyrétique, bisoprolol 5 mg le matin. " * 6
    prompt = Prompt.of([model.tokenize(text)])
    found = []
    for pace in (None, Pace(CHEAP)):
        steps = list(generate(model, PrefixCache(model), prompt, 60, Sampling(), pace))
        found.append("".join(step.text for step in steps if isinstance(step, Piece)))
        end = steps[-1]
        assert isinstance(end, End)
        assert end.tokens <= 60
        assert end.passes + end.accepted >= end.tokens - 1
    assert found[0] == found[1]
