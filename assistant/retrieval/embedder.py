"""Text to vectors, with sentence-transformers, from local files only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import AparteError, ErrorCode
from assistant.retrieval.embedder_files import prefixes_of

Vectors = npt.NDArray[np.float32]

BATCH = 256


class Embedder:
    """An embedder in memory. Vectors are float32 rows of length one, ``dimension`` wide."""

    def __init__(self, folder: Path) -> None:
        """Load the embedder in ``folder``; raises AparteError (EMBEDDER_ALTERED)."""
        from sentence_transformers import SentenceTransformer  # seconds: only once it is needed

        self._prefixes = prefixes_of(folder)
        try:
            self._model = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except Exception as fault:  # whatever the file makes of the libraries
            raise AparteError(ErrorCode.EMBEDDER_ALTERED) from fault
        self.dimension = self.embed_question("").shape[0]

    def embed_question(self, question: str) -> Vectors:
        """The vector of ``question``, of shape (dimension,)."""
        row: Vectors = self._embed([question], self._prefixes.question)[0]
        return row

    def embed_passages(self, texts: list[str]) -> Vectors:
        """The vectors of ``texts``, of shape (len(texts), dimension)."""
        return self._embed(texts, self._prefixes.passage)

    def _embed(self, texts: list[str], prefix: str) -> Vectors:
        rows = self._model.encode(
            [prefix + text for text in texts],
            batch_size=BATCH,
            show_progress_bar=False,
            normalize_embeddings=True,
            convert_to_numpy=True,
        )
        vectors = np.asarray(rows, dtype=np.float32)
        # A text without a known word has no direction: NaN would poison every comparison.
        return np.nan_to_num(vectors, copy=False)
