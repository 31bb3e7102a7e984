"""Tokens chosen under a constraint: the sampled one is checked, and only a refusal costs more.

Masking the whole vocabulary before each token costs half a decode step (20 ms); checking the one
token that was sampled costs a hundredth of a millisecond, and a model that copies its source is
seldom refused (llama.cpp samples so too: common/sampling.cpp, pull request 4306).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.inference.sampling import Sampler, Sampling

_FIRST_BLOCK = 32
_BELOW = 1e6  # what sets apart the tokens that sampling had cut off


class Constraint(Protocol):
    """What a text must keep to. A figure lock is one."""

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended."""

    def accept(self, piece: bytes) -> None:
        """Append ``piece``."""

    def allows_end(self) -> bool:
        """Whether the text may end here."""


class NothingLawfulError(Exception):
    """No token of the vocabulary is lawful: one of its bytes must be missing."""


class Pieces:
    """The pieces of a vocabulary of ``size`` tokens, asked for once each."""

    def __init__(
        self, piece_of: Callable[[int], bytes], is_end: Callable[[int], bool], size: int
    ) -> None:
        self._piece_of = piece_of
        self._is_end = is_end
        self._known: list[bytes | None] = [None] * size
        self._ends: dict[int, bool] = {}
        self._first: npt.NDArray[np.int16] | None = None

    def __getitem__(self, token: int) -> bytes:
        piece = self._known[token]
        if piece is None:
            piece = self._known[token] = self._piece_of(token)
        return piece

    def is_end(self, token: int) -> bool:
        """True for a token that ends a text."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = self._is_end(token)
        return known

    @property
    def first(self) -> npt.NDArray[np.int16]:
        """The first byte of each piece, -1 for a token without text; shape (size,)."""
        if self._first is None:
            pieces = (self[token] for token in range(len(self._known)))
            self._first = np.array([p[0] if p else -1 for p in pieces], np.int16)
        return self._first


def is_lawful(token: int, pieces: Pieces, constraint: Constraint) -> bool:
    """Whether ``token`` may come next."""
    if pieces.is_end(token):
        return constraint.allows_end()
    return constraint.allows(pieces[token])


def choose(
    logits: npt.NDArray[np.float32],
    pieces: Pieces,
    constraint: Constraint,
    sampler: Sampler,
    sampling: Sampling,
    chance: np.random.Generator,
) -> int:
    """The next token from ``logits``, of shape (vocabulary_size,); nothing is appended.

    The token that ``sampler`` draws if it is lawful; else one drawn as ``sampling`` says among
    the lawful tokens, those it would have kept before all others.

    Raises NothingLawfulError.
    """
    token = sampler.propose(logits)
    if is_lawful(token, pieces, constraint):
        return token
    for token in _in_order(_scores(logits, pieces, constraint, sampling, chance)):
        if is_lawful(token, pieces, constraint):
            return token
    raise NothingLawfulError


def _scores(
    logits: npt.NDArray[np.float32],
    pieces: Pieces,
    constraint: Constraint,
    sampling: Sampling,
    chance: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """The order in which tokens are tried, as scores of shape (vocabulary_size,).

    Taking the best of logits plus Gumbel noise is drawing from their softmax (Maddison et al.,
    « A* Sampling », 2014, section 2): the first lawful token of that order is drawn from the
    softmax of the lawful ones.
    """
    scores = logits.astype(np.float64)
    if sampling.temperature > 0:
        cut = scores < scores.max() + np.log(sampling.min_p)
        scores = scores / sampling.temperature + chance.gumbel(size=scores.shape)
        scores[cut] -= _BELOW
    if not constraint.allows_end():
        # Half a number is written and few tokens may go on: most fall by their first byte.
        opening = [byte for byte in range(256) if constraint.allows(bytes([byte]))]
        scores[~np.isin(pieces.first, opening)] = -np.inf
    return scores


def _in_order(scores: npt.NDArray[np.float64]) -> Iterator[int]:
    """The indices of ``scores`` from the best down, sorted in blocks that grow."""
    done, block = 0, _FIRST_BLOCK
    while done < len(scores):
        block = min(block, len(scores))
        best = np.argpartition(-scores, block - 1)[:block]
        for token in best[np.argsort(-scores[best], kind="stable")][done:]:
            if scores[token] == -np.inf:
                return
            yield int(token)
        done, block = block, block * 8


class LawfulSampler:
    """A sampler whose tokens make up one text under ``constraint``: each is appended to it as
    it is chosen. Draft tokens need no way back: only what is chosen is appended."""

    def __init__(self, sampling: Sampling, pieces: Pieces, constraint: Constraint) -> None:
        self._sampling = sampling
        self._sampler = Sampler(sampling)
        self._chance = np.random.default_rng((sampling.seed, 1))
        self._pieces = pieces
        self._constraint = constraint
        self._whole: list[bool] = []

    def whole_after(self, count: int) -> bool:
        """Whether the text may end after its first ``count`` tokens."""
        return count == 0 or self._whole[count - 1]

    def choose(self, logits: npt.NDArray[np.float32]) -> int:
        """The next token from ``logits``, of shape (vocabulary_size,).

        Raises NothingLawfulError.
        """
        token = choose(
            logits, self._pieces, self._constraint, self._sampler, self._sampling, self._chance
        )
        self._sampler.take(token)
        if not self._pieces.is_end(token):
            self._constraint.accept(self._pieces[token])
        self._whole.append(self._constraint.allows_end())
        return token
