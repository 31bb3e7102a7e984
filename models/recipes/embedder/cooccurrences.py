"""First embeddings: rows that keep the same company begin close to each other.

Positive pointwise mutual information in a window, reduced by a truncated SVD ("Neural word
embedding as implicit matrix factorization", Levy and Goldberg 2014, section 5), each row then
weighed by how rare it is ("A simple but tough-to-beat baseline for sentence embeddings", Arora et
al. 2017). Pieces, hardly met as such, are the ridge regression of the words they spell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from models.recipes.embedder.vocabulary import Ids, Vocabulary

_SMOOTHING = 0.75  # of the counts of context
_RIDGE = 2.0

Matrix = npt.NDArray[np.float32]


def information(streams: list[Ids], size: int, window: int, ignored: Ids) -> csr_matrix:
    """[size, size] positive pointwise mutual information; ``ignored`` rows keep no company."""
    counts = csr_matrix((size, size), dtype=np.float32)
    for stream in streams:
        kept = stream[~np.isin(stream, ignored)]
        for distance in range(1, window + 1):
            weight = np.full(len(kept) - distance, 1 / distance**0.5, dtype=np.float32)
            pair = (kept[:-distance], kept[distance:])
            counts = counts + csr_matrix((weight, pair), shape=(size, size))
    counts = counts + counts.T
    counts.data[counts.data < 0.9] = 0
    counts.eliminate_zeros()
    counts = counts.tocoo()
    total = counts.data.sum()
    sums = np.asarray(counts.tocsr().sum(1)).ravel()
    context = sums**_SMOOTHING / (sums**_SMOOTHING).sum()
    found = np.log(counts.data / total / (sums[counts.row] / total * context[counts.col]))
    positive = found > 0
    return csr_matrix(
        (found[positive], (counts.row[positive], counts.col[positive])), shape=(size, size)
    )


def directions(company: csr_matrix, width: int) -> Matrix:
    """[size, width] unit rows; zeros where there was no company."""
    svd = TruncatedSVD(width, n_iter=3, random_state=0)
    found = svd.fit_transform(company) / np.sqrt(svd.singular_values_)
    seen = np.asarray(company.sum(1)).ravel() > 0
    found[seen] -= found[seen].mean(0)
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return np.where(seen[:, None], found / (norms + 1e-6), 0).astype(np.float32)


def spelled(found: Matrix, vocabulary: Vocabulary) -> Matrix:
    """``found`` with each piece set so that the pieces of a word add up to the word."""
    names = vocabulary.row_names
    words = [i for i, n in enumerate(names) if n.startswith("=") and len(n) > 4 and found[i].any()]
    told = vocabulary.spelled([names[i][1:] for i in words])
    column = {row: i for i, row in enumerate(np.unique(np.concatenate(told)))}
    indices = [column[r] for rows in told for r in rows]
    bounds = np.cumsum([0] + [len(rows) for rows in told])
    made_of = csr_matrix((np.ones(len(indices)), indices, bounds), shape=(len(words), len(column)))
    gram = (made_of.T @ made_of).toarray() + _RIDGE * np.eye(len(column))
    solved = solve(gram, made_of.T @ found[words], assume_a="pos")
    result = found.copy()
    for row, i in column.items():
        if names[row].startswith("##") or not result[row].any():
            result[row] = solved[i]
    return result


def weights(counts: npt.NDArray[np.float64], scale: float) -> Matrix:
    """[size] weight of each row: near one when rare, near nothing when common."""
    share = counts / counts.sum()
    return np.asarray(scale / (scale + share), dtype=np.float32)
