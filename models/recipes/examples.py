"""Training examples: notes whose clauses carry a distribution over topics, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.drafting.topics import Topic
from models.recipes.hand_labels import LabelledNote

_ORDER = [topic.value for topic in Topic]
_ALSO_SHARE = 0.3  # of the target, for the second topic of a clause that has two
_SMOOTHING = 0.02
HAND_WEIGHT = 10.0
"""Of a clause labelled by reading, beside 1 for a clause labelled by the teachers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A note, its clauses and, for each, the probability of each topic in ``Topic`` order."""

    id: str
    text: str
    spans: list[tuple[int, int]]
    targets: list[list[float]]
    weight: float = 1.0


def target(topic: str, also: str) -> list[float]:
    """The distribution a hand label stands for."""
    row = [_SMOOTHING / len(_ORDER)] * len(_ORDER)
    rest = 1 - _SMOOTHING
    if also and also != topic:
        row[_ORDER.index(also)] += rest * _ALSO_SHARE
        rest *= 1 - _ALSO_SHARE
    row[_ORDER.index(topic)] += rest
    return row


def from_labels(note: LabelledNote, weight: float = 1.0) -> Example:
    """A hand-labelled note as an example."""
    targets = [target(t, a) for t, a in zip(note.topics, note.also, strict=True)]
    return Example(note.id, note.text, note.spans, targets, weight)


def write(path: Path, examples: Iterable[Example]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            row = asdict(example)
            row["targets"] = [[round(p, 4) for p in t] for t in example.targets]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read(path: Path) -> list[Example]:
    """The examples of a file written by ``write``."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        row["spans"] = [(start, end) for start, end in row["spans"]]
        found.append(Example(**row))
    return found
