"""The check of drafts, in short: what it finds of errors put there, what it says of clean ones."""

from __future__ import annotations

from statistics import mean

import pytest

from assistant.verification.check import Check
from tests.campaigns.fidelity import measure, pairs, wilson

_PAIRS = 10
# Far under what docs/fidelite.md gives: a few texts tell of a break, not of a share.
_LEAST_FOUND = 0.85
_MOST_FALSE = 1.5  # findings in a clean reworded draft, mean


@pytest.fixture(scope="module")
def check() -> Check:
    return Check()


def test_reworded_drafts_are_left_in_peace(check: Check) -> None:
    some = [pair for pair in pairs(None) if pair.kind == "reformulé"][:_PAIRS]
    found = [len(check.check(pair.source, pair.draft)[0]) for pair in some]
    assert len(found) == _PAIRS
    assert mean(found) <= _MOST_FALSE


def test_errors_in_copied_notes_are_found(check: Check) -> None:
    notes = [pair for pair in pairs(None) if pair.kind == "note"]
    scores, clean = measure(check, notes[:_PAIRS], draws=1)
    seeded = sum(score.seeded for score in scores.values())
    assert seeded >= _PAIRS * 5
    assert sum(score.found for score in scores.values()) / seeded >= _LEAST_FOUND
    assert mean(map(len, clean["note"])) <= 0.2


def test_the_interval_holds_the_share() -> None:
    low, high = wilson(95, 100)
    assert low < 0.95 < high
    assert wilson(0, 0) == (0.0, 1.0)
