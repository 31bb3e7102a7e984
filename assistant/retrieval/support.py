"""Whether a passage supports a sentence that a model wrote from it."""

from __future__ import annotations

import re

from assistant.retrieval.embedder import Embedder
from assistant.retrieval.words import read_terms

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def overlap(sentence: str, passage: str) -> float:
    """The share of the words of ``sentence`` that ``passage`` holds, in any of their forms; 0 where
    it has a number or a negation that the passage has not."""
    if set(_NUMBER.findall(sentence)) - set(_NUMBER.findall(passage)):
        return 0.0
    held = {name for term in read_terms(passage) for name in term.names}
    told = read_terms(sentence)
    if not told:
        return 0.0
    return sum(1 for term in told if held.intersection(term.names)) / len(told)


def similarities(embedder: Embedder, sentences: list[str], passages: list[str]) -> list[float]:
    """The cosine of each sentence with its passage."""
    if not sentences:
        return []
    one, other = embedder.embed_passages(sentences), embedder.embed_passages(passages)
    return [float(a @ b) for a, b in zip(one, other, strict=True)]
