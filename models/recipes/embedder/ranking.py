"""Rankings compared: BM25, an embedder, the two together; nDCG@10 and its intervals."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from sentence_transformers import SentenceTransformer

from models.recipes.embedder.question_sets import QuestionSet
from models.recipes.embedder.vocabulary import WORD, folded

Scores = npt.NDArray[np.float32]  # [questions, passages], greater is better

_AT = 10
_RECIPROCAL = 60  # of reciprocal rank fusion (Cormack et al. 2009)
_DRAWS = 2000
_EMPTY = """
a à ai as au aux avec c ce ces cette comme comment d dans de des du elle en est et été être
il ils j je l la le les leur lui m ma mais me mes mon n ne nos notre nous on ont ou où par pas
pour qu que quel quelle quelles quels qui s sa sans se ses si son sont sur t ta te tes ton tu
un une vos votre vous y
"""
EMPTY_WORDS = frozenset(_EMPTY.split())


def stems(texts: Sequence[str]) -> list[list[str]]:
    """French stems of each text, accents folded after stemming, empty words left out."""
    stem = Stemmer.Stemmer("french").stemWords
    return [
        [folded(s) for s in stem([w for w in WORD.findall(t.lower()) if w not in EMPTY_WORDS])]
        for t in texts
    ]


def bm25(questions: QuestionSet) -> Scores:
    """BM25 with French stemming."""
    index = bm25s.BM25()
    index.index(stems(questions.passages), show_progress=False)
    known = index.vocab_dict
    found = np.zeros((len(questions.questions), len(questions.passages)), dtype=np.float32)
    for i, asked in enumerate(stems(questions.questions)):
        kept = [s for s in asked if s in known]
        if kept:
            found[i] = index.get_scores(kept)
    return found


@dataclass(frozen=True, slots=True)
class Embedder:
    """A model, and what its contract puts before a question and before a passage."""

    model: SentenceTransformer
    query_prefix: str
    passage_prefix: str

    @classmethod
    def load(cls, folder: Path) -> Embedder:
        """The embedder of ``folder``; without ``embedder.toml`` there it has no prefixes."""
        contract = folder / "embedder.toml"
        told = tomllib.loads(contract.read_text(encoding="utf-8")) if contract.is_file() else {}
        return cls(
            SentenceTransformer(str(folder), device="cpu", local_files_only=True),
            told.get("query_prefix", ""),
            told.get("passage_prefix", ""),
        )

    def questions(self, texts: Sequence[str]) -> Scores:
        """[texts, dimension] unit rows of questions."""
        return self._rows([self.query_prefix + text for text in texts])

    def passages(self, texts: Sequence[str]) -> Scores:
        """[texts, dimension] unit rows of passages."""
        return self._rows([self.passage_prefix + text for text in texts])

    def _rows(self, texts: list[str]) -> Scores:
        found = self.model.encode(texts, batch_size=64, normalize_embeddings=True)
        return np.asarray(found, dtype=np.float32)


def ranks(scores: Scores) -> npt.NDArray[np.int64]:
    """Rank of each passage, from 0, ties in order of the passages."""
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(scores.shape[1])[None, :], axis=1)
    return found


def reciprocal(words: Scores, meaning: Scores, share: float) -> Scores:
    """Reciprocal rank fusion; ``share`` is the embedder's."""
    by_words, by_meaning = ranks(words), ranks(meaning)
    return np.asarray(
        (1 - share) / (_RECIPROCAL + by_words) + share / (_RECIPROCAL + by_meaning),
        dtype=np.float32,
    )


def weighted(words: Scores, meaning: Scores, share: float) -> Scores:
    """Sum of scores: BM25 over its greatest of the question, cosines as they are."""
    top = np.maximum(words.max(axis=1, keepdims=True), 1e-6)
    return np.asarray((1 - share) * words / top + share * meaning, dtype=np.float32)


def gains(scores: Scores, answers: Sequence[frozenset[int]]) -> npt.NDArray[np.float64]:
    """nDCG@10 of each question."""
    discount = 1 / np.log2(np.arange(2, _AT + 2))
    found = np.zeros(len(answers))
    top = np.argsort(-scores, axis=1, kind="stable")[:, :_AT]
    for i, right in enumerate(answers):
        hit = np.array([number in right for number in top[i]])
        ideal = discount[: min(len(right), _AT)].sum()
        found[i] = (hit * discount[: len(hit)]).sum() / ideal
    return found


def interval(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean, and its 95 % interval by drawing the questions again with replacement."""
    draw = np.random.default_rng(0)
    means = values[draw.integers(0, len(values), (_DRAWS, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)
