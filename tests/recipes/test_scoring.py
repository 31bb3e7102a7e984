"""What the card's figures are made of, against sums done by hand and against strict copy itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assistant.documents import Source
from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import DocumentType
from assistant.drafting.draft import StrictCopy
from assistant.drafting.topics import Topic
from models.recipes import scoring
from models.recipes.scoring import Placed

TOPICS = [topic.value for topic in Topic]


def four() -> Placed:
    """Right, wrong, left out wrongly, given where it should stay out; two sure, two not."""
    return Placed(
        heading=np.array([0, 1, -1, 2]),
        sure=np.array([0.9, 0.6, 0.85, 0.55]),
        gold=np.array([0, 0, 1, -1]),
        also=np.array([0, 1, 1, -1]),
    )


def test_micro_f1_counts_headings_and_not_omissions() -> None:
    every = np.arange(4)
    flags = scoring.counts(four())
    assert flags.strict_f1(every) == pytest.approx(2 * 1 / (3 + 3))
    assert flags.accepted_f1(every) == pytest.approx(2 * 2 / (3 + 3))


def test_macro_f1_is_the_mean_over_the_headings_in_use() -> None:
    assert scoring.macro_f1(four(), np.arange(4)) == pytest.approx((2 * 1 / (1 + 2) + 0) / 2)


def test_what_is_filed() -> None:
    assert four().filed(0.65).tolist() == [True, False, True, False]
    assert four().filed(0.9).tolist() == [True, False, False, False]


@pytest.mark.parametrize("form", scoring.copied_forms(), ids=lambda form: form.id)
def test_a_clause_is_decided_as_strict_copy_decides_it(form: DocumentType) -> None:
    text = "\n".join(f"phrase {'abcdefghij'[i % 10] * 3} {i}." for i in range(120))
    source, chance = Source(text), np.random.default_rng(5)
    cut = clauses(text)
    sharp = chance.uniform(0.02, 1.0, size=len(cut))
    rows = np.stack([chance.dirichlet(np.full(len(TOPICS), s)) for s in sharp])
    certainty = 0.6
    draft = StrictCopy(source, form, cut, certainty)
    for row in rows:
        draft.place(TOPICS, [math.log(max(p, 1e-300)) for p in row])
    shown = draft.draft(finished=True)
    where = np.full(len(cut), -2)  # « À classer »
    starts = [clause.span.start for clause in cut]
    for number, section in enumerate(shown.sections):
        for passage in () if section.unsorted else section.passages:
            assert passage.source_span is not None
            span = passage.source_span
            where[[i for i, s in enumerate(starts) if span.start <= s < span.end]] = number
    where[[starts.index(span.start) for span in shown.left_out]] = -1
    gold = np.zeros(len(cut), dtype=int)
    p = scoring.placed(rows, form, gold, gold)
    assert np.where(p.filed(certainty), p.heading, -2).tolist() == where.tolist()


def test_reliability_of_one_who_tells_the_truth() -> None:
    chance = np.random.default_rng(2)
    sure = chance.uniform(0.2, 1.0, 20_000)
    bins = scoring.reliability(sure, chance.uniform(size=sure.size) < sure)
    assert sum(row.share for row in bins) == pytest.approx(1, abs=1e-3)
    assert scoring.calibration_error(bins) < 0.02
    boasting = scoring.reliability(np.full(1000, 0.95), np.arange(1000) < 500)
    assert scoring.calibration_error(boasting) == pytest.approx(0.45)


def test_an_interval_holds_what_it_is_of_and_draws_whole_sources() -> None:
    note = np.repeat(np.arange(40), 10)
    right = (note % 4 != 0).astype(float)  # a source is right or wrong as a whole
    low, high = scoring.interval(note, lambda among: float(right[among].mean()))
    assert low < 0.75 < high
    assert high - low > 0.2, "clauses of one source were drawn apart"
