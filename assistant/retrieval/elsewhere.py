"""Questions that the guides do not answer: what they look like, and where to look instead."""

from __future__ import annotations

import numpy as np

from assistant.retrieval.embedder import Embedder, Vectors
from assistant.retrieval.refusals import elsewhere_themes

_NEAREST = 3
_FAR = 0.25  # cosine: under it, a question looks like no theme


class Elsewhere:
    """The questions of every theme, embedded."""

    def __init__(self, embedder: Embedder) -> None:
        themes = elsewhere_themes()
        questions = [question for theme in themes for question in theme.questions]
        self._vectors = embedder.embed_passages(questions)
        self._themes = np.repeat(np.arange(len(themes)), [len(t.questions) for t in themes])

    def cosines(self, question: Vectors) -> Vectors:
        """The cosine of a question with each of the questions."""
        cosines: Vectors = self._vectors @ question
        return cosines

    def theme(self, question: Vectors) -> int:
        """The theme of most of the nearest questions, or -1 where none is near."""
        cosines = self.cosines(question)
        nearest = np.argsort(-cosines)[:_NEAREST]
        if cosines[nearest[0]] < _FAR:
            return -1
        sums = np.bincount(self._themes[nearest], np.maximum(cosines[nearest], 0))
        return int(np.argmax(sums))
