"""The GGUF file against PyTorch: the same tokens, the same topics; also the speed of a note."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from assistant.documents import Source
from assistant.drafting.draft import breaks_before
from assistant.inference.model import Model, Stop
from assistant.inference.placement import place, placement_tags
from assistant.inference.sequence import prepared
from models.recipes import examples, hand_labels, sequence
from models.recipes.examples import Example
from models.recipes.network import Network
from models.recipes.tokenizer import Vocabulary
from models.recipes.train import load_network, log_probabilities

_AWKWARD = [
    "<ask> <topic:motif> <s>",
    "TA 14/8\u202fmmHg",
    "œdème ≥ 3 µg → Ø",
    "créat\u00a0: 110",
    "x" * 500,
]


class Placer:
    """The GGUF model, run as the application's worker runs it."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load ``path``; raises ValueError where it is no placement model."""
        self._model = Model(path, sequence.CONTEXT, threads, Stop())
        tags = placement_tags(self._model)
        if tags is None:
            raise ValueError(f"{path.name} was not trained for placement")
        self._tags = tags

    def encode(self, text: str) -> list[int]:
        """Plain text to ids by llama.cpp's own tokenizer."""
        return list(self._model.tokenize(text))

    def log_probabilities(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> npt.NDArray[np.float64]:
        """[clauses, topics], like the trainer's function of this name."""
        kinds = breaks_before(Source(text), hand_labels.as_clauses(text, spans))
        texts = [text[start:end] for start, end in spans]
        rows = [row for read in place(self._model, self._tags, texts, kinds) for row in read.scores]
        return np.array(rows)

    def close(self) -> None:
        """Give the memory back."""
        self._model.close()


@dataclass(frozen=True, slots=True)
class Parity:
    """Shares of clauses with the same ids and the same best topic, how far a probability is off at
    most, and the time of a note."""

    clauses: int
    same_ids: float
    same_topic: float
    largest_probability_difference: float
    median_ms_per_note: float


def compared(
    placer: Placer, network: Network, vocabulary: Vocabulary, notes: Sequence[Example]
) -> Parity:
    """``placer`` against ``network`` on ``notes``."""
    same_ids, same_topics, drift, seconds = [], [], 0.0, []
    for note in notes:
        for start, end in note.spans:
            text = " " + prepared(note.text[start:end])
            same_ids.append(placer.encode(text) == vocabulary.encode(text))
        begin = time.perf_counter()
        ours = placer.log_probabilities(note.text, note.spans)
        seconds.append(time.perf_counter() - begin)
        theirs = log_probabilities(network, vocabulary, note).numpy()
        same_topics += list(ours.argmax(-1) == theirs.argmax(-1))
        drift = max(drift, float(np.abs(np.exp(ours) - np.exp(theirs)).max()))
    return Parity(
        clauses=len(same_ids),
        same_ids=float(np.mean(same_ids)),
        same_topic=float(np.mean(same_topics)),
        largest_probability_difference=round(drift, 4),
        median_ms_per_note=round(1000 * float(np.median(seconds)), 1),
    )


def known_notes() -> list[Example]:
    """The notes of the training and development halves."""
    halves = ("train.jsonl", "dev.jsonl")
    notes = [n for h in halves for n in hand_labels.labelled(hand_labels.LABELS / h)]
    return [examples.from_labels(note) for note in notes]


def main() -> None:
    """Print the comparison on the training and development halves and on awkward strings."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network, vocabulary = load_network(arguments.checkpoint), Vocabulary(arguments.tokenizer)
    placer = Placer(arguments.model)
    for text in (" " + prepared(awkward) for awkward in _AWKWARD):
        if placer.encode(text) != vocabulary.encode(text):
            print("different ids:", repr(text[:40]))
    print(compared(placer, network, vocabulary, known_notes()))
    placer.close()


if __name__ == "__main__":
    main()
