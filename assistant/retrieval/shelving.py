"""A shelf to its index: what an earlier run kept is read back, the rest is computed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.guides import Guide, GuidePassage
from assistant.protocol import Shelf
from assistant.retrieval.chunking import passages
from assistant.retrieval.embedder import BATCH, Embedder
from assistant.retrieval.index import Index
from assistant.retrieval.library import read_checked
from assistant.retrieval.segments import (
    SearchText,
    Segment,
    SegmentStore,
    segment_key,
    segment_of,
)
from assistant.retrieval.words import read_terms, term_names


@dataclass(frozen=True, slots=True)
class Shelved:
    """``done`` of ``total`` passages are in the index; ``embedded`` of them are new."""

    done: int
    total: int
    embedded: int


def index_of(shelf: Shelf, embedder: Embedder) -> Generator[Shelved, None, Index]:
    """Make the index of ``shelf``, telling how far it is. Raises AparteError for a pack that is
    not the one that was checked."""
    store = SegmentStore(Path(shelf.index) if shelf.index else None)
    cut = [(guide, passages(guide)) for guide in _guides(shelf)]
    total = sum(len(made) for _, made in cut)
    questions: list[tuple[str, ...]] = []
    done = embedded = 0
    segments: list[Segment] = []
    keys = set()
    for guide, made in cut:
        texts = [search_text(guide, passage, asked=shelf.questions) for passage in made]
        questions += [text.questions for text in texts]
        key = segment_key(texts, shelf.embedder_sha256)
        segment = store.read(key)
        if segment is None or segment.vectors.shape[1] != embedder.dimension:
            rows, owners = _rows(texts)
            vectors = [np.zeros((0, embedder.dimension), np.float32)]
            for at in range(0, len(rows), BATCH):
                vectors.append(embedder.embed_passages(rows[at : at + BATCH]))
                reached = owners[min(at + BATCH, len(rows)) - 1] + 1
                yield Shelved(done + reached, total, embedded + reached)
            segment = segment_of(np.concatenate(vectors), owners, map(_terms, texts))
            store.keep(key, segment)
            embedded += len(made)
        done += len(made)
        segments.append(segment)
        keys.add(key)
        yield Shelved(done, total, embedded)
    store.forget_others(keys)
    made_of = [passage for _, made in cut for passage in made]
    return Index(made_of, segments, embedder.dimension, questions)


def search_text(guide: Guide, passage: GuidePassage, *, asked: bool = True) -> SearchText:
    """What is searched of ``passage``: its text under the headings that say what it is about, and,
    if they are ``asked`` for, the questions of the guide that it answers."""
    headings = (heading for heading in passage.section if not heading.isdigit())
    text = "\n".join((guide.title, *headings, passage.text))
    questions = (q.text for q in guide.questions if q.section == passage.section)
    return SearchText(text, tuple(questions) if asked else ())


def _rows(texts: list[SearchText]) -> tuple[list[str], list[int]]:
    """The texts to embed, and the passage of each: its text, then each of its questions."""
    rows = [
        (row, number)
        for number, passage in enumerate(texts)
        for row in (passage.text, *passage.questions)
    ]
    return [row for row, _ in rows], [owner for _, owner in rows]


def _terms(passage: SearchText) -> list[str]:
    """The terms that a passage is found under; those of its questions count twice."""
    asked = [name for question in passage.questions for name in term_names(read_terms(question))]
    return term_names(read_terms(passage.text)) + 2 * asked


def _guides(shelf: Shelf) -> list[Guide]:
    return [
        guide
        for file in shelf.packs
        for guide in read_checked(Path(file.path), file.sha256).guides
        if guide.id in file.guides
    ]
