"""Questions and answers written for this: `lessons.toml`, the field that no open text covers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("lessons.toml")
_ONE_IN = 5  # lessons left to the development set


@dataclass(frozen=True, slots=True)
class Lesson:
    """A passage, and questions that it answers, in other words than its own."""

    passage: str
    questions: tuple[str, ...]


def load(path: Path = TABLE) -> list[Lesson]:
    """Every lesson."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["lesson"]
    return [Lesson(row["passage"], tuple(row["questions"])) for row in rows]


def training() -> list[Lesson]:
    """The lessons that training reads."""
    return [lesson for i, lesson in enumerate(load()) if i % _ONE_IN]


def development() -> list[Lesson]:
    """The lessons left to the development set."""
    return load()[::_ONE_IN]
