"""Figures of the card: BM25, embedders and fusions on the development sets, and what it costs."""

from __future__ import annotations

import argparse
import gc
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from models.recipes.embedder import question_sets, ranking
from models.recipes.embedder.question_sets import QuestionSet
from models.recipes.embedder.ranking import Embedder, Scores

SHARE = 0.5  # of the embedder, in both fusions
_SHARES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_SENTENCES = 5000


def rankings(words: Scores, meanings: dict[str, Scores]) -> dict[str, Scores]:
    """Scores of each method: alone, and the first of ``meanings`` fused with the words."""
    first = next(iter(meanings.values()))
    return {
        "bm25": words,
        **meanings,
        "reciprocal": ranking.reciprocal(words, first, SHARE),
        "weighted": ranking.weighted(words, first, SHARE),
    }


def compared(questions: QuestionSet, words: Scores, meanings: dict[str, Scores]) -> dict[str, Any]:
    """nDCG@10 of each method with its interval, what the fusion gains, and its other shares."""
    gains = {
        name: ranking.gains(scores, questions.answers)
        for name, scores in rankings(words, meanings).items()
    }
    first = next(iter(meanings.values()))
    return {
        "passages": len(questions.passages),
        "questions": len(questions.questions),
        "ndcg@10": {name: ranking.interval(values) for name, values in gains.items()},
        "weighted over": {
            name: ranking.interval(gains["weighted"] - values)
            for name, values in gains.items()
            if name != "weighted"
        },
        "shares": {
            fusion.__name__: {
                share: float(ranking.gains(fusion(words, first, share), questions.answers).mean())
                for share in _SHARES
            }
            for fusion in (ranking.reciprocal, ranking.weighted)
        },
    }


def cost(folder: Path, sentences: list[str]) -> dict[str, float]:
    """Size, seconds to load, sentences a second, memory taken by the model; one thread."""
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    start = time.perf_counter()
    embedder = Embedder.load(folder)
    loaded = time.perf_counter() - start
    embedder.passages(sentences[:64])
    memory = process.memory_info().rss - before
    start = time.perf_counter()
    embedder.passages(sentences)
    spent = time.perf_counter() - start
    files = [f for f in folder.rglob("*") if f.is_file()]
    return {
        "bytes": sum(f.stat().st_size for f in files),
        "load_s": round(loaded, 3),
        "sentences_per_s": round(len(sentences) / spent),
        "memory_mb": round(memory / 1e6),
    }


def figures(sets: list[QuestionSet], embedders: dict[str, Embedder]) -> dict[str, dict[str, Any]]:
    """What is compared, of each set as it is and mistyped; prints as it goes."""
    found = {}
    for plain in sets:
        passages = {name: e.passages(plain.passages) for name, e in embedders.items()}
        for questions in (plain, question_sets.mistyped(plain)):
            meanings = {
                name: np.asarray(e.questions(questions.questions) @ passages[name].T)
                for name, e in embedders.items()
            }
            row = compared(questions, ranking.bm25(questions), meanings)
            found[questions.name] = row
            told = "  ".join(
                f"{name} {100 * mean:.1f} [{100 * low:.1f}–{100 * high:.1f}]"
                for name, (mean, low, high) in row["ndcg@10"].items()
            )
            print(f"{questions.name} ({row['questions']}/{row['passages']})  {told}", flush=True)
    return found


def main() -> None:
    """Print the figures and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("embedder", type=Path)
    parser.add_argument("--minilm", type=Path, help="folder of all-MiniLM-L6-v2, to compare")
    parser.add_argument("--write", type=Path, help="figures.json to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sets = question_sets.all_sets(arguments.corpus)
    sentences = [p[:200] for questions in sets for p in questions.passages][:_SENTENCES]
    told: dict[str, Any] = {
        "date": date.today().isoformat(),
        "command": "python -m models.recipes.embedder.evaluate",
        "share": SHARE,
        "cost": cost(arguments.embedder, sentences),
    }
    print(told["cost"], flush=True)
    embedders = {"embedder": Embedder.load(arguments.embedder)}
    if arguments.minilm:
        embedders["minilm"] = Embedder.load(arguments.minilm)
    told["sets"] = figures(sets, embedders)
    if arguments.write:
        arguments.write.write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
