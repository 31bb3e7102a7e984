"""Set ``assistant/retrieval/calibration.toml`` by the questions to tune on, and by them alone.

    .venv/bin/python packaging/guides/calibrate.py

First the share of the search by words, for the best nDCG@10; then the probability that the guides
answer, by a logistic regression on the measures of ``Searcher.measures``; then the threshold, where
the questions refused wrongly are as far over their target as those refused rightly are under
theirs, on predictions for questions that the regression was not fitted on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.protocol import Shelf
from assistant.retrieval.calibration import Calibration, load_calibration
from assistant.retrieval.embedder import Embedder
from assistant.retrieval.embedder_files import shipped_embedder
from assistant.retrieval.index import Index
from assistant.retrieval.library import open_library
from assistant.retrieval.measures import ndcg
from assistant.retrieval.patient_text import patient_signs
from assistant.retrieval.questions import Question, shipped_questions
from assistant.retrieval.search import Searcher
from assistant.retrieval.shelving import index_of

FILE = Path(__file__).resolve().parents[2] / "assistant" / "retrieval" / "calibration.toml"
SHARES = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]
REFUSED, REFUSED_WRONGLY = 0.95, 0.05  # the targets
FOLDS, DRAWS = 5, 20
_DEPTH = 10

WRITTEN = """\
# What was set by measuring, on the questions to tune on and with the embedder that ships.
# Written by packaging/guides/calibrate.py; the questions to report on had no part in it.

# Share of the search by words in a passage's score; the rest is the search by meaning.
words_share = {share}

# Under this probability that the guides answer, the question is refused.
threshold = {threshold:.4f}

# The probability is a logistic function of these measures of the nearest passages.
[confidence]
constant = {constant:.4f}
{weights}

# A sentence that a model wrote stays if it is this near to the passage it cites. Set by hand.
[support]
overlap = {overlap}
similarity = {similarity}
"""

Rows = npt.NDArray[np.float64]


def main() -> None:
    """Measure, and write the file."""
    questions = [q for q in shipped_questions() if q.split == "tune" and not q.patient_text]
    questions = [q for q in questions if not patient_signs(q.text)]
    embedder = Embedder(shipped_embedder())
    index = made(Shelf(open_library().files, str(shipped_embedder()), "", ""), embedder)
    before = load_calibration()
    share = max(SHARES, key=lambda one: quality(searcher(index, embedder, before, one), questions))
    ours = searcher(index, embedder, before, share)
    names, rows = measured(ours, questions)
    answers = np.array([bool(question.answers) for question in questions])
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    held_out = predictions(model, rows, answers)
    threshold = balanced_threshold(held_out, answers)
    model.fit(rows, answers)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    constant = float(regression.intercept_[0] - (weights * scaler.mean_).sum())
    lines = "\n".join(f"{name} = {weight:.4f}" for name, weight in zip(names, weights, strict=True))
    FILE.write_text(
        WRITTEN.format(
            share=share, threshold=threshold, constant=constant, weights=lines,
            overlap=before.least_overlap, similarity=before.least_similarity,
        ),
        "utf-8",
    )  # fmt: skip
    print(f"part des mots {share} : nDCG@10 {100 * quality(ours, questions):.1f}")
    print(f"hors des guides, refusées {100 * (held_out[~answers] < threshold).mean():.1f} % ; "
          f"couvertes, refusées à tort {100 * (held_out[answers] < threshold).mean():.1f} % "
          f"(validation croisée)")  # fmt: skip


def made(shelf: Shelf, embedder: Embedder) -> Index:
    """The index of ``shelf``."""
    making = index_of(shelf, embedder)
    while True:
        try:
            next(making)
        except StopIteration as end:
            index: Index = end.value
            return index


def searcher(index: Index, embedder: Embedder, known: Calibration, share: float) -> Searcher:
    """A searcher that weighs words by ``share``."""
    weights = dict.fromkeys(("coverage", "unknown", "words", "length", "nearer"), 0.0)
    tried = Calibration(share, 0.5, 0.0, weights, known.least_overlap, known.least_similarity)
    return Searcher(index, embedder, tried)


def quality(ours: Searcher, questions: list[Question]) -> float:
    """The mean nDCG@10 on the questions that the guides answer."""
    scores = []
    for question in questions:
        if question.answers:
            found = ours.search(question.text, _DEPTH).candidates
            places = [(c.passage.guide, c.passage.section) for c in found]
            scores.append(ndcg(places, question.answers))
    return float(np.mean(scores))


def measured(ours: Searcher, questions: list[Question]) -> tuple[list[str], Rows]:
    """The names of the measures, and their values for each question."""
    tables = []
    for question in questions:
        found = ours.search(question.text, _DEPTH)
        tables.append(ours.measures(found.asked, found.candidates))
    names = list(tables[0])
    return names, np.array([[table[name] for name in names] for table in tables])


def predictions(model: Pipeline, rows: Rows, answers: npt.NDArray[np.bool_]) -> Rows:
    """The probability of each question, by models fitted on others; the mean of several draws."""
    draws = [
        cross_val_predict(
            model, rows, answers, method="predict_proba",
            cv=StratifiedKFold(FOLDS, shuffle=True, random_state=draw),
        )[:, 1]
        for draw in range(DRAWS)
    ]  # fmt: skip
    return np.asarray(np.mean(draws, axis=0), float)


def balanced_threshold(held_out: Rows, answers: npt.NDArray[np.bool_]) -> float:
    """Where both targets are missed, or met, by the same."""

    def unequal(threshold: float) -> float:
        short = REFUSED - float((held_out[~answers] < threshold).mean())
        over = float((held_out[answers] < threshold).mean()) - REFUSED_WRONGLY
        return abs(short - over)

    middles = np.sort(held_out)
    return float(min((middles[1:] + middles[:-1]) / 2, key=unequal))


if __name__ == "__main__":
    main()
