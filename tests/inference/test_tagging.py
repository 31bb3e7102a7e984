"""Filing with a model that was not trained for it: one pass, letters only."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from assistant.inference.model import BRANCHES, ContextFullError, Model, Stop, Stopped
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.tagging import NoTagError, Question, tag
from assistant.model_store.catalogue import ModelEntry

CLAUSES = [f"Clause {n} : TA 1{n % 10}/8, pas de fièvre." for n in range(75)]
QUESTION = Question(
    "Règles.", "A. Motif\nB. Examen\nC. Rien\n\nNotes :\n", "\nRépondez.", ("A", "B", "C")
)


@pytest.fixture
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 4096, 2, Stop()) as model:
        yield model


def test_every_clause_gets_the_chances_of_every_letter(model: Model) -> None:
    readings = list(tag(model, PrefixCache(model), QUESTION, CLAUSES))
    rows = [row for reading in readings for row in reading.scores]
    assert len(rows) == len(CLAUSES)
    for row in rows:
        assert sum(map(math.exp, row)) == pytest.approx(1, abs=1e-3)
    firsts = [reading.first for reading in readings if reading.scores]
    assert firsts == [*range(0, 60, BRANCHES), *range(60, 75, BRANCHES)]  # two readings
    assert [r.done for r in readings] == sorted(r.done for r in readings)
    assert readings[-1].done == readings[-1].total


def test_branches_answer_as_if_each_were_alone(model: Model) -> None:
    prompt = model.tokenize("Mme Quercy, 85 ans, chute à domicile. " * 10)
    branches = [model.tokenize(f"{number}:") for number in range(1, BRANCHES + 1)]
    model.evaluate(prompt, 0)
    together = [row.copy() for row in model.evaluate_branches(len(prompt), branches)]
    for branch, row in zip(branches, together, strict=True):
        model.forget(len(prompt))
        alone = model.evaluate(branch, len(prompt), [len(branch) - 1])[0]
        assert np.abs(alone - row).max() < 0.05 * np.abs(alone).max()
        assert int(alone.argmax()) == int(row.argmax())


def test_the_working_text_goes_on_after_branches(model: Model) -> None:
    prompt = model.tokenize("Mme Quercy, 85 ans. " * 5)
    model.evaluate(prompt, 0)
    expected = model.evaluate([7], len(prompt), [0])[0].copy()
    model.forget(len(prompt))
    model.evaluate_branches(len(prompt), [[5, 6], [8]])
    assert np.array_equal(model.evaluate([7], len(prompt), [0])[0], expected)


def test_a_long_clause_and_a_full_context_are_told(model: Model) -> None:
    with pytest.raises(ContextFullError):
        list(tag(model, PrefixCache(model), QUESTION, ["douleur " * 6000]))


def test_letters_must_be_tokens(model: Model) -> None:
    question = Question("Règles.", "Notes :\n", "", ("A", "Δψχ"))
    with pytest.raises(NoTagError):
        list(tag(model, PrefixCache(model), question, CLAUSES[:2]))


def test_a_stop_interrupts(model: Model) -> None:
    readings = tag(model, PrefixCache(model), QUESTION, CLAUSES)
    next(readings)
    model.stop.set()
    with pytest.raises(Stopped):
        list(readings)
