"""A linear model of topics over hashed words and character n-grams, with soft targets.

A softmax regression as an ``EmbeddingBag`` of 22 columns; it teaches the network (silver
labels) and is one of the simple methods the network is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from assistant.drafting.filing.features import BUCKETS, features
from assistant.drafting.topics import Topic
from models.recipes.examples import Example


class LinearModel:
    """Softmax regression over ``features``."""

    def __init__(self) -> None:
        self._bag = nn.EmbeddingBag(BUCKETS, len(Topic), mode="sum")
        nn.init.zeros_(self._bag.weight)
        self._bias = nn.Parameter(torch.zeros(len(Topic)))

    def log_probabilities(self, text: str, spans: Sequence[tuple[int, int]]) -> Tensor:
        """[clauses, topics] log-probabilities."""
        with torch.no_grad():
            return F.log_softmax(self._scores(features(text, spans)), dim=-1)

    def _scores(self, rows: Sequence[Sequence[int]]) -> Tensor:
        flat = torch.tensor([f for row in rows for f in row])
        sizes = torch.tensor([len(row) for row in rows])
        offsets = torch.cumsum(sizes, 0) - sizes
        weights = sizes.float().rsqrt().repeat_interleave(sizes)
        return self._bag(flat, offsets, per_sample_weights=weights) + self._bias

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
            for chosen in torch.randperm(len(rows)).split(256):
                scores = self._scores([rows[i] for i in chosen.tolist()])
                losses = -(target[chosen] * F.log_softmax(scores, dim=-1)).sum(-1)
                loss = (losses * weight[chosen]).sum() / weight[chosen].sum()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()

    def save(self, path: Path) -> None:
        """Write the weights."""
        torch.save({"bag": self._bag.weight.detach().half(), "bias": self._bias.detach()}, path)

    def export(self, path: Path, table: np.ndarray) -> None:
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

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read weights written by ``save``."""
        model, state = cls(), torch.load(path)
        model._bag.weight.data = state["bag"].float()
        model._bias.data = state["bias"]
        return model
