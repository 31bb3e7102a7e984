"""The unit of a number, read in a text as it comes and held to what the source lets it be."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.inference.figures.numerals import is_invisible
from assistant.inference.figures.units import (
    LONGEST,
    Units,
    begins_one,
    ended,
    may_be_given,
    plain,
    progress,
)


def with_unit(units: Units, since: str, character: str) -> tuple[Units | None, str] | None:
    """How far a unit is read once ``character`` follows ``since``: what its number carries and what
    was written since, (None, "") once it is over, or None where it is not lawful."""
    if is_invisible(character) and plain(character):
        return None
    text = since + plain(character)
    if text.endswith("  "):
        text = text[:-1]
    unit, over, _ = progress(text)
    if not may_be_given(unit, units) and (over or not begins_one(text, units)):
        return None
    return (None, "") if over or len(text) > LONGEST else (units, text)


def may_pause(units: Units, since: str, followers: Iterable[str]) -> bool:
    """Whether a piece may end here. A unit that is not lawful must be the beginning of one that is
    (« m » of « mg »), or of one of ``followers``, the words that the source has after numbers
    (« g » of « gélules »)."""
    if may_be_given(ended(since), units) or begins_one(since, units):
        return True
    word = progress(since).word.strip(" -/").lower()
    return any(follower.startswith(word) for follower in followers)
