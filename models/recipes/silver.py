"""Silver labels for the published cases nobody read: rules and the linear model, added.

Writes hand.jsonl, silver.jsonl and synthetic.jsonl, which ``train`` and ``linear`` read.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from assistant.drafting.clauses import clauses
from assistant.drafting.filing.neighbours import corrected
from assistant.drafting.labels import label_at
from models.recipes import corpus, examples, hand_labels, rules, synthetic
from models.recipes.examples import Example
from models.recipes.linear import LinearModel
from models.recipes.neighbours import following

_SHARES = (0.3, 1.2)  # rules, linear model
_LINK = 0.3  # of what neighbours say
_ROUNDS = 2
_BORROWED = 160  # characters of the longest clause lent to synthetic notes


def silver(case: corpus.Case, linear: LinearModel | None, table: np.ndarray) -> Example | None:
    """``case`` with the topics the teachers agree on, softly; None for a case without text."""
    cut = clauses(case.text)
    if not cut:
        return None
    spans = [(c.span.start, c.span.end) for c in cut]
    scores = np.array(rules.log_probabilities(case.text, cut))
    if linear is not None:
        by_linear = linear.log_probabilities(case.text, spans).numpy()
        scores = _SHARES[0] * scores + _SHARES[1] * by_linear
    agreed = corrected(scores, table, _LINK)
    return Example(case.id, case.text, spans, np.exp(agreed).tolist())


def bank(hand: list[hand_labels.LabelledNote]) -> dict[str, list[str]]:
    """Short clauses of the labelled training notes, without their labels, by topic."""
    found: dict[str, list[str]] = {}
    for note in hand:
        for (start, end), topic, also in zip(note.spans, note.topics, note.also, strict=True):
            label = label_at(note.text, start, end)
            content = note.text[label[0] if label else start : end].strip()
            if content and not also and len(content) <= _BORROWED:
                found.setdefault(topic, []).append(content)
    return found


def main() -> None:
    """Train the teachers and write the three files of examples."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--notes", type=int, default=4000, help="synthetic notes")
    arguments = parser.parse_args()
    arguments.build.mkdir(parents=True, exist_ok=True)
    hand = hand_labels.labelled(hand_labels.LABELS / "train.jsonl")
    by_hand = [examples.from_labels(note, weight=examples.HAND_WEIGHT) for note in hand]
    made = list(synthetic.notes(arguments.notes, seed=2, bank=bank(hand)))
    read = [note.id for note in hand]
    free = corpus.training_cases(arguments.corpus, hand_labels.held_out_ids(), read)
    unread = [case for i, case in free.items() if i not in set(read)]
    table = following(hand)
    found = [e for case in unread if (e := silver(case, None, table))]
    linear = LinearModel()
    for number in range(_ROUNDS):
        # Synthetic notes make a worse teacher of published cases: none here.
        linear = LinearModel()
        linear.fit(by_hand + found)
        found = [e for case in unread if (e := silver(case, linear, table))]
        print("round", number, len(found), "cases", flush=True)
    examples.write(arguments.build / "hand.jsonl", by_hand)
    examples.write(arguments.build / "silver.jsonl", found)
    examples.write(arguments.build / "synthetic.jsonl", made)


if __name__ == "__main__":
    main()
