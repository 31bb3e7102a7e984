"""The same weights in each of llama.cpp's types: size, speed, and what placement loses.

Scored on the development half, where the type is chosen.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from llama_cpp import llama_cpp as C

from assistant.drafting.clauses import clauses
from assistant.drafting.filing.linear_reader import LinearReader
from models.recipes import convert, parity, scoring
from models.recipes.evaluate import mixed, placed_by_topic, scored
from models.recipes.hand_labels import LABELS, labelled
from models.recipes.parity import Placer
from models.recipes.scoring import SHIPPED
from models.recipes.tokenizer import Vocabulary
from models.recipes.train import load_network

KINDS = {
    "F16": C.LLAMA_FTYPE_MOSTLY_F16,
    "Q8_0": C.LLAMA_FTYPE_MOSTLY_Q8_0,
    "Q6_K": C.LLAMA_FTYPE_MOSTLY_Q6_K,
    "Q5_K_M": C.LLAMA_FTYPE_MOSTLY_Q5_K_M,
    "Q4_K_M": C.LLAMA_FTYPE_MOSTLY_Q4_K_M,
    "Q4_0": C.LLAMA_FTYPE_MOSTLY_Q4_0,
}


def quantised(full: Path, output: Path, kind: str) -> None:
    """Write ``full`` (F32) as ``kind``; raises OSError where llama.cpp refuses."""
    params = C.llama_model_quantize_default_params()
    params.ftype = KINDS[kind]
    params.nthread = 1
    if C.llama_model_quantize(os.fsencode(full), os.fsencode(output), ctypes.byref(params)):
        raise OSError(f"{kind} can't be written from {full.name}")


def main() -> None:
    """Write every kind beside the build and print one line for each."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("build", type=Path, help="folder with tokenizer.json")
    parser.add_argument("linear", type=Path, help="aparte-lineaire.npz, as chosen on dev")
    parser.add_argument("choices", type=Path, help="written by ``evaluate dev``")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = load_network(arguments.checkpoint)
    vocabulary = Vocabulary(arguments.build / "tokenizer.json")
    full = arguments.build / "starter-f32.gguf"
    convert.write(network, arguments.build / "tokenizer.json", full, "f32")
    choice = json.loads(arguments.choices.read_text())[SHIPPED]
    notes, linear = labelled(LABELS / "dev.jsonl"), LinearReader(arguments.linear)
    examples = parity.known_notes()
    for kind in KINDS:
        path = arguments.build / f"starter-{kind}.gguf"
        quantised(full, path, kind)
        placer = Placer(path)
        half = scored(notes, placer, linear)
        alone, together = (mixed(half, s) for s in ({"model": 1.0}, choice["shares"]))
        forms = scoring.copied_forms()
        every = np.arange(len(half.gold))
        f1 = [
            np.mean([scoring.counts(placed_by_topic(half, p, f)).strict_f1(every) for f in forms])
            for p in (alone, together)
        ]
        same = parity.compared(placer, network, vocabulary, examples)
        placer.close()
        print(
            f"| {kind} | {path.stat().st_size / 1e6:.1f} Mo | {same.same_topic:.2%} "
            f"| {f1[0]:.3f} | {f1[1]:.3f} | {_fastest(path, notes[0].text):.0f} ms |",
            flush=True,
        )


def _fastest(path: Path, text: str) -> float:
    """Milliseconds of the quickest of twenty readings of a 300-word note, on one thread."""
    words = (" ".join([text] * 5)).split(" ")[:300]
    note = " ".join(words)
    spans = [(c.span.start, c.span.end) for c in clauses(note)]
    placer = Placer(path)
    found = []
    for _ in range(20):
        begin = time.perf_counter()
        placer.log_probabilities(note, spans)
        found.append(1000 * (time.perf_counter() - begin))
    placer.close()
    return min(found)


if __name__ == "__main__":
    main()
