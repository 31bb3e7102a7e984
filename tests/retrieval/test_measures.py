"""Figures of a search: checked by hand on small cases."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from assistant.errors import AparteError
from assistant.retrieval import quality
from assistant.retrieval.measures import Place, difference, mean, ndcg, recall_at
from assistant.retrieval.quality import shipped_quality
from assistant.retrieval.questions import Target, read_questions, shipped_questions

A1, A2, B = ("a", ("R", "1")), ("a", ("R", "2")), ("b", ("R", "1"))
FOUND: list[Place] = [B, A1, A2]


def test_recall_looks_no_deeper_than_it_says() -> None:
    wanted = [Target("a", ("R", "1"))]
    assert [recall_at(k, FOUND, wanted) for k in (1, 2, 5)] == [0, 1, 1]


def test_ndcg_of_known_rankings() -> None:
    full, part = Target("a", ("R", "1"), 2), Target("a", ("R", "2"), 1)
    assert ndcg([A1, A2], [full, part]) == 1
    assert ndcg(FOUND, [full]) == pytest.approx(1 / math.log2(3))
    ideal = 3 + 1 / math.log2(3)
    assert ndcg(FOUND, [full, part]) == pytest.approx((3 / math.log2(3) + 1 / 2) / ideal)
    assert ndcg([A1, A1], [Target("a", ("R",))]) == 1
    assert ndcg([B], [full]) == 0


def test_intervals_hold_the_mean_and_shrink_with_agreement() -> None:
    figure = mean([0, 1] * 50)
    assert figure.low < figure.value == 0.5 < figure.high
    assert mean([1.0] * 9).low == mean([1.0] * 9).high == 1
    assert difference([1, 1, 0], [1, 0, 0]).value == pytest.approx(1 / 3)
    assert mean([]).value == 0


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "1", "question": "?", "answers": []}\n{"id": 2}\n', "utf-8")
    with pytest.raises(AparteError) as caught:
        read_questions(file)
    assert "ligne 2" in caught.value.sentence


def test_the_questions_that_ship_are_read() -> None:
    questions = shipped_questions()
    assert {question.split for question in questions} == {"tune", "report"}
    assert all(target.section for question in questions for target in question.answers)


def test_the_figures_that_ship_are_those_of_what_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = shipped_quality()
    if figures is not None:
        assert figures["ranking"]["Aparté"]["ndcg_10"]["value"] > 0
    monkeypatch.setattr(quality, "measured_on", lambda: {"embedder": "another", "pack": "another"})
    assert shipped_quality() is None
