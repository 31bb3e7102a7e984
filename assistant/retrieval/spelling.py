"""Words that no guide holds, read as the nearest one that a guide does: « halucination »."""

from __future__ import annotations

from assistant.retrieval.index import Index
from assistant.retrieval.words import Term

_SHORTEST = 5  # letters; under that, a neighbour is more often another word than a misspelling
_TWO_SLIPS_FROM = 9


class Speller:
    """Knows the vocabulary of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for name in index.vocabulary:
            self._by_shape.setdefault((name[0], len(name)), []).append(name)

    def corrected(self, terms: list[Term]) -> list[Term]:
        """``terms``, where a word nobody uses also goes under the name of its nearest neighbour."""
        return [self._corrected(term) for term in terms]

    def _corrected(self, term: Term) -> Term:
        stem = term.names[0]
        known = any(name in self._index.vocabulary for name in term.names)
        if known or len(stem) < _SHORTEST or not stem.isalpha():
            return term
        slips = 2 if len(stem) >= _TWO_SLIPS_FROM else 1
        near = [
            (distance, -self._index.holders(name), name)
            for length in range(len(stem) - slips, len(stem) + slips + 1)
            for name in self._by_shape.get((stem[0], length), ())
            if (distance := edit_distance(stem, name, slips)) <= slips
        ]
        return Term(term.word, (*term.names, min(near)[2])) if near else term


def edit_distance(one: str, other: str, limit: int) -> int:
    """Letters added, dropped, changed or exchanged with the next to turn ``one`` into ``other``;
    ``limit`` + 1 as soon as it is known to be more (optimal string alignment)."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before = last
    return row[-1]
