"""Strict copy with a model that was not trained for it: one letter a clause, asked in few passes.

The numbered clauses are read once; then every question « 12: » is a branch of that reading, and
as many as the context has branches are answered in one batch from the probabilities of the
letters. Nothing is sampled, no answer depends on another, and a batch of questions costs what
prefill costs, not what decoding costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.inference import chat
from assistant.inference.generation import prefetch
from assistant.inference.model import BRANCHES, Model
from assistant.inference.placement import Reading, log_probabilities
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt

_MOST_CLAUSES = 60
_CLAUSES_BEFORE = 3
"""Clauses of the window before that are read again, so that the first ones have a past."""


class NoTagError(Exception):
    """A letter is no single token of this vocabulary."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about clauses: the messages around them, and the letters to choose from."""

    system: str
    before: str
    after: str
    tags: tuple[str, ...]


def tag(
    model: Model, cache: PrefixCache, question: Question, clauses: Sequence[str]
) -> Iterator[Reading]:
    """The log-probabilities of the letters for each clause, as they come.

    ``done`` and ``total`` count tokens of the windows. Raises Stopped, NoTagError, and
    chat.NoTemplateError.
    """
    letters = np.array([_letter_token(model, letter) for letter in question.tags])
    windows = list(_windows(model, question, clauses))
    total = sum(len(window.prompt.tokens) for window in windows)
    done = 0
    for window in windows:
        for step in prefetch(model, cache, window.prompt):
            yield Reading(window.first, [], done + step.done, total)
        done += len(window.prompt.tokens)
        for first in range(window.first, window.end, BRANCHES):
            yield Reading(first, _answers(model, window, first, letters), done, total)


@dataclass(frozen=True, slots=True)
class _Window:
    """A prompt about the clauses from ``first`` to ``end``."""

    prompt: Prompt
    first: int
    end: int


def _windows(model: Model, question: Question, clauses: Sequence[str]) -> Iterator[_Window]:
    """Windows of clauses that fit in the context; they share their beginning."""
    first = 0
    while first < len(clauses):
        end = min(first + _MOST_CLAUSES, len(clauses))
        window = _window(model, question, clauses, first, end)
        while _room_needed(model, window) > model.context_size and end > first + 1:
            end = first + (end - first) // 2
            window = _window(model, question, clauses, first, end)
        yield window
        first = end


def _window(
    model: Model, question: Question, clauses: Sequence[str], first: int, end: int
) -> _Window:
    begin = max(0, first - _CLAUSES_BEFORE)
    numbered = "\n".join(f"{n + 1}. {clauses[n]}" for n in range(begin, end))
    parts = [question.before, numbered, question.after]
    prompt = chat.prompt_for(model, question.system, parts, fixed_parts=1)
    return _Window(prompt, first, end)


def _room_needed(model: Model, window: _Window) -> int:
    longest = len(_question_tokens(model, window.end - 1))
    return len(window.prompt.tokens) + longest * min(BRANCHES, window.end - window.first)


def _question_tokens(model: Model, clause: int) -> list[int]:
    return model.tokenize(f"{clause + 1}:")


def _answers(model: Model, window: _Window, first: int, letters: np.ndarray) -> list[list[float]]:
    asked = range(first, min(first + BRANCHES, window.end))
    branches = [_question_tokens(model, clause) for clause in asked]
    rows = model.evaluate_branches(len(window.prompt.tokens), branches)
    return [log_probabilities(row[letters]) for row in rows]


def _letter_token(model: Model, letter: str) -> int:
    """The token of « 12: A »'s letter, with the space before it where the vocabulary joins them."""
    for text in (f" {letter}", letter):
        tokens = model.tokenize(text)
        if len(tokens) == 1:
            return tokens[0]
    raise NoTagError(letter)
