"""Ratios of two series measured in turn, with the interval that chance leaves them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_RESAMPLES = 4000
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of medians and its 95 % interval."""

    value: float
    low: float
    high: float


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Median of ``ours`` over median of ``theirs``; the interval by percentile bootstrap over the
    rounds (Efron and Tibshirani, « An Introduction to the Bootstrap », 1993, chapter 13). Round i
    of both was measured side by side, so rounds are drawn as pairs. The draw is fixed."""
    pairs = list(zip(ours, theirs, strict=True))
    chance = random.Random(1)
    found = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES))
    cut = int(_TAIL * _RESAMPLES)
    return Ratio(_ratio(pairs), found[cut], found[-cut - 1])


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return median(ours for ours, _ in pairs) / median(theirs for _, theirs in pairs)
