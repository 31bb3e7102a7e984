"""What topic tends to follow what: clauses correct each other over the whole note.

A first-order chain over the topics: the voices' log-probabilities at each clause, a table of how
much more often one topic follows another than chance, and the forward-backward sums ("A tutorial
on hidden Markov models", Rabiner 1989, section III.B).
"""

from __future__ import annotations

import numpy as np

from assistant.drafting.filing.linear_reader import Table


def corrected(log_probabilities: Table, table: Table, share: float) -> Table:
    """[clauses, topics] log-probabilities of one note once each clause has heard the others."""
    link = share * table
    forward, backward = log_probabilities.copy(), np.zeros_like(log_probabilities)
    for i in range(1, len(forward)):
        forward[i] += np.logaddexp.reduce(forward[i - 1][:, None] + link, axis=0)
    for i in range(len(forward) - 2, -1, -1):
        later = log_probabilities[i + 1] + backward[i + 1]
        backward[i] = np.logaddexp.reduce(link + later[None], axis=1)
    total = forward + backward
    likely: Table = total - np.logaddexp.reduce(total, axis=-1, keepdims=True)
    return likely
