"""Search over many passages of open French text: how long it takes, what it costs, what it misses.

    .venv/bin/python -m tests.campaigns.many_passages FOLDER [--passages 200000] [--kinds]

Set ``OMP_NUM_THREADS=1``, as the nlp worker does. FOLDER holds the text, as ``*.jsonl.xz`` files of
objects with a ``text``. It is cut like a guide, indexed with the embedder that ships, saved, read
back, and asked first sentences of passages drawn by chance, a word in five taken out. With
``--kinds``, FAISS's kinds of index are compared on the same vectors: time of a search, time to
make, and the share of the ten nearest that they find.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import faiss
import numpy as np
import psutil

from assistant.documents import Span
from assistant.extraction.markdown import assemble
from assistant.extraction.plain import read_plain
from assistant.guides import Guide, GuidePassage
from assistant.protocol import Shelf
from assistant.retrieval.calibration import load_calibration
from assistant.retrieval.chunking import passages
from assistant.retrieval.embedder import BATCH, Embedder, Vectors
from assistant.retrieval.embedder_files import shipped_embedder
from assistant.retrieval.index import Index
from assistant.retrieval.library import open_library
from assistant.retrieval.search import Searcher
from assistant.retrieval.segments import SegmentStore, segment_of
from assistant.retrieval.sentences import sentences
from assistant.retrieval.shelving import index_of
from assistant.retrieval.words import read_terms, term_names

_QUESTIONS = 200
_TEXTS_A_GUIDE = 200
_DEPTH = 10
_SHORTEST = 80


def guides_in(folder: Path) -> Iterator[Guide]:
    """The texts of ``folder`` as guides of some hundred texts each."""
    texts: list[str] = []
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                texts.append(json.loads(line)["text"])
                if len(texts) == _TEXTS_A_GUIDE:
                    yield _guide(path.name, texts)
                    texts = []


def _guide(name: str, texts: list[str]) -> Guide:
    text, blocks = assemble(block for written in texts for block in read_plain(written))
    return Guide(name, name, "1", date(2026, 1, 1), text, blocks)


def measure(folder: Path, count: int, *, kinds: bool) -> dict[str, float]:
    """The figures, in seconds, milliseconds and mebibytes."""
    embedder = Embedder(shipped_embedder())
    figures: dict[str, float] = {"ten_guides_s": _ten_guides(embedder)}
    made: list[GuidePassage] = []
    for guide in guides_in(folder):
        made += [p for p in passages(guide) if len(p.text) >= _SHORTEST]
        if len(made) >= count:
            break
    made = made[:count]
    figures["passages"] = len(made)
    with tempfile.TemporaryDirectory() as kept:
        store = SegmentStore(Path(kept))
        began = time.perf_counter()
        rows = [embedder.embed_passages([p.text for p in made[at : at + BATCH]])
                for at in range(0, len(made), BATCH)]  # fmt: skip
        figures["embed_s"] = time.perf_counter() - began
        began = time.perf_counter()
        terms = (term_names(read_terms(passage.text)) for passage in made)
        store.keep("a" * 64, segment_of(np.concatenate(rows), range(len(made)), terms))
        figures["terms_and_save_s"] = time.perf_counter() - began
        began = time.perf_counter()
        segment = store.read("a" * 64)
        assert segment is not None
        figures["read_back_s"] = time.perf_counter() - began
    began = time.perf_counter()
    index = Index(made, [segment], embedder.dimension)
    figures["index_s"] = time.perf_counter() - began
    searcher = Searcher(index, embedder, load_calibration())
    asked = list(_questions(made))
    times, found = [], 0
    for question, number in asked:
        began = time.perf_counter()
        candidates = searcher.search(question, _DEPTH).candidates
        times.append(time.perf_counter() - began)
        found += any(candidate.number == number for candidate in candidates)
    figures["search_median_ms"] = 1000 * median(times)
    figures["search_p95_ms"] = 1000 * quantiles(times, n=20)[-1]
    figures["found_in_ten"] = found / len(asked)
    figures["memory_mib"] = psutil.Process().memory_info().rss / 2**20
    if kinds:
        figures |= _kinds(index.vectors, [embedder.embed_question(q) for q, _ in asked])
    return figures


def _ten_guides(embedder: Embedder) -> float:
    """The index of the guides that ship, from nothing, the embedder being loaded."""
    began = time.perf_counter()
    shelf = Shelf(open_library().files, "", "", "")
    deque(index_of(shelf, embedder), maxlen=0)
    return time.perf_counter() - began


def _questions(made: list[GuidePassage]) -> Iterator[tuple[str, int]]:
    """Beginnings of passages, a word in five left out, and the number of each passage."""
    chance = random.Random(0)
    for number in chance.sample(range(len(made)), min(_QUESTIONS, len(made))):
        text = made[number].text
        first = next(sentences(text), Span(0, len(text))).cut(text)
        yield " ".join(w for n, w in enumerate(first.split()[:25]) if n % 5 != 2), number


def _kinds(vectors: Vectors, asked: list[Vectors]) -> dict[str, float]:
    """What each kind of index takes and finds, beside the exact one."""
    dimension = vectors.shape[1]
    product = faiss.METRIC_INNER_PRODUCT
    lists = max(1, round(4 * len(vectors) ** 0.5))
    coarse = faiss.IndexFlatIP(dimension)
    divided = faiss.IndexIVFFlat(coarse, dimension, lists, product)
    divided.nprobe = 16
    graph = faiss.IndexHNSWFlat(dimension, 16, product)
    eights = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, product)
    halves = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, product)
    kinds = {"flat": faiss.IndexFlatIP(dimension), "fp16": halves, "sq8": eights,
             "ivf16": divided, "hnsw16": graph}  # fmt: skip
    figures: dict[str, float] = {}
    exact: list[set[int]] = []
    for name, kind in kinds.items():
        began = time.perf_counter()
        kind.train(vectors)
        kind.add(vectors)
        figures[f"{name}_made_s"] = time.perf_counter() - began
        times, found = [], []
        for row in asked:
            began = time.perf_counter()
            _, numbers = kind.search(row[None, :], _DEPTH)
            times.append(time.perf_counter() - began)
            found.append(set(numbers[0].tolist()))
        exact = exact or found
        same = [len(a & b) / _DEPTH for a, b in zip(exact, found, strict=True)]
        figures[f"{name}_ms"] = 1000 * median(times)
        figures[f"{name}_found"] = sum(same) / len(same)
    return figures


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--kinds", action="store_true")
    asked = parser.parse_args()
    for name, value in measure(asked.folder, asked.passages, kinds=asked.kinds).items():
        print(f"{name:>20} {value:12.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
