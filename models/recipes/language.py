"""How well the network models French text, beside a 5-gram model of the same tokens.

The network learns language only as a help to filing, so the figure says what it is not: a model
that writes. Bits per byte, on published cases of the development half and on novels that neither
model read. The 5-gram model interpolates orders 5 to 1 by absolute discounting ("An empirical study
of smoothing techniques for language modeling", Chen and Goodman 1999, section 2.7).
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F

from assistant.inference.sequence import prepared
from models.recipes import corpus, hand_labels, synthetic
from models.recipes.network import Network
from models.recipes.tokenizer import Vocabulary
from models.recipes.train import load_network

_ORDER = 5
_DISCOUNT = 0.75
_WINDOW, _PAST = 512, 256  # tokens scored at once; tokens of past before them


class NGrams:
    """Interpolated 5-gram probabilities of token ids."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._counts: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)

    def read(self, ids: Sequence[int]) -> None:
        """Count the n-grams of one text."""
        for end, token in enumerate(ids):
            for length in range(min(_ORDER - 1, end) + 1):
                self._counts[tuple(ids[end - length : end])][token] += 1

    def probability(self, past: Sequence[int], token: int) -> float:
        """P(token | past), each order backing off to the one below."""
        found = 1 / self._size
        for length in range(min(_ORDER - 1, len(past)) + 1):
            seen = self._counts.get(tuple(past[len(past) - length :]))
            if seen is None:
                break
            total = seen.total()
            kept = max(seen[token] - _DISCOUNT, 0) / total
            found = kept + _DISCOUNT * len(seen) / total * found
        return found


def ngram_bits(model: NGrams, ids: Sequence[int]) -> float:
    """Bits of one text."""
    return -sum(
        math.log2(model.probability(ids[max(0, end - _ORDER + 1) : end], token))
        for end, token in enumerate(ids)
        if end
    )


@torch.no_grad()
def network_bits(network: Network, begin: int, ids: Sequence[int]) -> float:
    """Bits of one text, each token with at least _PAST tokens of past where there are as many."""
    total = 0.0
    start = 1
    while start < len(ids):
        end = min(start + _WINDOW, len(ids))
        past = [begin, *ids[max(0, start - _PAST) : start]]
        window = torch.tensor([past + list(ids[start:end])])
        hidden = network(window)[0, len(past) - 1 : -1]
        wanted = torch.tensor(list(ids[start:end]))
        total += float(F.cross_entropy(network.logits(hidden), wanted, reduction="sum"))
        start = end
    return total / math.log(2)


def held_out(folder: Path, cases: int, novels: int) -> dict[str, list[str]]:
    """Texts that no model read: cases of the development half, the last of the novels."""
    known = corpus.cases(folder)
    dev = hand_labels.labelled(hand_labels.LABELS / "dev.jsonl")
    published = [known[note.id].text for note in dev if note.id in known][:cases]
    rows = list(corpus.lines(folder / "litterature_fr.jsonl.xz"))
    read = {text[:200] for text in corpus.general_texts(folder, characters=30_000_000)}
    fresh = [row["text"][:6000] for row in rows if row["text"][:200] not in read]
    return {"published cases": published, "novels": fresh[-novels:]}


def training_texts(folder: Path) -> Iterable[str]:
    """What the 5-gram model reads: what the network's training read, and three million characters
    of general French that the network knows by its first embeddings only."""
    yield from (case.text for case in _free_cases(folder))
    yield from (note.text for note in synthetic.notes(3000, seed=2))
    yield from corpus.general_texts(folder, characters=3_000_000)


def _free_cases(folder: Path) -> Iterable[corpus.Case]:
    return corpus.training_cases(folder, hand_labels.held_out_ids()).values()


def main() -> None:
    """Print bits per byte of both models."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("tokenizer", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    vocabulary = Vocabulary(arguments.tokenizer)
    network = load_network(arguments.checkpoint)
    grams = NGrams(vocabulary.size)
    for text in training_texts(arguments.corpus):
        grams.read(vocabulary.encode(" " + prepared(text)))
    for name, texts in held_out(arguments.corpus, cases=30, novels=30).items():
        sizes, ours, theirs = 0, 0.0, 0.0
        for text in map(prepared, texts):
            ids = vocabulary.encode(" " + text)
            sizes += len(text.encode())
            ours += network_bits(network, vocabulary.tags.begin, ids)
            theirs += ngram_bits(grams, ids)
        print(f"{name}: network {ours / sizes:.3f}, 5-gram {theirs / sizes:.3f} bits per byte")


if __name__ == "__main__":
    main()
