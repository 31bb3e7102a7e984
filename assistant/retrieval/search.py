"""A question to ranked passages: by words, by meaning, and by both together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assistant.guides import GuidePassage
from assistant.retrieval.calibration import Calibration
from assistant.retrieval.elsewhere import Elsewhere
from assistant.retrieval.embedder import Embedder, Vectors
from assistant.retrieval.index import Index, Near, Ranked
from assistant.retrieval.spelling import Speller
from assistant.retrieval.words import Term, read_terms, term_names

_POOL = 100  # passages taken from each ranking before they are put together
_NEIGHBOURS = 3  # questions
_FIRST = 3  # passages whose coverage counts
_ROWS, _SHARPNESS = 5, 8.0  # of the soft maximum


class Ranking(StrEnum):
    """What passages are ranked by."""

    FUSION = "fusion"
    WORDS = "bm25"
    MEANING = "vecteurs"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found. ``score`` ranks it; ``cosine`` compares meanings; ``coverage`` is
    the share of the question's telling words that the passage holds, 0 to 1."""

    number: int
    passage: GuidePassage
    score: float
    cosine: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read: its terms and its vector, and what each of them finds."""

    terms: tuple[Term, ...]
    vector: Vectors
    by_words: Ranked
    near: Near


@dataclass(frozen=True, slots=True)
class Findings:
    """Passages, best first, and the probability that they answer the question. ``questions`` are
    neighbouring ones that the guides answer; ``elsewhere`` is the number of a theme that the
    question looks to be of, or -1."""

    asked: Asked
    candidates: tuple[Candidate, ...]
    confidence: float
    answers: bool
    questions: tuple[str, ...]
    elsewhere: int


class Searcher:
    """Searches one index with the embedder it was made with."""

    def __init__(self, index: Index, embedder: Embedder, calibration: Calibration) -> None:
        self._index = index
        self._embedder = embedder
        self._calibration = calibration
        self._speller = Speller(index)
        self._elsewhere = Elsewhere(embedder)

    def search(
        self,
        question: str,
        limit: int,
        ranking: Ranking = Ranking.FUSION,
        guides: Sequence[str] = (),
    ) -> Findings:
        """The ``limit`` passages nearest to ``question``, in ``guides`` if there are any."""
        asked = self._asked(question, guides)
        scored = sorted(self._ranked(asked, ranking), key=lambda pair: (-pair[1], pair[0]))
        candidates = tuple(self._candidate(n, score, asked) for n, score in scored[:limit])
        measures = self.measures(asked, candidates)
        confidence = self._calibration.confidence(**measures) if candidates else 0.0
        return Findings(
            asked,
            candidates,
            confidence,
            answers=confidence >= self._calibration.threshold,
            questions=tuple(self._index.near_questions(asked.near, _NEIGHBOURS)),
            elsewhere=self._elsewhere.theme(asked.vector),
        )

    def _asked(self, question: str, guides: Sequence[str]) -> Asked:
        """What both searches find, each once: they are most of the time."""
        terms = self._speller.corrected(read_terms(question))
        vector = self._embedder.embed_question(question)
        allowed = self._index.within(guides)
        by_words = self._index.by_words(term_names(terms), _POOL, allowed)
        return Asked(tuple(terms), vector, by_words, self._index.rows_near(vector, allowed))

    def measures(self, asked: Asked, candidates: Sequence[Candidate]) -> dict[str, float]:
        """What tells a question that the guides answer from another:

        - ``coverage``: of its telling words, the share that the best of the first passages holds;
        - ``unknown``: the share that no passage holds;
        - ``words``: their score per word; ``length``: how many there are;
        - ``nearer``: how much nearer it is to the guides than to questions asked elsewhere.
        """
        terms = asked.terms
        weights = [min(self._index.weight(name) for name in term.names) for term in terms]
        unknown = sum(
            weight
            for term, weight in zip(terms, weights, strict=True)
            if not any(self._index.holders(name) for name in term.names)
        )
        best = asked.by_words.scores
        return {
            "coverage": max((c.coverage for c in candidates[:_FIRST]), default=0.0),
            "unknown": unknown / sum(weights) if terms else 1.0,
            "words": float(best[0]) / len(terms) if len(best) else 0.0,
            "length": float(len(terms)),
            "nearer": _softly(asked.near.cosines) - _softly(self._elsewhere.cosines(asked.vector)),
        }

    def _ranked(self, asked: Asked, ranking: Ranking) -> list[tuple[int, float]]:
        if ranking is Ranking.WORDS:
            return _pairs(asked.by_words)
        by_meaning = self._index.by_meaning(asked.near, _POOL)
        if ranking is Ranking.MEANING:
            return _pairs(by_meaning)
        return self._fused(asked.by_words, by_meaning)

    def _fused(self, by_words: Ranked, by_meaning: Ranked) -> list[tuple[int, float]]:
        """Scores of both rankings, each brought to the range 0 to 1, then weighed.

        Source: Bruch, Gai, Ingber, « An analysis of fusion functions for hybrid retrieval », 2023,
        section 4 (convex combination, theoretical minimum as the lower bound)."""
        share = self._calibration.words_share
        fused: dict[int, float] = {}
        for ranked, weight in ((by_words, share), (by_meaning, 1 - share)):
            if not len(ranked.numbers):
                continue
            highest = max(float(ranked.scores[0]), 1e-9)
            for number, score in _pairs(ranked):
                fused[number] = fused.get(number, 0.0) + weight * max(score, 0.0) / highest
        return list(fused.items())

    def _candidate(self, number: int, score: float, asked: Asked) -> Candidate:
        cosine = self._index.cosine(number, asked.vector)
        coverage = self._coverage(number, asked.terms)
        return Candidate(number, self._index.passages[number], score, cosine, coverage)

    def _coverage(self, number: int, terms: Sequence[Term]) -> float:
        held = self._index.names_in(number)
        found = total = 0.0
        for term in terms:
            weights = [self._index.weight(name) for name in term.names]
            known = [name for name in term.names if self._index.holders(name)]
            weight = min(weights)
            total += weight
            if any(self._index.vocabulary[name] in held for name in known):
                found += weight
        return found / total if total else 0.0


def _softly(cosines: Vectors) -> float:
    """The logarithm of the sum of the exponentials of the highest cosines: their soft maximum."""
    highest = np.sort(cosines)[::-1][:_ROWS]
    return float(np.log(np.exp(_SHARPNESS * highest).sum())) if len(highest) else 0.0


def _pairs(ranked: Ranked) -> list[tuple[int, float]]:
    return list(zip(ranked.numbers.tolist(), ranked.scores.tolist(), strict=True))
