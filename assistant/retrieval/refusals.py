"""Answers that refuse: what is said, and where to look instead."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.guides import Answer, Citation, Refusal
from assistant.retrieval.patient_text import Sign


@dataclass(frozen=True, slots=True)
class Theme:
    """Questions of a kind that the guides do not answer, and where to ask them."""

    advice: str
    questions: tuple[str, ...]


def not_covered(theme: int, nearest: tuple[Citation, ...], questions: tuple[str, ...]) -> Answer:
    """The refusal of a question that the guides do not answer. ``theme`` is the number of its theme
    (-1: none); the ``nearest`` passages and neighbouring ``questions`` are offered instead."""
    advice = [_texts()["not_covered"]]
    if theme >= 0:
        advice.append(elsewhere_themes()[theme].advice)
    return Answer(
        nearest=nearest,
        questions=questions,
        refusal=Refusal.NOT_COVERED,
        advice="\n".join(sentence for sentence in advice if sentence),
    )


def about_a_patient(signs: tuple[Sign, ...]) -> Answer:
    """The refusal of a question that looks like text about a patient."""
    told = ", ".join(sign.value for sign in signs)
    advice = _texts()["patient_text"].format(signs=told)
    return Answer(refusal=Refusal.PATIENT_TEXT, advice=advice)


@cache
def elsewhere_themes() -> tuple[Theme, ...]:
    """The themes, in the order of their numbers."""
    return tuple(Theme(t["advice"], tuple(t["questions"])) for t in _texts()["elsewhere"])


@cache
def _texts() -> dict[str, Any]:
    written = (resources.files("assistant.retrieval") / "refusals.toml").read_text("utf-8")
    return tomllib.loads(written)
