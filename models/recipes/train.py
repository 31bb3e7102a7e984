"""Trains the placement network: soft topics at each <ask>, a light language loss on the text.

Resumable: ``checkpoint.pt`` in the build folder holds weights, optimizers and progress.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from models.recipes import examples, hand_labels, noise, sequence
from models.recipes.examples import Example
from models.recipes.network import Muon, Network, Shape
from models.recipes.tokenizer import Vocabulary

_IGNORED = -1
_LOOK = 90  # seconds between two looks at the development half


@dataclass(frozen=True, slots=True)
class Recipe:
    """One configuration file."""

    shape: dict[str, float]
    minutes: float
    tokens: int  # in a batch
    matrix_rate: float
    other_rate: float
    topic_loss: float
    text_loss: float
    text_share: float  # of text positions that bear the language loss
    mix: dict[str, float]  # share of each file of examples in the notes drawn


@dataclass(frozen=True, slots=True)
class Row:
    """One window ready for a batch."""

    ids: list[int]
    asks: list[int]
    targets: list[list[float]]


def row_of(example: Example, vocabulary: Vocabulary, draw: random.Random) -> Row:
    """A random window of ``example``."""
    pieces = sequence.clause_pieces(
        example.text, example.spans, vocabulary.encode, vocabulary.special
    )
    window = draw.choice(sequence.windows(pieces, vocabulary.head))
    return Row(
        window.ids, [p for _, p in window.asks], [example.targets[c] for c, _ in window.asks]
    )


def batches(
    pools: dict[str, list[Example]], recipe: Recipe, vocabulary: Vocabulary, draw: random.Random
) -> Iterator[list[Row]]:
    """Endless batches of rows of about one length, at most ``recipe.tokens`` ids with padding."""
    names = list(recipe.mix)
    while True:
        rows = []
        for _ in range(96):
            name = draw.choices(names, weights=[recipe.mix[n] for n in names])[0]
            example = noise.disturbed(draw.choice(pools[name]), draw)
            rows.append(row_of(example, vocabulary, draw))
        rows.sort(key=lambda row: len(row.ids))
        ready: list[list[Row]] = [[]]
        for row in rows:
            if ready[-1] and (len(ready[-1]) + 1) * len(row.ids) > recipe.tokens:
                ready.append([])
            ready[-1].append(row)
        draw.shuffle(ready)
        yield from ready


def losses(
    network: Network, rows: list[Row], vocabulary: Vocabulary, share: float
) -> tuple[Tensor, Tensor]:
    """The topic loss (nats a clause) and the language loss (nats a token) of a batch."""
    longest = max(len(row.ids) for row in rows)
    pad = vocabulary.special("<pad>")
    ids = torch.tensor([row.ids + [pad] * (longest - len(row.ids)) for row in rows])
    hidden = network(ids)
    where = torch.tensor([(b, p) for b, row in enumerate(rows) for p in row.asks])
    wanted = torch.tensor([t for row in rows for t in row.targets])
    at_asks = hidden[where[:, 0], where[:, 1]]
    scores = (at_asks @ network.embedding.weight[vocabulary.topics].T).float()
    topic_loss = -(wanted * F.log_softmax(scores, dim=-1)).sum(-1).mean()
    following = torch.full_like(ids, _IGNORED)
    following[:, :-1] = ids[:, 1:]
    following[following == pad] = _IGNORED
    following[where[:, 0], where[:, 1]] = _IGNORED  # what opens the next clause is no language
    chosen = (following != _IGNORED) & (torch.rand(ids.shape) < share)
    text_loss = F.cross_entropy(network.logits(hidden[chosen]).float(), following[chosen])
    return topic_loss, text_loss


@torch.no_grad()
def log_probabilities(network: Network, vocabulary: Vocabulary, example: Example) -> Tensor:
    """[clauses, topics] log-probabilities of a whole note, window by window."""
    network.eval()
    pieces = sequence.clause_pieces(
        example.text, example.spans, vocabulary.encode, vocabulary.special
    )
    found: dict[int, Tensor] = {}
    for window in sequence.windows(pieces, vocabulary.head):
        hidden = network(torch.tensor([window.ids]))[0]
        asked = [(c, p) for c, p in window.asks if c >= window.first_scored]
        scores = hidden[[p for _, p in asked]] @ network.embedding.weight[vocabulary.topics].T
        for (clause, _), row in zip(asked, F.log_softmax(scores, dim=-1), strict=True):
            found[clause] = row
    network.train()
    return torch.stack([found[i] for i in range(len(pieces))])


def accuracy(network: Network, vocabulary: Vocabulary) -> dict[str, float]:
    """Topic accuracy on the development half: published cases and notes, strict and accepted."""
    order = [t.value for t in examples.Topic]
    right: dict[str, list[int]] = {"cases": [], "notes": [], "accepted": []}
    nats = []
    for note in hand_labels.labelled(hand_labels.LABELS / "dev.jsonl"):
        example = examples.from_labels(note)
        rows = log_probabilities(network, vocabulary, example)
        kind = "notes" if note.id.startswith("note") else "cases"
        nats.append(-(torch.tensor(example.targets) * rows).sum(-1).mean().item())
        for row, topic, also in zip(rows, note.topics, note.also, strict=True):
            best = order[int(row.argmax())]
            right[kind].append(best == topic)
            right["accepted"].append(best in (topic, also))
    found = {kind: round(sum(v) / max(1, len(v)), 4) for kind, v in right.items()}
    return found | {"nats": round(sum(nats) / len(nats), 4)}


def rate_at(progress: float) -> float:
    """The share of the full learning rate: a short rise, a plateau, a long fall."""
    if progress < 0.02:
        return progress / 0.02
    return min(1.0, max(0.01, 1.43 * (1 - progress)))


def load_network(path: Path) -> Network:
    """The network of a checkpoint."""
    state = torch.load(path, weights_only=True)
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["network"])
    return network.eval()


@dataclass(slots=True)
class Progress:
    """How far a training is; ``best`` is the fewest nats a clause seen on the development half."""

    spent: float = 0.0  # seconds of training, looks at the development half left out
    steps: int = 0
    tokens: int = 0
    best: float = math.inf


class Training:
    """A network, its optimizers and where they stand, kept in a folder."""

    def __init__(self, recipe: Recipe, build: Path, run: Path) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._recipe, self._run = recipe, run
        self.vocabulary = Vocabulary(build / "tokenizer.json")
        self._shape = {"vocabulary": self.vocabulary.size} | recipe.shape
        self.network = Network(Shape(**self._shape))
        meanings = build / "meanings.pt"
        if meanings.exists():
            first = torch.load(meanings, weights_only=True)
            self.network.embedding.weight.data.add_(first)
        named = list(self.network.named_parameters())
        matrices = [w for n, w in named if w.dim() == 2 and "embedding" not in n]
        self._others = [w for n, w in named if w.dim() != 2 or "embedding" in n]
        self._optimizers: list[torch.optim.Optimizer] = [
            Muon(matrices, lr=recipe.matrix_rate),
            torch.optim.AdamW(
                self._others, lr=recipe.other_rate, betas=(0.9, 0.98), weight_decay=0.01
            ),
        ]
        self._groups = [group for o in self._optimizers for group in o.param_groups]
        self._full_rates = [group["lr"] for group in self._groups]
        self.progress = Progress()
        if (run / "checkpoint.pt").exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self._run / "checkpoint.pt", weights_only=True)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self._groups = [group for o in self._optimizers for group in o.param_groups]
        self.progress = Progress(*(state[k] for k in ("spent", "steps", "tokens", "best")))

    def step(self, rows: list[Row], share: float) -> tuple[float, float]:
        """One update at ``share`` of the whole training; the topic and the language loss."""
        for group, rate in zip(self._groups, self._full_rates, strict=True):
            group["lr"] = rate * rate_at(share)
        with torch.autocast("cpu", torch.bfloat16):
            topic, text = losses(self.network, rows, self.vocabulary, self._recipe.text_share)
        more = max(1.0, 10.0 - 18.0 * share)  # language first
        (self._recipe.topic_loss * topic + self._recipe.text_loss * more * text).backward()
        torch.nn.utils.clip_grad_norm_(self._others, 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad()
        self.progress.steps += 1
        self.progress.tokens += sum(len(row.ids) for row in rows)
        return topic.item(), text.item()

    def look(self, means: Sequence[float]) -> None:
        """Score the development half, write a line of the log and the checkpoints."""
        found, p = accuracy(self.network, self.vocabulary), self.progress
        line = {"minutes": round(p.spent / 60, 1), "steps": p.steps, "tokens": p.tokens}
        line |= {"topic": round(means[0], 3), "text": round(means[1], 3)} | found
        with (self._run / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        better = found["nats"] < p.best
        p.best = min(p.best, found["nats"])
        state = {"network": self.network.state_dict(), "shape": self._shape} | asdict(p)
        if better:
            torch.save(state, self._run / "best.pt")
        state["optimizers"] = [optimizer.state_dict() for optimizer in self._optimizers]
        torch.save(state, self._run / "checkpoint.pt")


def train(recipe: Recipe, build: Path, run: Path) -> None:
    """Train until ``recipe.minutes`` are spent, looking every _LOOK seconds."""
    torch.manual_seed(0)
    training = Training(recipe, build, run)
    progress, whole = training.progress, 60 * recipe.minutes
    pools = {name: examples.read(build / f"{name}.jsonl") for name in recipe.mix}
    draw = random.Random(progress.steps)
    means: list[float] = []
    last = looked = time.monotonic()
    for rows in batches(pools, recipe, training.vocabulary, draw):
        parts = training.step(rows, progress.spent / whole)
        means = [0.98 * m + 0.02 * p for m, p in zip(means or parts, parts, strict=True)]
        now = time.monotonic()
        progress.spent, last = progress.spent + now - last, now
        if now - looked > _LOOK or progress.spent >= whole:
            training.look(means)
            last = looked = time.monotonic()
        if progress.spent >= whole:
            break


def main() -> None:
    """Train for the configured minutes, or go on from the checkpoint."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("build", type=Path, help="folder with tokenizer.json and *.jsonl")
    parser.add_argument("run", type=Path, help="folder for checkpoints and the log")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    recipe = Recipe(**tomllib.loads(arguments.config.read_text(encoding="utf-8")))
    train(recipe, arguments.build, arguments.run)


if __name__ == "__main__":
    main()
