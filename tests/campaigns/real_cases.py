"""Draft published cases in strict copy and check that every line comes from the source.

    .venv/bin/python -m tests.campaigns.real_cases CORPUS_FOLDER [--cases 30]

CORPUS_FOLDER holds ``cas_cliniques_pamj_e3c.jsonl.xz`` (Pan African Medical Journal, CC BY 4.0).
Every case is drafted on every form, by the real worker and the starter model.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.documents import Draft, Mode, Source
from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import UNSORTED, DocumentType
from assistant.model_store.catalogue import find_model
from assistant.tasks import Desk
from tests.test_tasks import Ear

_CASES = "cas_cliniques_pamj_e3c.jsonl.xz"
_SEED = 20261121


@dataclass(slots=True)
class Tally:
    """Counts over drafts; ``strangers`` are lines that are neither heading nor source."""

    drafts: int = 0
    lines: int = 0
    strangers: int = 0
    lost: int = 0
    clauses: int = 0
    unsorted: int = 0
    unread: int = 0
    seconds: float = 0.0


def check(source: Source, form: DocumentType, draft: Draft, tally: Tally) -> None:
    """Add ``draft`` to ``tally``, judging it from its text and spans alone."""
    headings = {heading.title for heading in form.headings} | {UNSORTED}
    lines = [line for line in draft.text.splitlines() if line]
    tally.drafts += 1
    tally.lines += len(lines)
    tally.strangers += sum(line not in headings and line not in source.text for line in lines)
    pieces = clauses(source.text)
    held = [*draft.used, *draft.left_out]
    tally.clauses += len(pieces)
    tally.lost += sum(
        not any(s.start <= p.content.start and p.content.end <= s.end for s in held) for p in pieces
    )
    waiting = [p.source_span for s in draft.sections if s.unsorted for p in s.passages]
    tally.unsorted += sum(
        any(s is not None and s.start <= p.span.start and p.span.end <= s.end for s in waiting)
        for p in pieces
    )


def draft_all(
    sources: Iterable[Source], tally: Tally, model: str | None = None, until: int | None = None
) -> None:
    """Draft each source on each form that is copied, with the model that ships or the file
    ``model``, and add it to ``tally``, ``until`` it counts that many drafts."""
    desk = Desk(find_model(model))
    forms = [form for form in desk.forms.values() if Mode.STRICT_COPY in form.modes]
    try:
        for source in sources:
            for form in forms:
                if until is not None and tally.drafts >= until:
                    return
                ear, began = Ear(), time.monotonic()
                desk.start_draft(source, form, Mode.STRICT_COPY, ear)
                outcome = ear.outcome()
                tally.seconds += time.monotonic() - began
                tally.unread += outcome.coverage.total - outcome.coverage.read
                check(source, form, outcome.draft, tally)
    finally:
        desk.close()


def tell(tally: Tally) -> None:
    """Print ``tally``, in French."""
    print(f"brouillons {tally.drafts}, secondes {tally.seconds:.1f}")
    print(f"lignes {tally.lines}, ni titre ni passage de la source : {tally.strangers}")
    print(f"propositions {tally.clauses}, perdues : {tally.lost}, à classer : {tally.unsorted}")
    print(f"caractères non lus : {tally.unread}")


def main() -> int:
    """Run the campaign; 0 if no line is a stranger and no clause is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cases", type=int, default=30)
    asked = parser.parse_args()
    with lzma.open(asked.corpus / _CASES, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    chosen = random.Random(_SEED).sample(texts, asked.cases)
    tally = Tally()
    draft_all((Source(text) for text in chosen), tally)
    print(f"cas {asked.cases}")
    tell(tally)
    return 1 if tally.strangers or tally.lost else 0


if __name__ == "__main__":
    sys.exit(main())
