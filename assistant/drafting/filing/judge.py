"""The three voices made one: weighted log-probabilities, then what the neighbours say.

The weights were chosen on the development half of the hand labels (models/starter/CARTE.md gives
each voice alone and together); they ship with the model, in its catalogue entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.documents import Clause, Source
from assistant.drafting.filing.linear_reader import LinearReader, Table
from assistant.drafting.filing.neighbours import corrected
from assistant.drafting.topics import Topic

_TOPICS = [topic.value for topic in Topic]


@dataclass(frozen=True, slots=True)
class Shares:
    """The weight of the model's log-probabilities beside the linear model's (whose is 1), and how
    much the table of what follows what counts."""

    model: float
    neighbours: float


class Judge:
    """Judges the clauses of one source; ``reader`` read them all before the model did."""

    def __init__(
        self, reader: LinearReader, shares: Shares, source: Source, clauses: Sequence[Clause]
    ) -> None:
        self._reader = reader
        self._shares = shares
        spans = [(clause.span.start, clause.span.end) for clause in clauses]
        self._linear = reader.log_probabilities(source.text, spans)

    def topics(self) -> list[str]:
        """The topics, in the order of the columns of ``judged``."""
        return _TOPICS

    def judged(self, topics: Sequence[str], rows: Sequence[Sequence[float]]) -> Table:
        """The log-probabilities, shape (clauses, topics), of the first ``len(rows)`` clauses, from
        the model's ``rows`` over its ``topics``. An empty row is a clause it could not read."""
        order = [topics.index(topic) for topic in _TOPICS]
        silent = [0.0] * len(topics)
        model = np.array([row or silent for row in rows])[:, order]
        both = self._shares.model * model + self._linear[: len(rows)]
        return corrected(both, self._reader.table, self._shares.neighbours)
