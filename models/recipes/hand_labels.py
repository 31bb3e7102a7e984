"""Notes labelled by reading, and which of them are held out of training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.documents import Clause, Span
from assistant.drafting.labels import label_at

LABELS = Path(__file__).resolve().parent.parent / "labels"


@dataclass(frozen=True, slots=True)
class LabelledNote:
    """A note cut into clauses, each with its topic and, where two are right, another."""

    id: str
    text: str
    spans: list[tuple[int, int]]
    topics: list[str]
    also: list[str]  # "" where there is one topic only


def labelled(path: Path) -> list[LabelledNote]:
    """The notes of one labels file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = [(start, end) for start, end, _, _ in row["clauses"]]
        topics = [topic for _, _, topic, _ in row["clauses"]]
        also = [other for *_, other in row["clauses"]]
        found.append(LabelledNote(row["id"], row["text"], spans, topics, also))
    return found


def held_out_ids() -> set[str]:
    """Ids of the development and test notes; nothing else of the test half is read here."""
    path = LABELS / "held_out_ids.txt"
    return set(path.read_text(encoding="utf-8").split())


def as_clauses(text: str, spans: Sequence[tuple[int, int]]) -> list[Clause]:
    """The application's clauses for given spans: the labels keep the cut they were made with."""
    found = []
    for start, end in spans:
        label = label_at(text, start, end)
        content, topic = (start, "") if label is None else (label[0], label[1].value)
        content = start if content >= end else content
        found.append(Clause(Span(start, end), Span(content, end), topic))
    return found
