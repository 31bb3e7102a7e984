"""The tables of clinical French that the reading of facts rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``abbreviations`` gives the folded words that a folded word stands for; ``measures`` the
    name of a measure from any folded way of writing it; ``contraries`` two folded words of which
    one denies the other."""

    empty_words: frozenset[str]
    abbreviations: Mapping[str, str]
    measures: Mapping[str, str]
    usual_units: Mapping[str, tuple[str, ...]]
    contraries: Mapping[str, str]
    synonyms: Mapping[str, str]


@cache
def lexicon() -> Lexicon:
    """The shipped tables, read once."""
    text = resources.files("assistant.verification").joinpath("lexicon.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return Lexicon(
        frozenset(table["empty_words"].split()),
        table["abbreviations"],
        {way: name for name, ways in table["measures"].items() for way in ways},
        {name: tuple(units) for name, units in table["usual_units"].items()},
        {a: b for pair in table["contraries"] for a, b in (pair, pair[::-1])},
        {stem: group[0] for group in table["synonyms"] for stem in group[1:]},
    )
