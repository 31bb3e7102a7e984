"""What topic tends to follow what, counted on the labelled notes.

``assistant.drafting.filing.neighbours`` uses the table to let clauses correct each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

_UNSEEN = 0.5  # added to every count


def following(notes: Sequence[Sequence[int]], topics: int) -> np.ndarray:
    """[topic, next topic] log of seen over expected, from the topics of labelled notes."""
    counts = np.full((topics, topics), _UNSEEN)
    for note in notes:
        for topic, after in pairwise(note):
            counts[topic, after] += 1
    expected = counts.sum(0) / counts.sum()
    return np.log(counts / counts.sum(1, keepdims=True)) - np.log(expected)
