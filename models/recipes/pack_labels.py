"""Packs the labellers' files into ``models/labels/``; copies the test half without showing it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from assistant.documents import Clause
from models.recipes import corpus
from models.recipes.hand_labels import LABELS

_HALVES = {"train": (0, 1, 2), "dev": (3,), "test": (4,)}
_OURS = "written for Aparté (fictional), Apache-2.0"


def _rows(
    folder: Path,
    part: int,
    published: dict[str, corpus.Case],
    cut: Callable[[str], list[Clause]],
) -> list[dict[str, object]]:
    rows = []
    sources = [
        (folder / f"out_{part}.jsonl", None),
        (folder / f"notes_{part}.jsonl", f"notes_{part}"),
    ]
    for path, notes in sources:
        for line in path.read_text(encoding="utf-8").splitlines():
            labels = json.loads(line)
            if notes:
                number = labels["id"].rsplit("-", 1)[1]
                text = (folder / notes / f"{number}.txt").read_text(encoding="utf-8")
                origin = _OURS
            else:
                case = published[labels["id"]]
                text, origin = case.text, f"{case.url} – CC BY 4.0, Pan African Medical Journal"
            clauses = cut(text)
            if len(clauses) != len(labels["labels"]):
                print(f"{labels['id']}: clauses and labels do not match, left out")
                continue
            marked = []
            for clause, label in zip(clauses, labels["labels"], strict=True):
                topic, _, also = label.partition("+")
                marked.append([clause.span.start, clause.span.end, topic, also])
            rows.append({"id": labels["id"], "origin": origin, "text": text, "clauses": marked})
    return rows


def main() -> None:
    """Write train.jsonl, dev.jsonl, test.jsonl and held_out_ids.txt; print counts only."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("labels", type=Path, help="the labellers' folder")
    parser.add_argument("corpus", type=Path)
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.labels))
    from clauses_frozen import clauses as cut  # the segmentation the labellers worked with

    published = corpus.cases(arguments.corpus)
    held_out = []
    for half, parts in _HALVES.items():
        rows = []
        for part in parts:
            if (arguments.labels / f"notes_{part}.jsonl").exists():
                rows += _rows(arguments.labels, part, published, cut)
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (LABELS / f"{half}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if half != "train":
            held_out += [row["id"] for row in rows]
        print(half, len(rows), "notes,", sum(len(row["clauses"]) for row in rows), "clauses")
    # Held out even before they are labelled.
    for part in (3, 4):
        found = (arguments.labels / f"in_{part}.txt").read_text(encoding="utf-8").splitlines()
        held_out += [line[4:].strip() for line in found if line.startswith("### ")]
    (LABELS / "held_out_ids.txt").write_text(
        "\n".join(sorted(set(held_out))) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
