"""Tokens chosen under a constraint: the sampled one is checked, and only a refusal costs more.

Masking the whole vocabulary before each token costs half a decode step (20 ms); checking the one
token that was sampled costs a hundredth of a millisecond, and a model that copies its source is
seldom refused (llama.cpp samples so too: common/sampling.cpp, pull request 4306). After a refusal
tokens are tried from the likeliest down, those with a first byte that can't come left out.

Text that has one way on only is not sampled at all: its tokens are given at once, to be evaluated
in one batch (« fast-forward tokens » in the words of llguidance, docs/fast_forward.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.inference.sampling import Sampler, Sampling

_FIRST_BLOCK = 32
_NO_TEXT = 256
_NEAR = 6.0
"""How far below the best, in logits, the first tokens are that a greedy choice tries."""


class Constraint(Protocol):
    """What a text must keep to: a figure lock, a grammar, both."""

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended."""

    def accept(self, piece: bytes) -> None:
        """Append ``piece``."""

    def allows_end(self) -> bool:
        """Whether the text may end here."""

    def may_show(self) -> bool:
        """Whether the text may be shown, and cut, here: it holds no half of anything."""

    def first_bytes(self) -> frozenset[int] | None:
        """The bytes a next piece may begin with, or more; None where it is nearly all of them."""

    def forced(self) -> tuple[str, bool]:
        """The text that must come next, "" where there is a choice; whether nothing follows it."""

    def is_over(self) -> bool:
        """Whether nothing but the end may come."""


class NothingLawfulError(Exception):
    """No token of the vocabulary is lawful."""


class Pieces:
    """The pieces of a vocabulary of ``size`` tokens, asked for once each. ``tokenize`` gives the
    tokens of a text, nothing added; without it no text is forced."""

    def __init__(
        self,
        piece_of: Callable[[int], bytes],
        is_end: Callable[[int], bool],
        size: int,
        tokenize: Callable[[str], list[int]] | None = None,
    ) -> None:
        self._piece_of = piece_of
        self._is_end = is_end
        self._tokenize = tokenize
        self._known: list[bytes | None] = [None] * size
        self._ends: dict[int, bool] = {}
        self._first: npt.NDArray[np.int16] | None = None
        self._heads: dict[bytes, list[int]] = {}
        self._spelled: dict[str, list[int]] = {}

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

    def spell(self, text: str) -> list[int]:
        """Tokens whose pieces make up ``text``, or [] where the vocabulary has no such: some put
        a blank before the first word of whatever they tokenise."""
        tokens = self._spelled.get(text)
        if tokens is None:
            tokens = self._tokenize(text) if self._tokenize is not None and text else []
            if b"".join(self[token] for token in tokens) != text.encode():
                tokens = []
            self._spelled[text] = tokens
        return tokens

    @property
    def first(self) -> npt.NDArray[np.int16]:
        """The first byte of each piece, 256 for an end and for a token without text; shape
        (size,)."""
        if self._first is None:
            known = [
                self[token][0] if self[token] and not self.is_end(token) else _NO_TEXT
                for token in range(len(self._known))
            ]
            self._first = np.array(known, np.int16)
        return self._first

    def towards(self, text: str) -> npt.NDArray[np.intp]:
        """The tokens that may be the beginning of ``text``, or begin with it, and others: they
        share its first byte and, where they have one, its second."""
        if not self._heads:
            for token in range(len(self._known)):
                self._heads.setdefault(self[token][:2], []).append(token)
        head = text.encode()[:2]
        if len(head) < 2:
            return np.flatnonzero(self.first == head[0])
        return np.array(self._heads.get(head[:1], []) + self._heads.get(head, []), np.intp)


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
    row = sampler.penalised(logits)
    token = sampler.draw(row)
    if is_lawful(token, pieces, constraint):
        return token
    for tokens in _candidates(row, pieces, constraint, sampling):
        scores: npt.NDArray[np.floating] = row[tokens]
        if sampling.temperature > 0:
            # The best of logits plus Gumbel noise is drawn from their softmax (Maddison et al.,
            # « A* Sampling », 2014, section 2): the first lawful one, from that of the lawful.
            scores = scores / sampling.temperature + chance.gumbel(size=len(scores))
        for index in _in_order(scores):
            token = int(tokens[index])
            if is_lawful(token, pieces, constraint):
                return token
    raise NothingLawfulError


def _candidates(
    row: npt.NDArray[np.float32], pieces: Pieces, constraint: Constraint, sampling: Sampling
) -> Iterator[npt.NDArray[np.intp]]:
    """The tokens worth trying: those that sampling would have kept, then the others."""
    reach = sampling.reach if sampling.temperature > 0 else _NEAR
    close = row >= row.max() - reach
    near = np.flatnonzero(close)
    if len(near) <= _FIRST_BLOCK:
        yield near
        near = near[:0]
    tokens = _opening(pieces, constraint)
    kept = close[tokens]
    if len(near):
        yield tokens[kept]
    yield tokens[~kept]


def _opening(pieces: Pieces, constraint: Constraint) -> npt.NDArray[np.intp]:
    """The tokens that the beginning of their text does not rule out."""
    ahead, _ = constraint.forced()
    if ahead:
        return pieces.towards(ahead)
    may_open = np.ones(257, np.bool_)
    opening = constraint.first_bytes()
    if opening is not None:
        may_open[:] = False
        may_open[list(opening)] = True
    may_open[_NO_TEXT] = constraint.allows_end()
    return np.flatnonzero(may_open[pieces.first])


def _in_order(scores: npt.NDArray[np.floating]) -> Iterator[int]:
    """The indices of ``scores`` from the best down, sorted in blocks that grow."""
    done, block = 0, _FIRST_BLOCK
    while done < len(scores):
        block = min(block, len(scores))
        best = np.argpartition(-scores, block - 1)[:block]
        yield from best[np.argsort(-scores[best], kind="stable")][done:]
        done, block = block, block * 8


class LawfulSampler:
    """A sampler whose tokens make up one text under ``constraint``: each is appended to it as
    it is chosen. Draft tokens need no way back: only what is chosen is appended.

    Forced text is spelled as the vocabulary tokenises it, taken alone, and its last token is left
    to be sampled: models have seldom seen a quote apart from the word after it where both make
    one token (« "A »), so the end of what is forced stays open to tokens that go on beyond it.
    Nothing is left over where the text ends there. Where the tokens of a text do not give it back,
    nothing is forced.
    """

    def __init__(self, sampling: Sampling, pieces: Pieces, constraint: Constraint) -> None:
        self._sampling = sampling
        self._sampler = Sampler(sampling)
        self._chance = np.random.default_rng((sampling.seed, 1))
        self._pieces = pieces
        self._constraint = constraint
        self._forced: deque[int] = deque()
        self._shown: list[bool] = []
        self._look_ahead()

    def may_show_after(self, count: int) -> bool:
        """Whether the text may be shown, and cut, after its first ``count`` tokens."""
        return count == 0 or self._shown[count - 1]

    @property
    def is_over(self) -> bool:
        """Whether nothing but the end may come, so that no token needs to be chosen."""
        return not self._forced and self._constraint.is_over()

    def forced(self, most: int) -> list[int]:
        """At most ``most`` tokens that come next whatever the logits; they are appended."""
        taken: list[int] = []
        while self._forced and len(taken) < most:
            taken.append(self._take(self._forced.popleft()))
        return taken

    def choose(self, logits: npt.NDArray[np.float32]) -> int:
        """The next token from ``logits``, of shape (vocabulary_size,).

        Raises NothingLawfulError.
        """
        if self._forced:
            return self._take(self._forced.popleft())
        return self._take(
            choose(
                logits, self._pieces, self._constraint, self._sampler, self._sampling, self._chance
            )
        )

    def _take(self, token: int) -> int:
        self._sampler.take(token)
        if not self._pieces.is_end(token):
            self._constraint.accept(self._pieces[token])
        self._shown.append(self._constraint.may_show())
        if not self._forced:
            self._look_ahead()
        elif not self._constraint.allows(self._pieces[self._forced[0]]):
            self._forced.clear()  # another constraint is stricter where the tokens are cut
        return token

    def _look_ahead(self) -> None:
        text, last = self._constraint.forced()
        tokens = self._pieces.spell(text) if text else []
        if not last:
            tokens = tokens[:-1]
        if tokens and self._constraint.allows(self._pieces[tokens[0]]):
            self._forced.extend(tokens)
