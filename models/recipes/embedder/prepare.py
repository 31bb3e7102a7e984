"""What training stands on: the vocabulary, the first embeddings, the mined pairs."""

from __future__ import annotations

import argparse
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from models.recipes.embedder import cooccurrences, lessons, pairs, terminologies, vocabulary
from models.recipes.embedder.held_out import is_held_out
from models.recipes.embedder.sections import sections
from models.recipes.embedder.synonyms import Synonyms

_OWN = 20.0  # weight of what was written for this, in the counts of the vocabulary


def texts(folder: Path, shares: dict[str, float], seed: int = 0) -> Iterator[tuple[str, float]]:
    """The training texts and their weights; a share below one keeps as many of the sections."""
    draw = random.Random(seed)
    for source, share in shares.items():
        for section in sections(folder, source):
            if not is_held_out(section) and draw.random() < share:
                yield " ".join((*section.headings[-1:], section.body)), 1.0


def prepared(folder: Path, build: Path, config: dict[str, Any]) -> None:
    """Write the vocabulary, the first embeddings and the pairs."""
    synonyms = Synonyms.load()
    named = list(terminologies.paired(config["most"]["terminologies"]))
    own = [t for lesson in lessons.training() for t in (*lesson.questions, lesson.passage)]
    own += [t for group in (*synonyms.same, *synonyms.near) for t in group]
    read = list(texts(folder, config["texts"])) + [(text, _OWN) for text in own]
    read += [(text, 1.0) for pair in named for text in (pair.query, pair.passage)]
    size = config["vocabulary"]
    words = vocabulary.built(
        vocabulary.counted(read), size["words"], size["pieces"], synonyms.phrases, size["tied"]
    )
    words.save(build)
    print(f"vocabulary: {words.tokenizer.get_vocab_size()} tokens, {words.size} rows", flush=True)
    streams = words.encode([text for text, _ in read])
    first = config["first"]
    counts = np.bincount(np.concatenate(streams), minlength=words.size).astype(float)
    ignored = np.argsort(-counts)[: first["ignored"]]
    company = cooccurrences.information(
        [np.concatenate(streams)], words.size, first["window"], ignored
    )
    print(f"company: {company.nnz} pairs of rows", flush=True)
    found = cooccurrences.directions(company, config["width"])
    found = cooccurrences.spelled(found, words)
    seen = np.maximum(counts, 1)
    found *= cooccurrences.weights(seen, first["rare"])[:, None]
    np.save(build / "first.npy", found)
    mined = [*pairs.mined(folder, config["most"]), *named]
    with (build / "pairs.jsonl").open("w", encoding="utf-8") as file:
        for pair in mined:
            file.write(json.dumps([pair.kind, pair.query, pair.passage], ensure_ascii=False))
            file.write("\n")
    print(f"{len(mined)} pairs", flush=True)


def main() -> None:
    """Prepare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("build", type=Path)
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    arguments.build.mkdir(parents=True, exist_ok=True)
    prepared(arguments.corpus, arguments.build, config)


if __name__ == "__main__":
    main()
