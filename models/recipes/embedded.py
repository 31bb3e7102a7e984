"""Would the embedder of the guides help to file? A softmax regression over its vectors, measured.

Each clause is its own vector, those of the clauses before and after it, and its place. Alone, with
the neighbours, and added to the linear model that ships; on the development half. It does not help,
and does not ship.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

from assistant.drafting.filing.linear_reader import LinearReader, Table
from assistant.drafting.filing.neighbours import corrected
from assistant.drafting.topics import Topic
from models.recipes import examples, hand_labels
from models.recipes.examples import Example

_LINK = 0.35  # of what neighbours say
_NOTES, _SYNTHETIC_WEIGHT = 1000, 0.3
_EPOCHS, _BATCH, _RATE = 12, 512, 3e-3
_ORDER = [topic.value for topic in Topic]


def vectors(embedder: SentenceTransformer, notes: Sequence[Example]) -> Tensor:
    """[clauses, 3 widths + 3] what the regression sees of every clause of ``notes``."""
    found = []
    for note in notes:
        own = np.asarray(embedder.encode([note.text[start:end] for start, end in note.spans]))
        none, count = np.zeros_like(own[:1]), len(own)
        place = np.arange(count)
        places = np.stack(
            [place / count, np.minimum(place, 3) / 3, np.minimum(count - 1 - place, 3) / 3], 1
        )
        around = [np.concatenate([none, own[:-1]]), np.concatenate([own[1:], none])]
        found.append(np.concatenate([own, *around, places], 1))
    return torch.tensor(np.concatenate(found), dtype=torch.float32)


def regression(seen: Tensor, targets: Tensor, weights: Tensor) -> nn.Linear:
    """Softmax regression from ``seen`` to soft ``targets``."""
    torch.manual_seed(0)
    model = nn.Linear(seen.shape[1], len(Topic))
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE)
    steps = len(seen) // _BATCH * _EPOCHS
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, steps)
    for _ in range(_EPOCHS):
        for chosen in torch.split(torch.randperm(len(seen)), _BATCH):
            if len(chosen) < _BATCH:
                continue
            likely = torch.log_softmax(model(seen[chosen]), dim=-1)
            losses = -(targets[chosen] * likely).sum(-1)
            torch.autograd.backward((losses * weights[chosen]).sum() / weights[chosen].sum())
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return model


def _accuracies(rows: Sequence[Table], notes: Sequence[hand_labels.LabelledNote]) -> str:
    best = [_ORDER[i] for row in rows for i in row.argmax(-1)]
    right = [topic for note in notes for topic in note.topics]
    also = [other for note in notes for other in note.also]
    strict = [b == r for b, r in zip(best, right, strict=True)]
    accepted = [b in (r, a) for b, r, a in zip(best, right, also, strict=True)]
    return f"{np.mean(strict):.3f} / {np.mean(accepted):.3f}"


def main() -> None:
    """Print the topics' accuracy, strict and accepted, of each way."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("build", type=Path, help="folder that ``silver`` wrote")
    parser.add_argument("linear", type=Path, help="aparte-lineaire.npz, without the dev half")
    parser.add_argument("embedder", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    embedder = SentenceTransformer(str(arguments.embedder), device="cpu")
    read = examples.read(arguments.build / "hand.jsonl")
    read += examples.read(arguments.build / "silver.jsonl")
    made = examples.read(arguments.build / "synthetic.jsonl")[:_NOTES]
    weights = [note.weight for note in read for _ in note.spans]
    weights += [_SYNTHETIC_WEIGHT] * sum(len(note.spans) for note in made)
    targets = [row for note in read + made for row in note.targets]
    seen = vectors(embedder, read + made)
    model = regression(seen, torch.tensor(targets), torch.tensor(weights))
    notes = hand_labels.labelled(hand_labels.LABELS / "dev.jsonl")
    linear = LinearReader(arguments.linear)
    with torch.no_grad():
        said = torch.log_softmax(
            model(vectors(embedder, [examples.from_labels(n) for n in notes])), -1
        )
    ours: list[Table] = [
        part.double().numpy() for part in torch.split(said, [len(note.spans) for note in notes])
    ]
    theirs = [linear.log_probabilities(note.text, note.spans) for note in notes]
    chained = {
        "embedder, neighbours": ours,
        "linear, neighbours": theirs,
        "linear + 0.2 embedder, neighbours": [
            a + 0.2 * b for a, b in zip(theirs, ours, strict=True)
        ],
    }
    print("embedder:", _accuracies(ours, notes))
    for name, rows in chained.items():
        print(f"{name}:", _accuracies([corrected(r, linear.table, _LINK) for r in rows], notes))


if __name__ == "__main__":
    main()
