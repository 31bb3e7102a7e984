"""Which token comes next: the most probable one, or one drawn with a fixed seed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from assistant.inference.model import Logits


@dataclass(frozen=True, slots=True)
class Sampling:
    """``temperature`` 0 takes the most probable token. Above, one is drawn: among the tokens at
    least ``min_p`` times as probable as the best (Nguyen et al., « Turning up the heat: min-p
    sampling », 2024, section 3), and of those the most probable that make up ``top_p`` (Holtzman
    et al., « The Curious Case of Neural Text Degeneration », 2020, section 3.1). Before either, the
    last ``remembered`` tokens are made less likely by ``repetition`` (Keskar et al., « CTRL »,
    2019, section 4.1); 1 leaves them alone."""

    temperature: float = 0.0
    min_p: float = 0.05
    top_p: float = 1.0
    repetition: float = 1.0
    remembered: int = 64
    seed: int = 0


class Sampler:
    """Draws tokens; two samplers of one seed draw the same."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._chance = np.random.default_rng(sampling.seed)
        self._recent: deque[int] = deque(maxlen=sampling.remembered)

    def choose(self, logits: Logits) -> int:
        """The next token from ``logits``, of shape (vocabulary_size,)."""
        token = self.propose(logits)
        self.take(token)
        return token

    def propose(self, logits: Logits) -> int:
        """A token from ``logits`` that need not be taken."""
        if self._sampling.repetition == 1:
            return self._draw(logits)
        return self._draw(self._penalised(logits))

    def take(self, token: int) -> None:
        """The text goes on with ``token``."""
        self._recent.append(token)

    def _penalised(self, logits: Logits) -> Logits:
        recent = np.fromiter(set(self._recent), np.int64)
        changed = logits.copy()  # the model's own buffer stays as it was
        seen = changed[recent]
        rate = np.float32(self._sampling.repetition)
        changed[recent] = np.where(seen > 0, seen / rate, seen * rate)
        return changed

    def _draw(self, logits: Logits) -> int:
        best = int(logits.argmax())
        if self._sampling.temperature <= 0:
            return best
        kept = np.flatnonzero(logits >= logits[best] + np.log(self._sampling.min_p))
        weights = np.exp((logits[kept] - logits[best]) / self._sampling.temperature)
        weights /= weights.sum()
        if self._sampling.top_p < 1:
            order = np.argsort(-weights)
            count = int(np.searchsorted(np.cumsum(weights[order]), self._sampling.top_p)) + 1
            kept, weights = kept[order[:count]], weights[order[:count]]
            weights /= weights.sum()
        return int(self._chance.choice(kept, p=weights))
