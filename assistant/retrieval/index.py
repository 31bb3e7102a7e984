"""The index of a shelf in memory: BM25 over terms, FAISS over vectors, of every passage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import bm25s
import faiss
import numpy as np
import numpy.typing as npt
from bm25s.tokenization import Tokenized

from assistant.guides import GuidePassage
from assistant.retrieval.embedder import Vectors
from assistant.retrieval.segments import Segment

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_K1, _B = 1.2, 0.75
_NEAR, _SAME = 0.4, 0.97  # cosines between which a question is a neighbouring one
_ROWS_LOOKED_AT = 400  # a passage has several


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages by number, best first, and the score of each."""

    numbers: npt.NDArray[np.int64]
    scores: Scores


@dataclass(frozen=True, slots=True)
class Near:
    """Rows of vectors, nearest first, and the cosine of each."""

    rows: npt.NDArray[np.int64]
    cosines: Scores


class Index:
    """Every passage of a shelf. Row r of the vectors is of the passage ``owners[r]``: the first is
    its text's, the others those of its questions."""

    def __init__(
        self,
        passages: Sequence[GuidePassage],
        segments: Sequence[Segment],
        dimension: int,
        questions: Sequence[Sequence[str]] = (),
    ) -> None:
        """``questions[i]`` are those that passage i answers."""
        self.passages = list(passages)
        self._questions = list(questions)
        self.vectors = _stacked([segment.vectors for segment in segments], dimension)
        self.owners = _owners(segments)
        # Exact but for the last bits of 16: over 200,000 rows, as sure as 32 bits, and faster.
        # Graphs and lists are faster still, and miss a fifth to a third of the nearest.
        sixteen = faiss.ScalarQuantizer.QT_fp16
        self._faiss = faiss.IndexScalarQuantizer(dimension, sixteen, faiss.METRIC_INNER_PRODUCT)
        if len(self.vectors):
            self._faiss.train(self.vectors)
            self._faiss.add(self.vectors)
        ids, self.vocabulary = _merged(segments)
        self._terms = ids
        self._bm25 = bm25s.BM25(k1=_K1, b=_B)
        if self.passages:
            self._bm25.index(
                Tokenized(ids=ids, vocab=dict(self.vocabulary)),
                create_empty_token=False,
                show_progress=False,
            )
        self._holders = _document_frequencies(ids, len(self.vocabulary))
        self._by_guide: dict[str, list[int]] = {}
        for number, passage in enumerate(self.passages):
            self._by_guide.setdefault(passage.guide, []).append(number)

    def by_words(self, names: Sequence[str], limit: int, allowed: Mask | None = None) -> Ranked:
        """The passages with the best BM25 score for the terms ``names``."""
        known = [self.vocabulary[name] for name in names if name in self.vocabulary]
        if not known:
            return _NOTHING
        scores = self._bm25.get_scores(known)
        if allowed is not None:
            scores = np.where(allowed, scores, 0)
        return _best(scores, limit)

    def rows_near(self, question: Vectors, allowed: Mask | None = None) -> Near:
        """The rows nearest to the vector of a question, by cosine."""
        if not len(self.vectors):
            return Near(np.empty(0, np.int64), np.empty(0, np.float32))
        if allowed is not None:
            rows = np.flatnonzero(allowed[self.owners])
            cosines = self.vectors[rows] @ question
            order = np.argsort(-cosines, kind="stable")[:_ROWS_LOOKED_AT]
            return Near(rows[order], cosines[order])
        wanted = min(_ROWS_LOOKED_AT, len(self.vectors))
        found, numbers = self._faiss.search(question[None, :], wanted)
        return Near(numbers[0], found[0])

    def by_meaning(self, near: Near, limit: int) -> Ranked:
        """The passages of the nearest rows, each once, by its best row."""
        owners, first = np.unique(self.owners[near.rows], return_index=True)
        best = np.argsort(first)[:limit]
        return Ranked(owners[best].astype(np.int64), near.cosines[first[best]])

    def near_questions(self, near: Near, limit: int) -> list[str]:
        """The nearest of the questions that passages answer, but the very one that is asked."""
        found: dict[str, None] = {}
        for cosine, row in zip(near.cosines, near.rows, strict=True):
            owner = int(self.owners[row])
            rank = int(row - np.searchsorted(self.owners, owner))
            if cosine < _NEAR or len(found) == limit:
                break
            if rank and cosine < _SAME:
                found.setdefault(self._questions[owner][rank - 1])
        return list(found)

    def cosine(self, number: int, question: Vectors) -> float:
        """The cosine of a question with the nearest row of a passage."""
        start, end = np.searchsorted(self.owners, (number, number + 1))
        return float(np.max(self.vectors[start:end] @ question, initial=0.0))

    def within(self, guides: Sequence[str]) -> Mask | None:
        """Which passages belong to ``guides``; None, all of them, if it is empty."""
        if not guides:
            return None
        mask = np.zeros(len(self.passages), bool)
        for guide in guides:
            mask[self._by_guide.get(guide, [])] = True
        return mask

    def weight(self, name: str) -> float:
        """How telling a term is: high for one that few passages hold, highest for one that none
        does."""
        holders = self._holders[self.vocabulary[name]] if name in self.vocabulary else 0
        return math.log(1 + (len(self.passages) - holders + 0.5) / (holders + 0.5))

    def names_in(self, number: int) -> set[int]:
        """The ids of the terms of a passage."""
        return set(self._terms[number])

    def holders(self, name: str) -> int:
        """How many passages hold the term."""
        return int(self._holders[self.vocabulary[name]]) if name in self.vocabulary else 0


_NOTHING = Ranked(np.empty(0, np.int64), np.empty(0, np.float32))


def _best(scores: Scores, limit: int) -> Ranked:
    """The ``limit`` highest of the scores above zero, best first."""
    limit = min(limit, len(scores))
    top = np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]
    top = top[scores[top] > 0]
    order = top[np.lexsort((top, -scores[top]))]
    return Ranked(order.astype(np.int64), scores[order].astype(np.float32))


def _stacked(parts: list[Vectors], dimension: int) -> Vectors:
    if not parts:
        return np.zeros((0, dimension), np.float32)
    return np.ascontiguousarray(np.concatenate(parts), np.float32)


def _owners(segments: Sequence[Segment]) -> npt.NDArray[np.int64]:
    """The passage of every row, passages counted over all segments."""
    before = 0
    parts = [np.empty(0, np.int64)]
    for segment in segments:
        parts.append(segment.owners.astype(np.int64) + before)
        before += len(segment.offsets) - 1
    return np.concatenate(parts)


def _merged(segments: Sequence[Segment]) -> tuple[list[list[int]], dict[str, int]]:
    """The term ids of every passage, in one vocabulary for all."""
    vocabulary: dict[str, int] = {}
    ids: list[list[int]] = []
    for segment in segments:
        numbers = [vocabulary.setdefault(name, len(vocabulary)) for name in segment.vocabulary]
        renumbered = np.array(numbers, np.int64)[segment.ids] if len(segment.ids) else segment.ids
        ids += [part.tolist() for part in np.split(renumbered, segment.offsets[1:-1])]
    return ids, vocabulary


def _document_frequencies(ids: list[list[int]], size: int) -> npt.NDArray[np.int64]:
    counts = np.zeros(size, np.int64)
    for passage in ids:
        counts[list(set(passage))] += 1
    return counts
