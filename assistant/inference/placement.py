"""Strict copy as placement: one pass over a note gives every clause its topics.

Nothing the model does can put a word in the draft: it gives probabilities, the program copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from llama_cpp import llama_cpp as C  # noqa: N812

from assistant.inference.model import BATCH, Logits, Model
from assistant.inference.sequence import Tags, Window, clause_tokens, windows

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a pass stands: ``scores`` are the log-probabilities by topic of the clauses from
    ``first`` on, and ``done`` tokens of ``total`` are read."""

    first: int
    scores: list[list[float]]
    done: int
    total: int


def placement_tags(model: Model) -> Tags | None:
    """The tags of ``model``, or None if it was not trained for placement."""
    if model.metadata("aparte.placement.version") != _VERSION:
        return None
    try:
        pairs = [pair.split(":") for pair in _key(model, "tags").split(",")]
        return Tags(
            begin=C.llama_vocab_bos(model.vocabulary),
            note=int(_key(model, "note_token")),
            breaks=(
                int(_key(model, "clause_token")),
                int(_key(model, "line_token")),
                int(_key(model, "para_token")),
            ),
            ask=int(_key(model, "ask_token")),
            topics=tuple(topic for topic, _ in pairs),
            topic_tokens=tuple(int(token) for _, token in pairs),
        )
    except ValueError:  # a key is missing or is no number: not a model of ours
        return None


def _key(model: Model, name: str) -> str:
    return model.metadata(f"aparte.placement.{name}") or ""


def place(
    model: Model, tags: Tags, clauses: Sequence[str], breaks: Sequence[int]
) -> Iterator[Reading]:
    """Read ``clauses`` in order and yield their scores as they come. Raises Stopped.

    ``breaks`` is what stands before each clause (0 nothing, 1 a line break, 2 a blank line). A
    note longer than the context is read in windows.
    """
    pieces = [
        clause_tokens(tags, text, kind, model.tokenize)
        for text, kind in zip(clauses, breaks, strict=True)
    ]
    passes = windows(tags, pieces, model.context_size)
    total = sum(len(window.tokens) for window in passes)
    done = 0
    for window in passes:
        for reading in _read(model, tags, window):
            yield Reading(reading.first, reading.scores, done + reading.done, total)
        done += len(window.tokens)
    model.forget()


def _read(model: Model, tags: Tags, window: Window) -> Iterator[Reading]:
    model.forget()
    topic_tokens = np.array(tags.topic_tokens)
    clause = window.first
    for start in range(0, len(window.tokens), BATCH):
        batch = window.tokens[start : start + BATCH]
        asks = [ask - start for ask in window.asks if start <= ask < start + len(batch)]
        rows = model.evaluate(batch, start, asks)
        scores = [log_probabilities(row[topic_tokens]) for row in rows]
        yield Reading(clause, scores, start + len(batch), 0)
        clause += len(scores)


def log_probabilities(logits: Logits) -> list[float]:
    """``logits`` of the possible answers, shape (answers,), as log-probabilities among them."""
    shifted = logits.astype(np.float64) - logits.max()
    values: list[float] = np.round(shifted - np.log(np.exp(shifted).sum()), 4).tolist()
    return values
