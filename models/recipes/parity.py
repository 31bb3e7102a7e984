"""The GGUF file against PyTorch: the same tokens, the same topics; also the speed of a note."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import llama_cpp
import numpy as np
import torch

from models.recipes import examples, hand_labels, sequence
from models.recipes.examples import Example
from models.recipes.network import Network
from models.recipes.tokenizer import Vocabulary
from models.recipes.train import load_network, log_probabilities


class Placer:
    """The GGUF model run through llama.cpp as the application runs it."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._llama = llama_cpp.Llama(
            str(path),
            n_ctx=sequence.CONTEXT,
            n_batch=sequence.CONTEXT,
            n_ubatch=sequence.CONTEXT,
            n_threads=threads,
            n_threads_batch=threads,
            logits_all=False,
            verbose=False,
        )
        keys = self._llama.metadata
        self._ids = {
            token: int(keys[f"aparte.placement.{token.strip('<>')}_token"])
            for token in (
                sequence.NOTE,
                sequence.CLAUSE,
                sequence.LINE,
                sequence.PARA,
                sequence.ASK,
            )
        }
        self._head = [self._llama.token_bos(), self._ids[sequence.NOTE]]
        self.topics = _topic_tokens(path)

    def encode(self, text: str) -> list[int]:
        """Plain text to ids by llama.cpp's own tokenizer."""
        return self._llama.tokenize(text.encode(), add_bos=False, special=False)

    def log_probabilities(self, example: Example) -> np.ndarray:
        """[clauses, topics], like the trainer's function of this name."""
        pieces = sequence.clause_pieces(
            example.text, example.spans, self.encode, self._ids.__getitem__
        )
        found: dict[int, np.ndarray] = {}
        for window in sequence.windows(pieces, self._head):
            logits = self._decoded(window.ids, [p for _, p in window.asks])
            for (clause, _), row in zip(window.asks, logits, strict=True):
                if clause >= window.first_scored:
                    scores = row[self.topics]
                    found[clause] = scores - np.logaddexp.reduce(scores)
        return np.stack([found[i] for i in range(len(pieces))])

    def _decoded(self, ids: list[int], wanted: list[int]) -> list[np.ndarray]:
        context = self._llama.ctx
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        batch = llama_cpp.llama_batch_init(len(ids), 0, 1)
        asked = set(wanted)
        try:
            batch.n_tokens = len(ids)
            for i, token in enumerate(ids):
                batch.token[i], batch.pos[i] = token, i
                batch.n_seq_id[i], batch.seq_id[i][0] = 1, 0
                batch.logits[i] = i in asked
            if llama_cpp.llama_decode(context, batch):
                raise RuntimeError("llama_decode failed")
            size = self._llama.n_vocab()
            rows = [llama_cpp.llama_get_logits_ith(context, p) for p in wanted]
            return [np.ctypeslib.as_array(row, (size,)).copy() for row in rows]
        finally:
            llama_cpp.llama_batch_free(batch)


def _topic_tokens(path: Path) -> list[int]:
    import gguf

    field = gguf.GGUFReader(str(path)).fields["aparte.placement.topic_tokens"]
    return [int(v) for v in field.contents()]


def compared(
    placer: Placer, network: Network, vocabulary: Vocabulary, notes: list[Example]
) -> dict:
    """Shares of clauses with the same ids and the same best topic, and milliseconds a note."""
    same_ids, same_topics, drift, seconds = [], [], 0.0, []
    for note in notes:
        for start, end in note.spans:
            text = " " + sequence.prepared(note.text[start:end])
            same_ids.append(placer.encode(text) == vocabulary.encode(text))
        begin = time.perf_counter()
        ours = placer.log_probabilities(note)
        seconds.append(time.perf_counter() - begin)
        with torch.no_grad():
            theirs = log_probabilities(network, vocabulary, note).numpy()
        network.eval()
        same_topics += list(ours.argmax(-1) == theirs.argmax(-1))
        drift = max(drift, float(np.abs(np.exp(ours) - np.exp(theirs)).max()))
    return {
        "clauses": len(same_ids),
        "same_ids": float(np.mean(same_ids)),
        "same_topic": float(np.mean(same_topics)),
        "largest_probability_difference": round(drift, 4),
        "median_ms_per_note": round(1000 * float(np.median(seconds)), 1),
    }


def main() -> None:
    """Print the comparison on the training half and on awkward strings."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network, vocabulary = load_network(arguments.checkpoint), Vocabulary(arguments.tokenizer)
    placer = Placer(arguments.model)
    awkward = [
        "<ask> <topic:motif> <s>",
        "TA 14/8\u202fmmHg",
        "œdème ≥ 3 µg → Ø",
        "créat\u00a0: 110",
        "x" * 500,
    ]
    for text in awkward:
        text = " " + sequence.prepared(text)
        if placer.encode(text) != vocabulary.encode(text):
            print("different ids:", repr(text[:40]))
    halves = ("train.jsonl", "dev.jsonl")
    notes = [n for h in halves for n in hand_labels.labelled(hand_labels.LABELS / h)]
    print(compared(placer, network, vocabulary, [examples.from_labels(n) for n in notes]))


if __name__ == "__main__":
    main()
