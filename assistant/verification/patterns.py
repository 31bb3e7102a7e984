"""What a text is read for, as tables of regular expressions over folded text."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a letter must not leave out; ``pattern`` finds it. It is shown with its ``whole``
    sentence where a part would not be understood (« résultat en attente »)."""

    title: str
    pattern: re.Pattern[str]
    whole: bool


@cache
def matters() -> tuple[Matter, ...]:
    """What is looked for in a source, in the order of the table."""
    return tuple(
        Matter(matter["title"], _any_of(matter["ways"]), matter.get("whole", False))
        for matter in _table()["matters"]
    )


@cache
def fates() -> dict[str, re.Pattern[str]]:
    """What tells the fate of a treatment, by the fate's name."""
    return {
        name: re.compile(rf"{_any_of(ways).pattern}\b") for name, ways in _table()["fates"].items()
    }


@cache
def drug_words() -> dict[str, tuple[str, ...]]:
    """« ordinary_words », « substances » and « endings » of the table."""
    return {name: tuple(words.split()) for name, words in _table()["drugs"].items()}


def _any_of(ways: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(ways)})")


@cache
def _table() -> dict[str, Any]:
    file = resources.files("assistant.verification").joinpath("patterns.toml")
    return tomllib.loads(file.read_text("utf-8"))
