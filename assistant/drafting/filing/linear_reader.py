"""A linear model over hashed words: eight-bit weights, read with NumPy alone.

They stand behind the network in its own GGUF file, as a ZIP archive does in a self-extracting one:
llama.cpp reads a GGUF file from its beginning, ZIP is read from its end. One file, one hash.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.drafting.filing.features import features

Table = npt.NDArray[np.float64]


class LinearReader:
    """Log-probabilities of topics, from a file that the recipes wrote."""

    def __init__(self, path: Path) -> None:
        """Read what ``path`` carries at its end; raises OSError, KeyError or ValueError where it
        carries no such thing."""
        try:
            with zipfile.ZipFile(path) as archive:
                self._weights = _array(archive, "weights")  # [buckets, topics] int8
                self._scale = _array(archive, "scale")  # [topics]
                self._bias = _array(archive, "bias")  # [topics]
                self.table: Table = _array(archive, "table")  # [topics, topics]: ``neighbours``
        except zipfile.BadZipFile as fault:
            raise ValueError(f"{path.name} carries no linear model") from fault

    def log_probabilities(self, text: str, spans: Sequence[tuple[int, int]]) -> Table:
        """[clauses, topics] log-probabilities, in the order of ``Topic``."""
        rows = features(text, spans)
        sums = [self._weights[row].sum(0, dtype=np.int64) / len(row) ** 0.5 for row in rows]
        scores: Table = np.array(sums) * self._scale + self._bias
        return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)


def _array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    with archive.open(f"{name}.npy") as file:
        found: npt.NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        return found
