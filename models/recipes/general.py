"""General French cut into clauses, for a network that reads it before any note.

Writes general.jsonl: the same layout as the notes, without topics.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.drafting.clauses import clauses
from models.recipes import corpus, examples
from models.recipes.examples import Example


def general_notes(folder: Path, characters: int) -> Iterator[Example]:
    """About ``characters`` of general and health French."""
    for number, text in enumerate(corpus.general_texts(folder, characters)):
        spans = [(clause.span.start, clause.span.end) for clause in clauses(text)]
        if spans:
            yield Example(f"general-{number}", text, spans, [])


def main() -> None:
    """Write general.jsonl into the build folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--characters", type=int, default=120_000_000)
    arguments = parser.parse_args()
    notes = general_notes(arguments.corpus, arguments.characters)
    examples.write(arguments.build / "general.jsonl", notes)


if __name__ == "__main__":
    main()
