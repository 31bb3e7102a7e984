"""What topic tends to follow what, counted on the labelled notes.

``assistant.drafting.filing.neighbours`` uses the table to let clauses correct each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assistant.drafting.filing.linear_reader import Table
from assistant.drafting.topics import Topic
from models.recipes.hand_labels import LabelledNote

_UNSEEN = 0.5  # added to every count


def following(notes: Sequence[LabelledNote]) -> Table:
    """[topic, next topic] log of seen over expected, from the topics of labelled notes."""
    order = [topic.value for topic in Topic]
    counts = np.full((len(order), len(order)), _UNSEEN)
    for note in notes:
        for topic, after in pairwise(note.topics):
            counts[order.index(topic), order.index(after)] += 1
    expected = counts.sum(0) / counts.sum()
    ratio: Table = np.log(counts / counts.sum(1, keepdims=True)) - np.log(expected)
    return ratio
