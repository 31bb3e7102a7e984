"""What a placement is worth: F1 of headings, what is « À classer », whether it knows its doubt.

Everything is in NumPy over the clauses of a labelled half; -1 is a heading for « stays out ».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.documents import Mode
from assistant.drafting.document_type import DocumentType, document_types
from assistant.drafting.topics import Topic

Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.float64]

SHIPPED = "modèle + linéaire, voisins"
"""The way of placing that ships, among those of ``evaluate``."""

LEFT_OUT_CERTAINTY = 0.8
"""Under it, a clause that seems to belong nowhere goes to « À classer », as in strict copy."""

_DRAWS = 1000


def copied_forms() -> list[DocumentType]:
    """The forms that strict copy serves, in their order."""
    return [form for form in document_types().values() if Mode.STRICT_COPY in form.modes]


def headings(form: DocumentType) -> Indices:
    """[topics] index of the heading each topic stands under, -1 for a topic the form omits."""
    found = [form.heading_of(topic) for topic in Topic]
    return np.array([-1 if h is None else form.headings.index(h) for h in found])


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each clause goes in one form, and how sure; where it should, and where else it may."""

    heading: Indices  # [clauses], -1 omitted
    sure: Table  # [clauses] probability of that heading
    gold: Indices
    also: Indices

    def filed(self, certainty: float) -> Flags:
        """[clauses] whether a clause is decided: under a heading, or left out for sure."""
        least = np.where(self.heading < 0, max(certainty, LEFT_OUT_CERTAINTY), certainty)
        decided: Flags = self.sure >= least
        return decided


def placed(probabilities: Table, form: DocumentType, gold: Indices, also: Indices) -> Placed:
    """[clauses, topics] probabilities added up under each heading of ``form``; the best one wins.

    ``gold`` and ``also`` are the headings of the labels.
    """
    where = headings(form)
    count = len(form.headings)
    sums = np.zeros((len(probabilities), count + 1))
    for topic, heading in enumerate(where):
        sums[:, heading] += probabilities[:, topic]  # -1: the last column, omitted
    best = sums.argmax(-1)
    return Placed(np.where(best == count, -1, best), sums.max(-1), gold, also)


@dataclass(frozen=True, slots=True)
class Counts:
    """What F1 is made of, a flag a clause: right under the single best heading, right under any
    acceptable one, given a heading, wanted under one."""

    strict: Flags
    accepted: Flags
    given: Flags
    wanted: Flags

    def strict_f1(self, among: Indices | Flags) -> float:
        """Micro-F1 against the single best heading."""
        return micro_f1(self.strict[among], self.given[among], self.wanted[among])

    def accepted_f1(self, among: Indices | Flags) -> float:
        """Micro-F1 where any acceptable heading counts."""
        wanted = self.wanted | self.accepted
        return micro_f1(self.accepted[among], self.given[among], wanted[among])


def counts(p: Placed) -> Counts:
    """The flags of ``p``."""
    given, wanted = p.heading >= 0, p.gold >= 0
    strict = (p.heading == p.gold) & wanted
    return Counts(strict, ((p.heading == p.gold) | (p.heading == p.also)) & given, given, wanted)


def micro_f1(right: Flags, given: Flags, wanted: Flags) -> float:
    """2 TP / (placed + to be placed); omission is no heading."""
    return 2 * float(right.sum()) / max(1, int(given.sum() + wanted.sum()))


def macro_f1(p: Placed, among: Indices) -> float:
    """Mean F1 of the headings that the labels use."""
    heading, gold = p.heading[among], p.gold[among]
    found = [
        micro_f1((heading == one) & (gold == one), heading == one, gold == one)
        for one in sorted(set(p.gold.tolist()) - {-1})
    ]
    return float(np.mean(found))


def interval(
    note: Indices, score: Callable[[Indices], float], seed: int = 0
) -> tuple[float, float]:
    """95 % bounds of ``score`` (of clause indices) when sources are drawn with replacement."""
    draw = np.random.default_rng(seed)
    groups = [np.flatnonzero(note == n) for n in np.unique(note)]
    found = [
        score(np.concatenate([groups[i] for i in draw.integers(0, len(groups), len(groups))]))
        for _ in range(_DRAWS)
    ]
    low, high = np.percentile(found, [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


@dataclass(frozen=True, slots=True)
class Bin:
    """Clauses of about one probability: from, share of all, mean probability, share right."""

    least: float
    share: float
    said: float
    right: float


def reliability(sure: Table, right: Flags, bins: int = 10) -> list[Bin]:
    """Said against true, bin by bin ("On calibration of modern neural networks", Guo et al. 2017,
    section 2); empty bins left out."""
    which = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        Bin(
            least=one / bins,
            share=round(float((which == one).mean()), 4),
            said=round(float(sure[which == one].mean()), 3),
            right=round(float(right[which == one].mean()), 3),
        )
        for one in range(bins)
        if (which == one).any()
    ]


def calibration_error(table: list[Bin]) -> float:
    """Mean distance of what is said and what is true, weighted by the bins' shares."""
    return sum(row.share * abs(row.said - row.right) for row in table)
