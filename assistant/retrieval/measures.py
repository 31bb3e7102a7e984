"""Figures of a search on questions whose answers are known.

A question counts once, whatever the number of its answers. An expected section counts as found at
the first passage of it. Intervals are percentile bootstrap intervals over the questions (Efron and
Tibshirani, « An Introduction to the Bootstrap », 1993, chapter 13), with a fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.retrieval.questions import Question, Target

_RESAMPLES = 2000
_SEED = 20261122
_DEPTH = 10

Place = tuple[str, tuple[str, ...]]  # a passage's guide and section
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over questions, and its interval at 95 %."""

    value: float
    low: float
    high: float


def recall_at(depth: int, found: Sequence[Place], answers: Sequence[Target]) -> float:
    """1 if one of the first ``depth`` passages answers, else 0."""
    return float(any(t.holds(*place) for place in found[:depth] for t in answers))


def ndcg(found: Sequence[Place], answers: Sequence[Target]) -> float:
    """nDCG over the first ten passages: the first passage of an expected section gains 3 where it
    answers fully, 1 in part (gain 2^grade - 1: Burges et al., « Learning to rank using gradient
    descent », 2005, section 5)."""
    left = list(answers)
    gained = 0.0
    for rank, place in enumerate(found[:_DEPTH]):
        hit = next((target for target in left if target.holds(*place)), None)
        if hit is not None:
            left.remove(hit)
            gained += _gain(hit, rank)
    best = sorted(answers, key=lambda target: -target.grade)[:_DEPTH]
    ideal = sum(_gain(target, rank) for rank, target in enumerate(best))
    return gained / ideal if ideal else 0.0


def _gain(target: Target, rank: int) -> float:
    return float(2**target.grade - 1) / math.log2(rank + 2)


def mean(values: Sequence[float]) -> Figure:
    """The mean of ``values`` with its interval; zeros where there are none."""
    if not len(values):
        return Figure(0.0, 0.0, 0.0)
    array = np.asarray(values, float)
    means = _resampled(array)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(array.mean()), float(low), float(high))


def difference(values: Sequence[float], others: Sequence[float]) -> Figure:
    """How much higher ``values`` are than ``others`` on the same questions, on average."""
    return mean([a - b for a, b in zip(values, others, strict=True)])


def answerable(questions: Sequence[Question]) -> list[Question]:
    """The questions that the guides answer."""
    return [question for question in questions if question.answers]


def _resampled(array: Scores) -> Scores:
    chance = np.random.default_rng(_SEED)
    drawn = chance.integers(0, len(array), (_RESAMPLES, len(array)))
    means: Scores = array[drawn].mean(axis=1)
    return means
