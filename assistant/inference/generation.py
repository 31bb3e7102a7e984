"""The decode loop: a prompt read in chunks, then one token after another, as text.

Chunks of 128 tokens cost at most four per cent of the prefill and let it report progress;
a stop is felt inside a chunk, through llama.cpp's abort callback.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.inference.model import ContextFullError, Logits, Model, Stopped, Tokens

CHUNK = 128


@dataclass(frozen=True, slots=True)
class Sampling:
    """``temperature`` 0 takes the most probable token; above, min-p sampling (Nguyen et al.,
    « Turning up the heat », 2024, section 3) with a fixed ``seed``."""

    temperature: float = 0.0
    min_p: float = 0.05
    seed: int = 0


@dataclass(frozen=True, slots=True)
class PromptRead:
    """``done`` of ``total`` prompt tokens are in the context."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The next characters of the text."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The generation is over after ``tokens``; ``complete`` is False where a limit cut it."""

    tokens: int
    complete: bool


def generate(
    model: Model, prompt: Tokens, limit: int, sampling: Sampling
) -> Iterator[PromptRead | Piece | End]:
    """Read ``prompt`` then write at most ``limit`` tokens.

    Raises Stopped, and ContextFullError where the prompt alone does not fit.
    """
    model.forget()
    logits: Logits | None = None
    for start in range(0, len(prompt), CHUNK):
        chunk = prompt[start : start + CHUNK]
        last = start + len(chunk) == len(prompt)
        rows = model.evaluate(chunk, start, [len(chunk) - 1] if last else [])
        logits = rows[0] if rows else None
        yield PromptRead(start + len(chunk), len(prompt))
    if logits is None:
        raise ContextFullError
    yield from _decode(model, logits, len(prompt), limit, sampling)
    model.forget()


def _decode(
    model: Model, logits: Logits, position: int, limit: int, sampling: Sampling
) -> Iterator[Piece | End]:
    text = codecs.getincrementaldecoder("utf-8")("replace")
    chance = np.random.default_rng(sampling.seed)
    written, complete = 0, False
    while written < limit:
        if model.stop.is_set:
            raise Stopped
        token = _choose(logits, sampling, chance)
        if model.is_end(token):
            complete = True
            break
        written += 1
        if characters := text.decode(model.piece(token)):
            yield Piece(characters)
        try:
            logits = model.evaluate([token], position, [0])[0]
        except ContextFullError:
            break
        position += 1
    if rest := text.decode(b"", final=True):
        yield Piece(rest)
    yield End(written, complete)


def _choose(logits: Logits, sampling: Sampling, chance: np.random.Generator) -> int:
    best = int(logits.argmax())
    if sampling.temperature <= 0:
        return best
    # min-p before temperature: only tokens at least min_p times as probable as the best one.
    kept = np.flatnonzero(logits >= logits[best] + np.log(sampling.min_p))
    weights = np.exp((logits[kept] - logits[best]) / sampling.temperature)
    return int(chance.choice(kept, p=weights / weights.sum()))
