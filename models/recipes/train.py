"""Trains the placement network: soft topics at each <ask>, a light language loss on the text.

The schedule is counted in steps, so that one configuration file makes one model, on any machine.
Resumable: ``checkpoint.pt`` in the run's folder holds weights, optimizers and progress.
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

from assistant.drafting.topics import Topic
from models.recipes import examples, hand_labels, noise, sequence
from models.recipes.examples import Example
from models.recipes.network import Network, Shape
from models.recipes.tokenizer import Vocabulary

_IGNORED = -1
_WARMING = 0.02  # of the steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """One configuration file."""

    shape: dict[str, int | float]
    steps: int
    tokens: int  # in a batch
    look: int  # steps between two looks at the development half
    matrix_rate: float
    other_rate: float
    fall: float  # share of the steps, at the end, over which the rates fall
    topic_loss: float
    text_loss: float
    text_share: float  # of text positions that bear the language loss
    mix: dict[str, float]  # share of each file of examples in the notes drawn
    general: float = 0.0  # share of the steps, at the beginning, that read general.jsonl alone


@dataclass(frozen=True, slots=True)
class Row:
    """One window ready for a batch; ``targets`` is empty where only the text is learnt."""

    ids: list[int]
    asks: list[int]
    targets: list[list[float]]


def row_of(example: Example, vocabulary: Vocabulary, draw: random.Random) -> Row:
    """A random window of ``example``."""
    tags, encode = vocabulary.tags, vocabulary.encode
    window = draw.choice(sequence.note_windows(example.text, example.spans, tags, encode))
    if not example.targets:
        return Row(window.tokens, [], [])
    end = window.first + len(window.asks)
    return Row(window.tokens, window.asks, example.targets[window.first : end])


def batches(
    pools: dict[str, list[Example]],
    mix: dict[str, float],
    tokens: int,
    vocabulary: Vocabulary,
    draw: random.Random,
) -> Iterator[list[Row]]:
    """Endless batches of rows of about one length, at most ``tokens`` ids with padding."""
    names = list(mix)
    while True:
        rows = []
        for _ in range(96):
            name = draw.choices(names, weights=[mix[n] for n in names])[0]
            example = draw.choice(pools[name])
            if example.targets:
                example = noise.disturbed(example, draw)
            rows.append(row_of(example, vocabulary, draw))
        rows.sort(key=lambda row: len(row.ids))
        ready: list[list[Row]] = [[]]
        for row in rows:
            if ready[-1] and (len(ready[-1]) + 1) * len(row.ids) > tokens:
                ready.append([])
            ready[-1].append(row)
        draw.shuffle(ready)
        yield from ready


def losses(
    network: Network, rows: list[Row], vocabulary: Vocabulary, share: float
) -> tuple[Tensor, Tensor]:
    """The topic loss (nats a clause) and the language loss (nats a token) of a batch."""
    device = network.embedding.weight.device
    longest = max(len(row.ids) for row in rows)
    pad = vocabulary.special(sequence.PAD)
    ids = torch.tensor([row.ids + [pad] * (longest - len(row.ids)) for row in rows], device=device)
    hidden = network(ids)
    places = [(b, p) for b, row in enumerate(rows) for p in row.asks]
    where = torch.tensor(places, dtype=torch.long, device=device).reshape(-1, 2)
    at_asks = hidden[where[:, 0], where[:, 1]]
    topic_loss = torch.zeros((), device=device)
    if places:
        wanted = torch.tensor([t for row in rows for t in row.targets], device=device)
        scores = topic_scores(network, vocabulary, at_asks).float()
        topic_loss = -(wanted * F.log_softmax(scores, dim=-1)).sum(-1).mean()
    following = torch.full_like(ids, _IGNORED)
    following[:, :-1] = ids[:, 1:]
    following[following == pad] = _IGNORED
    following[where[:, 0], where[:, 1]] = _IGNORED  # what opens the next clause is no language
    chosen = (following != _IGNORED) & (torch.rand(ids.shape, device=device) < share)
    text_loss = F.cross_entropy(network.logits(hidden[chosen]).float(), following[chosen])
    return topic_loss, text_loss


def topic_scores(network: Network, vocabulary: Vocabulary, hidden: Tensor) -> Tensor:
    """[..., width] hidden states at <ask> to [..., topics] scores."""
    return hidden @ network.embedding.weight[list(vocabulary.tags.topic_tokens)].T


@torch.no_grad()
def log_probabilities(network: Network, vocabulary: Vocabulary, example: Example) -> Tensor:
    """[clauses, topics] log-probabilities of a whole note, window by window."""
    network.eval()
    device = network.embedding.weight.device
    tags, encode = vocabulary.tags, vocabulary.encode
    found = []
    for window in sequence.note_windows(example.text, example.spans, tags, encode):
        hidden = network(torch.tensor([window.tokens], device=device))[0, window.asks]
        found.append(F.log_softmax(topic_scores(network, vocabulary, hidden).float(), dim=-1))
    network.train()
    return torch.cat(found).cpu()


def accuracy(network: Network, vocabulary: Vocabulary) -> dict[str, float]:
    """Topic accuracy on the development half: published cases and notes, strict and accepted."""
    order = [topic.value for topic in Topic]
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


def rate_at(progress: float, fall: float) -> float:
    """The share of the full learning rate: a short rise, a plateau, a long fall."""
    return min(1.0, progress / _WARMING, max(0.01, (1 - progress) / fall))


def load_network(path: Path) -> Network:
    """The network of a checkpoint."""
    state = torch.load(path, weights_only=True)
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["network"])
    return network.eval()


@dataclass(slots=True)
class Progress:
    """How far a training is; ``best`` is the fewest nats a clause seen on the development half."""

    seconds: float = 0.0
    steps: int = 0
    tokens: int = 0
    best: float = math.inf


class Training:
    """A network, its optimizers and where they stand, kept in a folder."""

    def __init__(self, recipe: Recipe, build: Path, run: Path, device: str) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._recipe, self._run, self._device = recipe, run, device
        self.vocabulary = Vocabulary(build / "tokenizer.json")
        self._shape = {"vocabulary": self.vocabulary.size} | recipe.shape
        self.network = Network(Shape(**self._shape))  # type: ignore[arg-type]
        meanings = build / "meanings.pt"
        if meanings.exists():
            first = torch.load(meanings, weights_only=True)
            if first.shape == self.network.embedding.weight.shape:
                self.network.embedding.weight.data.add_(first)
        self.network.to(device)
        named = list(self.network.named_parameters())
        matrices = [w for n, w in named if w.dim() == 2 and "embedding" not in n]
        self._others = [w for n, w in named if w.dim() != 2 or "embedding" in n]
        self._optimizers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(matrices, lr=recipe.matrix_rate, weight_decay=0.05),
            torch.optim.AdamW(
                self._others, lr=recipe.other_rate, betas=(0.9, 0.98), weight_decay=0.01
            ),
        ]
        self.progress = Progress()
        if (run / "checkpoint.pt").exists():
            self._resume()
        self._groups = [group for o in self._optimizers for group in o.param_groups]

    def _resume(self) -> None:
        state = torch.load(self._run / "checkpoint.pt", weights_only=True)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.progress = Progress(*(state[k] for k in ("seconds", "steps", "tokens", "best")))

    def step(self, rows: list[Row]) -> tuple[float, float]:
        """One update; the topic and the language loss."""
        recipe, share = self._recipe, self.progress.steps / self._recipe.steps
        rates = [recipe.matrix_rate, recipe.other_rate]
        for group, rate in zip(self._groups, rates, strict=True):
            group["lr"] = rate * rate_at(share, recipe.fall)
        with torch.autocast(self._device, torch.bfloat16):
            topic, text = losses(self.network, rows, self.vocabulary, recipe.text_share)
        more = max(1.0, 10.0 - 18.0 * share)  # language first
        loss = recipe.topic_loss * topic + recipe.text_loss * more * text
        torch.autograd.backward(loss)
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
        line = {"minutes": round(p.seconds / 60, 1), "steps": p.steps, "tokens": p.tokens}
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


def train(recipe: Recipe, build: Path, run: Path, device: str) -> None:
    """Train for ``recipe.steps`` steps, looking at the development half on the way."""
    torch.manual_seed(0)
    training = Training(recipe, build, run, device)
    if training.progress.steps < recipe.general * recipe.steps:
        _go_on(training, recipe, build, {"general": 1.0}, round(recipe.general * recipe.steps))
    _go_on(training, recipe, build, recipe.mix, recipe.steps)


def _go_on(
    training: Training, recipe: Recipe, build: Path, mix: dict[str, float], until: int
) -> None:
    progress = training.progress
    pools = {name: examples.read(build / f"{name}.jsonl") for name in mix}
    drawn = batches(pools, mix, recipe.tokens, training.vocabulary, random.Random(progress.steps))
    means: list[float] = []
    last = time.monotonic()
    while progress.steps < until:
        parts = training.step(next(drawn))
        means = [0.98 * m + 0.02 * p for m, p in zip(means or parts, parts, strict=True)]
        now = time.monotonic()
        progress.seconds, last = progress.seconds + now - last, now
        if progress.steps % recipe.look == 0 or progress.steps == until:
            training.look(means)
            last = time.monotonic()


def read_recipe(config: Path) -> Recipe:
    """The recipe of a configuration file. Raises TypeError where a setting is missing."""
    return Recipe(**tomllib.loads(config.read_text(encoding="utf-8")))


def main() -> None:
    """Train for the configured steps, or go on from the checkpoint."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("build", type=Path, help="folder with tokenizer.json and *.jsonl")
    parser.add_argument("run", type=Path, help="folder for checkpoints and the log")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(read_recipe(arguments.config), arguments.build, arguments.run, arguments.device)


if __name__ == "__main__":
    main()
