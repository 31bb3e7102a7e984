"""What the nlp worker answers about guides: shelve, search, quote, support. One shelf is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AparteError, ErrorCode
from assistant.protocol import (
    Done,
    Event,
    Found,
    GuideRequest,
    Hit,
    Indexed,
    Indexing,
    Quote,
    Quoted,
    Request,
    Search,
    Shelf,
    Shelve,
    Support,
    Supported,
)

if TYPE_CHECKING:  # they take seconds to import: with the first request
    from assistant.retrieval.embedder import Embedder
    from assistant.retrieval.search import Candidate, Findings, Searcher

_FOUND_FOR_A_QUOTE = 10


@dataclass(slots=True)
class _Desk:
    """A shelf with all that searches it."""

    shelf: Shelf
    embedder: Embedder
    searcher: Searcher


class Service:
    """Answers requests one at a time; ``stopped`` tells whether to leave the one under way."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped
        self._desk: _Desk | None = None

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``; raises AparteError with the code to report."""
        if not isinstance(request, GuideRequest):
            raise AparteError(ErrorCode.WORKER_FAULT)
        began = time.monotonic()
        if self._desk is None or self._desk.shelf != request.shelf:
            yield from self._shelve(request.id, request.shelf)
        assert self._desk is not None
        match request:
            case Shelve():
                pass
            case Search():
                yield _found(request.id, _search(self._desk, request))
            case Quote():
                yield from _quote(self._desk, request)
            case Support():
                yield _supported(self._desk, request)
        yield Done(request.id, 0, round(time.monotonic() - began, 4))

    def _shelve(self, request_id: int, shelf: Shelf) -> Iterator[Event]:
        from assistant.retrieval.calibration import load_calibration
        from assistant.retrieval.embedder import Embedder
        from assistant.retrieval.search import Searcher
        from assistant.retrieval.shelving import index_of

        kept = self._desk
        self._desk = None
        if kept is not None and kept.shelf.embedder_sha256 == shelf.embedder_sha256:
            embedder = kept.embedder
        else:
            del kept  # two embedders at once would take twice the memory
            embedder = Embedder(Path(shelf.embedder))
        began = time.monotonic()
        total = embedded = 0
        making = index_of(shelf, embedder)
        while True:
            if self._stopped():
                raise AparteError(ErrorCode.CANCELLED)
            try:
                step = next(making)
            except StopIteration as end:
                index = end.value
                break
            total, embedded = step.total, step.embedded
            yield Indexing(request_id, step.done, step.total)
        self._desk = _Desk(shelf, embedder, Searcher(index, embedder, load_calibration()))
        yield Indexed(request_id, total, embedded, round(time.monotonic() - began, 3))


def _search(desk: _Desk, request: Search) -> Findings:
    from assistant.retrieval.search import Ranking

    return desk.searcher.search(
        request.question, request.limit, Ranking(request.ranking), request.guides
    )


def _quote(desk: _Desk, request: Quote) -> Iterator[Event]:
    from assistant.retrieval.extracts import quotes

    findings = desk.searcher.search(request.question, _FOUND_FOR_A_QUOTE, guides=request.guides)
    yield _found(request.id, findings)
    if findings.answers:
        chosen = quotes(findings, desk.embedder)
        yield Quoted(
            request.id,
            [quote.found for quote in chosen],
            [quote.span.start for quote in chosen],
            [quote.span.end for quote in chosen],
        )


def _supported(desk: _Desk, request: Support) -> Supported:
    from assistant.retrieval.support import overlap, similarities

    pairs = zip(request.sentences, request.passages, strict=True)
    return Supported(
        request.id,
        similarities(desk.embedder, request.sentences, request.passages),
        [overlap(sentence, passage) for sentence, passage in pairs],
    )


def _found(request_id: int, findings: Findings) -> Found:
    return Found(
        request_id,
        [_hit(candidate) for candidate in findings.candidates],
        findings.confidence,
        findings.answers,
        list(findings.questions),
        findings.elsewhere,
    )


def _hit(candidate: Candidate) -> Hit:
    passage = candidate.passage
    return Hit(
        guide=passage.guide,
        version=passage.version,
        section=list(passage.section),
        page=passage.page,
        start=passage.span.start,
        end=passage.span.end,
        text=passage.text,
        score=candidate.score,
        cosine=candidate.cosine,
        coverage=candidate.coverage,
    )
