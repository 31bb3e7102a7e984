"""Questions to measure the search with: JSON lines, each with what should answer it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.errors import AparteError, ErrorCode


@dataclass(frozen=True, slots=True)
class Target:
    """A section of a guide, or a recommendation of it: a passage in it, or under it, answers, fully
    (``grade`` 2) or in part (1)."""

    guide: str
    section: tuple[str, ...] = ()
    grade: int = 2

    def holds(self, guide: str, section: tuple[str, ...]) -> bool:
        """True if a passage of this guide and section is one that answers."""
        return guide == self.guide and section[: len(self.section)] == self.section


@dataclass(frozen=True, slots=True)
class Question:
    """A question, in whose words it is asked, whether it serves to tune or to report (``split``),
    and what answers it: nothing, for one that must be refused. ``patient_text`` marks one that
    holds text about a patient."""

    id: str
    text: str
    wording: str
    split: str
    answers: tuple[Target, ...]
    patient_text: bool = False


def shipped_questions() -> list[Question]:
    """The questions that ship. Raises AparteError (QUESTIONS_INVALID)."""
    folder = resources.files("assistant.retrieval") / "questions"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".jsonl")), key=lambda f: f.name)
    return [q for file in files for q in _read(file.read_text("utf-8").splitlines())]


def read_questions(path: Path) -> list[Question]:
    """The questions of a file. Raises AparteError (QUESTIONS_INVALID, DOCUMENT_UNREADABLE)."""
    try:
        return _read(path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as fault:
        raise AparteError(ErrorCode.DOCUMENT_UNREADABLE) from fault


def _read(lines: Iterable[str]) -> list[Question]:
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as fault:
                raise AparteError(ErrorCode.QUESTIONS_INVALID, line=number) from fault
    return questions


def _question(words: dict[str, Any]) -> Question:
    return Question(
        id=str(words["id"]),
        text=str(words["question"]),
        wording=str(words.get("wording", "")),
        split=str(words.get("split", "report")),
        answers=tuple(_target(target) for target in words["answers"]),
        patient_text=bool(words.get("patient_text", False)),
    )


def _target(words: dict[str, Any]) -> Target:
    """Sections are written as citations write them: « Exemple et contre-exemple > Exemple »."""
    section = [part.strip() for part in str(words.get("section") or "").split(" > ")]
    if words.get("recommendation") is not None:
        section.append(str(int(words["recommendation"])))
    path = tuple(part for part in section if part)
    return Target(str(words["guide"]), path, int(words.get("grade", 2)))
