"""Which token comes next: the most probable one, or one drawn with a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.inference.model import Logits


@dataclass(frozen=True, slots=True)
class Sampling:
    """``temperature`` 0 takes the most probable token. Above, one is drawn: among the tokens at
    least ``min_p`` times as probable as the best (Nguyen et al., « Turning up the heat: min-p
    sampling », 2024, section 3), and of those the most probable that make up ``top_p`` (Holtzman
    et al., « The Curious Case of Neural Text Degeneration », 2020, section 3.1)."""

    temperature: float = 0.0
    min_p: float = 0.05
    top_p: float = 1.0
    seed: int = 0


class Sampler:
    """Draws tokens; two samplers of one seed draw the same."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._chance = np.random.default_rng(sampling.seed)

    def choose(self, logits: Logits) -> int:
        """The next token from ``logits``, of shape (vocabulary_size,)."""
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
