"""A linear model over hashed words: eight-bit weights in one file, read with NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.drafting.filing.features import features

Table = npt.NDArray[np.float64]


class LinearReader:
    """Log-probabilities of topics, from a file that the recipes wrote."""

    def __init__(self, path: Path) -> None:
        """Read ``path``; raises OSError or ValueError where it is no such file."""
        with np.load(path, allow_pickle=False) as stored:
            self._weights = stored["weights"]  # [buckets, topics] int8
            self._scale = stored["scale"]  # [topics]
            self._bias = stored["bias"]  # [topics]
            self.table: Table = stored["table"]  # [topics, topics], see ``neighbours``

    def log_probabilities(self, text: str, spans: Sequence[tuple[int, int]]) -> Table:
        """[clauses, topics] log-probabilities, in the order of ``Topic``."""
        rows = features(text, spans)
        sums = [self._weights[row].sum(0, dtype=np.int64) / len(row) ** 0.5 for row in rows]
        scores: Table = np.array(sums) * self._scale + self._bias
        return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
