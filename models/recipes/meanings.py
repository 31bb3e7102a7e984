"""First embeddings: tokens that keep the same company begin close to each other.

Positive pointwise mutual information of tokens in a window, reduced by a truncated SVD ("Neural
word embedding as implicit matrix factorization", Levy and Goldberg 2014, section 5).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from assistant.inference.sequence import prepared
from models.recipes import corpus, hand_labels, synthetic
from models.recipes.tokenizer import Vocabulary

_WINDOW = 6  # tokens on each side
_SCALE = 0.05  # standard deviation of the embeddings


def embeddings(texts: Iterable[str], vocabulary: Vocabulary, width: int) -> torch.Tensor:
    """[vocabulary, width] embeddings; tokens never seen get zeros."""
    size = vocabulary.size
    counts = csr_matrix((size, size), dtype=np.float32)
    ids = [np.array(vocabulary.encode(" " + prepared(text))) for text in texts]
    stream = np.concatenate(ids)
    for distance in range(1, _WINDOW + 1):
        pair = (stream[:-distance], stream[distance:])
        weight = np.full(len(pair[0]), 1 / distance, dtype=np.float32)
        counts = counts + csr_matrix((weight, pair), shape=(size, size))
    counts = (counts + counts.T).tocoo()
    total = counts.data.sum()
    sums = np.asarray(counts.tocsr().sum(1)).ravel()
    context = sums**0.75 / (sums**0.75).sum()
    information = np.log(counts.data / total / (sums[counts.row] / total * context[counts.col]))
    kept = information > 0
    positive = csr_matrix(
        (information[kept], (counts.row[kept], counts.col[kept])), shape=(size, size)
    )
    svd = TruncatedSVD(width, n_iter=4, random_state=0)
    found = svd.fit_transform(positive) / np.sqrt(svd.singular_values_)
    seen = sums > 0
    found[seen] -= found[seen].mean(0)
    found[seen] /= np.linalg.norm(found[seen], axis=1, keepdims=True) + 1e-6
    return torch.tensor(found * _SCALE * width**0.5, dtype=torch.float32)


def main() -> None:
    """Write meanings.pt beside tokenizer.json."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--width", type=int, default=256)
    arguments = parser.parse_args()
    vocabulary = Vocabulary(arguments.build / "tokenizer.json")
    held_out = hand_labels.held_out_ids()
    texts = [c.text for c in corpus.training_cases(arguments.corpus, held_out).values()]
    texts += [note.text for note in synthetic.notes(3000, seed=3)]
    texts += corpus.general_texts(arguments.corpus, characters=30_000_000)
    found = embeddings(texts, vocabulary, arguments.width)
    torch.save(found, arguments.build / "meanings.pt")


if __name__ == "__main__":
    main()
