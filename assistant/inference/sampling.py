"""Which token comes next: the most probable one, or one drawn with a fixed seed."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.errors import AparteError, ErrorCode
from assistant.inference.model import Logits

HIGHEST_TEMPERATURE = 10


@dataclass(frozen=True, slots=True)
class Sampling:
    """``temperature`` 0 takes the most probable token. Above, one is drawn: among the tokens at
    least ``min_p`` times as probable as the best (Nguyen et al., « Turning up the heat: min-p
    sampling », 2024, section 3), and of those the most probable that make up ``top_p`` (Holtzman
    et al., « The Curious Case of Neural Text Degeneration », 2020, section 3.1). Before either, the
    last ``remembered`` tokens are made less likely by ``repetition`` (Keskar et al., « CTRL »,
    2019, section 4.1); 1 leaves them alone.

    Raises AparteError: TEMPERATURE_INVALID, SEED_INVALID.
    """

    temperature: float = 0.0
    min_p: float = 0.05
    top_p: float = 1.0
    repetition: float = 1.0
    remembered: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        warm = _is_a_number(self.temperature) and 0 <= self.temperature <= HIGHEST_TEMPERATURE
        if not warm:
            raise AparteError(
                ErrorCode.TEMPERATURE_INVALID,
                temperature=self.temperature,
                highest=HIGHEST_TEMPERATURE,
            )
        if not is_count(self.seed):
            raise AparteError(ErrorCode.SEED_INVALID, seed=self.seed)

    @property
    def reach(self) -> float:
        """How far below the best, in logits, the last tokens are that ``min_p`` keeps."""
        return -math.log(self.min_p) if self.min_p > 0 else math.inf


def is_count(value: object) -> bool:
    """True for a whole number, 0 or more: what comes over a pipe may be anything."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_a_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Sampler:
    """Draws tokens; two samplers of one seed draw the same."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._recent: deque[int] = deque(maxlen=sampling.remembered)

    @cached_property
    def _chance(self) -> np.random.Generator:  # its library loads slowly: not for greedy texts
        return np.random.default_rng(self._sampling.seed)

    def choose(self, logits: Logits) -> int:
        """The next token from ``logits``, of shape (vocabulary_size,)."""
        token = self.draw(self.penalised(logits))
        self.take(token)
        return token

    def take(self, token: int) -> None:
        """The text goes on with ``token``."""
        self._recent.append(token)

    def penalised(self, logits: Logits) -> Logits:
        """``logits`` with the recent tokens made less likely; themselves where none is."""
        if self._sampling.repetition == 1:
            return logits
        recent = np.fromiter(set(self._recent), np.int64)
        changed = logits.copy()  # the model's own buffer stays as it was
        seen = changed[recent]
        rate = np.float32(self._sampling.repetition)
        changed[recent] = np.where(seen > 0, seen / rate, seen * rate)
        return changed

    def draw(self, logits: Logits) -> int:
        """A token from penalised ``logits``, which need not be taken."""
        best = int(logits.argmax())
        if self._sampling.temperature <= 0:
            return best
        kept = np.flatnonzero(logits >= logits[best] - self._sampling.reach)
        weights = np.exp((logits[kept] - logits[best]) / self._sampling.temperature)
        weights /= weights.sum()
        if self._sampling.top_p < 1:
            order = np.argsort(-weights)
            count = int(np.searchsorted(np.cumsum(weights[order]), self._sampling.top_p)) + 1
            kept, weights = kept[order[:count]], weights[order[:count]]
            weights /= weights.sum()
        return int(self._chance.choice(kept, p=weights))
