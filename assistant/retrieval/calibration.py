"""The figures that were set by measuring: shares, thresholds. One file, one place."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Calibration:
    """``words_share`` weighs the search by words against that by meaning; ``threshold`` is the
    least probability to answer at; ``weights`` are those of a logistic regression."""

    words_share: float
    threshold: float
    constant: float
    weights: dict[str, float]
    least_overlap: float
    least_similarity: float

    def confidence(self, **measures: float) -> float:
        """The probability that passages with these measures answer."""
        total = self.constant + sum(self.weights[name] * v for name, v in measures.items())
        return 1 / (1 + math.exp(-total))


def load_calibration() -> Calibration:
    """The calibration that ships."""
    file = resources.files("assistant.retrieval") / "calibration.toml"
    table = tomllib.loads(file.read_text("utf-8"))
    weights = {name: float(weight) for name, weight in table["confidence"].items()}
    return Calibration(
        words_share=float(table["words_share"]),
        threshold=float(table["threshold"]),
        constant=weights.pop("constant"),
        weights=weights,
        least_overlap=float(table["support"]["overlap"]),
        least_similarity=float(table["support"]["similarity"]),
    )
