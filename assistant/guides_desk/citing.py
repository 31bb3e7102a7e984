"""What the worker says, in the nouns of the guides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.documents import Span
from assistant.errors import AparteError, ErrorCode
from assistant.guides import Citation, GuidePassage
from assistant.protocol import Failed, Hit
from assistant.retrieval.library import Library

# What a search that ends badly is told as; the rest is about the packs and the embedder.
ENDINGS = (ErrorCode.WORKER_DIED, ErrorCode.WORKER_HUNG, ErrorCode.WORKER_FAULT)


def citations(library: Library, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """What was found, numbered in its order."""
    return tuple(citation(library, number, hit) for number, hit in enumerate(hits, 1))


def citation(library: Library, number: int, hit: Hit, quoted: tuple[Span, ...] = ()) -> Citation:
    """A passage that was found, under ``number``."""
    guide = library.find(hit.guide).guide
    passage = GuidePassage(
        guide=hit.guide,
        version=hit.version,
        section=tuple(hit.section),
        page=hit.page,
        span=Span(hit.start, hit.end),
        text=hit.text,
    )
    overdue = guide.overdue(date.today())
    return Citation(number, passage, guide.title, quoted or (passage.span,), overdue)


def heading_of(hit: Hit) -> str:
    """The heading that a quote is shown under: none for a recommendation, whose section ends with
    its number, and which says by itself what it says."""
    return "" if not hit.section or hit.section[-1].isdigit() else hit.section[-1]


def told(failed: Failed) -> AparteError:
    """What ends a search, in words about guides rather than drafts."""
    code = ErrorCode.from_name(failed.code)
    if code in ENDINGS:
        return AparteError(ErrorCode.SEARCH_STOPPED)
    return AparteError(code, **failed.facts)
