"""Training: a query's embedding is to be nearer its passage than the others of the batch.

Multiple negatives ranking ("Efficient natural language response suggestion for Smart Reply",
Henderson et al. 2017, section 4), over batches of one kind, so that the negatives are near.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import tomllib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from models.recipes.embedder import lessons
from models.recipes.embedder.pairs import Pair
from models.recipes.embedder.synonyms import Synonyms
from models.recipes.embedder.typed import typed
from models.recipes.embedder.vocabulary import Ids, Vocabulary

_SPELLED = 0.12  # share of queries read as if no word were known
_WARMING = 50  # steps
_KEPT = 100  # steps between two checkpoints


@dataclass(frozen=True, slots=True)
class Kind:
    """The pairs of one kind, their passages as rows."""

    queries: list[str]
    passages: list[Ids]


def kinds(build: Path, words: Vocabulary, synonyms: Synonyms, longest: int) -> dict[str, Kind]:
    """Pairs by kind, with those of the synonyms and the lessons."""
    found: dict[str, list[tuple[str, str]]] = {}
    with (build / "pairs.jsonl").open(encoding="utf-8") as file:
        for line in file:
            kind, query, passage = json.loads(line)
            found.setdefault(kind, []).append((query, passage))
    for pair in written_pairs(synonyms):
        found.setdefault(pair.kind, []).append((pair.query, pair.passage))
    return {
        kind: Kind(
            [q for q, _ in told], [rows[:longest] for rows in words.encode([p for _, p in told])]
        )
        for kind, told in found.items()
    }


def written_pairs(synonyms: Synonyms) -> Iterator[Pair]:
    """Pairs of what was written for this: synonyms, near terms, lessons."""
    for kind, groups in (("same", synonyms.same), ("near", synonyms.near)):
        for group in groups:
            yield from (Pair(kind, a, b) for a in group for b in group if a != b)
    for lesson in lessons.training():
        yield from (Pair("lesson", question, lesson.passage) for question in lesson.questions)


def _numbers(things: Sequence[Hashable]) -> torch.Tensor:
    """A number for each thing, the same for equal ones."""
    known = {thing: i for i, thing in enumerate(dict.fromkeys(things))}
    return torch.tensor([known[thing] for thing in things])


def _bag(rows: list[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    bounds = np.cumsum([0] + [len(r) for r in rows[:-1]])
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(bounds)


class Training:
    """The embedding and what moves it."""

    def __init__(self, build: Path, config: dict[str, Any]) -> None:
        self.config = config["training"]
        self.words = Vocabulary.load(build)
        self.synonyms = Synonyms.load()
        self.kinds = kinds(build, self.words, self.synonyms, self.config["longest"])
        first = torch.from_numpy(np.load(build / "first.npy"))
        first = first / first.norm(dim=1).mean()
        self.embedding = nn.EmbeddingBag.from_pretrained(first, mode="sum", freeze=False)
        self.optimizer = torch.optim.Adam(
            self.embedding.parameters(), betas=(0.9, 0.99), fused=True
        )
        self.draw = random.Random(self.config["seed"])

    def batch(self) -> tuple[list[Ids], list[Ids], list[str]]:
        """Queries and passages of one kind as rows, and the queries as they were."""
        shares = self.config["shares"]
        kind = self.draw.choices(list(shares), list(shares.values()))[0]
        told = self.kinds[kind]
        chosen = self.draw.sample(
            range(len(told.queries)), min(self.config["batch"], len(told.queries))
        )
        plain = [told.queries[i] for i in chosen]
        queries = [typed(q, self.synonyms, self.draw) for q in plain]
        read = self.words.encode(queries)
        unknown = [i for i in range(len(read)) if self.draw.random() < _SPELLED]
        for i, rows in zip(unknown, self.words.spelled([queries[i] for i in unknown]), strict=True):
            read[i] = rows
        passages = [told.passages[i] for i in chosen]
        both = [i for i in range(len(chosen)) if len(read[i]) and len(passages[i])]
        return [read[i] for i in both], [passages[i] for i in both], [plain[i] for i in both]

    def loss(self) -> torch.Tensor:
        """Cross-entropy of each query's own passage, and of each passage's own query."""
        queries, passages, plain = self.batch()
        asked = F.normalize(self.embedding(*_bag(queries)))
        answers = F.normalize(self.embedding(*_bag(passages)))
        scores = asked @ answers.T * self.config["scale"]
        asks, answer = _numbers(plain), _numbers([p.tobytes() for p in passages])
        twins = (asks[:, None] == asks) | (answer[:, None] == answer)
        twins &= ~torch.eye(len(plain), dtype=torch.bool)
        scores = scores.masked_fill(twins, -1e4)
        target = torch.arange(len(plain))
        return (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2

    def run(self, build: Path) -> None:
        """Train for the steps of the configuration; write ``trained.npy``.

        Goes on from ``checkpoint.pt`` when it is there.
        """
        checkpoint = build / "checkpoint.pt"
        begin, steps = time.monotonic(), self.config["steps"]
        done = self.restored(checkpoint) if checkpoint.is_file() else 0
        mean = 0.0
        for step in range(done, steps):
            rate = self.config["rate"] * min(1, (step + 1) / _WARMING) * (1 - step / steps)
            self.optimizer.param_groups[0]["lr"] = rate
            loss = self.loss()
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            mean = 0.98 * mean + 0.02 * loss.item() if mean else loss.item()
            if step % _KEPT == _KEPT - 1:
                spent = time.monotonic() - begin
                print(f"{spent:.0f} s, step {step + 1}, loss {mean:.3f}", flush=True)
                self.keep(checkpoint, step + 1)
        np.save(build / "trained.npy", self.embedding.weight.detach().numpy())

    def keep(self, checkpoint: Path, done: int) -> None:
        """Write what is needed to go on after ``done`` steps."""
        state = {
            "done": done,
            "embedding": self.embedding.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "draw": self.draw.getstate(),
        }
        written = checkpoint.with_suffix(".new")
        torch.save(state, written)
        written.replace(checkpoint)

    def restored(self, checkpoint: Path) -> int:
        """Take up what ``keep`` wrote; the steps done."""
        state = torch.load(checkpoint, weights_only=True)
        self.embedding.load_state_dict(state["embedding"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.draw.setstate(state["draw"])
        return int(state["done"])


def main() -> None:
    """Train on what `prepare` wrote."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("build", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    Training(arguments.build, config).run(arguments.build)


if __name__ == "__main__":
    main()
