"""A linear model of topics over hashed words and character n-grams, with soft targets.

A softmax regression as an ``EmbeddingBag`` of 22 columns; it teaches the network (silver
labels) and is one of the simple methods the network is measured against.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from assistant.drafting.filing.features import BUCKETS, features
from assistant.drafting.filing.linear_reader import Table
from assistant.drafting.topics import Topic
from models.recipes import examples, hand_labels
from models.recipes.examples import Example
from models.recipes.neighbours import following

_NOTES, _SYNTHETIC_WEIGHT = 1500, 0.3  # fictional notes among what the shipped model reads


class LinearModel:
    """Softmax regression over ``features``."""

    def __init__(self) -> None:
        self._bag = nn.EmbeddingBag(BUCKETS, len(Topic), mode="sum")
        nn.init.zeros_(self._bag.weight)
        self._bias = nn.Parameter(torch.zeros(len(Topic)))

    def log_probabilities(self, text: str, spans: Sequence[tuple[int, int]]) -> Tensor:
        """[clauses, topics] log-probabilities."""
        with torch.no_grad():
            scores = self._scores(features(text, spans))
            return torch.log_softmax(scores, dim=-1)

    def _scores(self, rows: Sequence[Sequence[int]]) -> Tensor:
        flat = torch.tensor([f for row in rows for f in row])
        sizes = torch.tensor([len(row) for row in rows])
        offsets = torch.cumsum(sizes, 0) - sizes
        weights = sizes.float().rsqrt().repeat_interleave(sizes)
        sums: Tensor = self._bag(flat, offsets, per_sample_weights=weights)
        return sums + self._bias

    def fit(self, examples: Sequence[Example], epochs: int = 6, rate: float = 0.03) -> None:
        """Learn from soft targets, each example weighted."""
        rows, targets, weights = [], [], []
        for example in examples:
            rows += features(example.text, example.spans)
            targets += example.targets
            weights += [example.weight] * len(example.spans)
        target, weight = torch.tensor(targets), torch.tensor(weights)
        optimizer = torch.optim.AdamW([self._bag.weight, self._bias], lr=rate, weight_decay=0.05)
        torch.manual_seed(0)
        steps = max(1, len(rows) // 256) * epochs
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, steps)
        for _ in range(epochs):
            for chosen in torch.split(torch.randperm(len(rows)), 256):
                scores = self._scores([rows[i] for i in chosen.tolist()])
                losses = -(target[chosen] * F.log_softmax(scores, dim=-1)).sum(-1)
                loss = (losses * weight[chosen]).sum() / weight[chosen].sum()
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                optimizer.step()
                schedule.step()

    def export(self, path: Path, table: Table) -> None:
        """Write the eight-bit file that ``LinearReader`` reads, with the neighbours' ``table``."""
        weights = self._bag.weight.detach()
        scale = weights.abs().amax(0) / 127
        np.savez_compressed(
            path,
            weights=(weights / scale).round().to(torch.int8).numpy(),
            scale=scale.numpy(),
            bias=self._bias.detach().numpy(),
            table=table.astype(np.float32),
        )


def main() -> None:
    """Train the linear model that ships and write it with the table of what follows what."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("build", type=Path, help="folder that ``silver`` wrote")
    parser.add_argument("output", type=Path, help="aparte-lineaire.npz")
    parser.add_argument(
        "--with-development",
        action="store_true",
        help="learn the development half too, once every choice is made",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    halves = ["train.jsonl", *(["dev.jsonl"] if arguments.with_development else [])]
    hand = [note for half in halves for note in hand_labels.labelled(hand_labels.LABELS / half)]
    read = [examples.from_labels(note, weight=examples.HAND_WEIGHT) for note in hand]
    read += examples.read(arguments.build / "silver.jsonl")
    made = examples.read(arguments.build / "synthetic.jsonl")[:_NOTES]
    read += [dataclasses.replace(note, weight=_SYNTHETIC_WEIGHT) for note in made]
    model = LinearModel()
    model.fit(read)
    model.export(arguments.output, following(hand))


if __name__ == "__main__":
    main()
