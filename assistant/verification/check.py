"""The whole check of a draft against its source."""

from __future__ import annotations

from assistant.documents import Span
from assistant.findings import Finding, Kind, Origin, Severity
from assistant.verification.comparison import Comparison
from assistant.verification.meaning import Meaning
from assistant.verification.omissions import Omissions
from assistant.verification.reader import Reader
from assistant.verification.reading import Reading
from assistant.verification.support import Nearness, Support

_RANK = {Severity.GRAVE: 0, Severity.MINOR: 1}


class Check:
    """Checks drafts; keeps the reading of the last source, which changes less than drafts do."""

    def __init__(self, nearness: Nearness | None = None) -> None:
        self._reader = Reader()
        self._nearness = nearness
        self._source: Reading | None = None

    def check(self, source: str, draft: str) -> tuple[list[Finding], list[Origin]]:
        """The findings, grave ones first, then in the order of the draft and of the source; and
        where each sentence of the draft comes from."""
        if self._source is None or self._source.text != source:
            self._source = self._reader.read(source)
        theirs, mine = self._source, self._reader.read(draft)
        support = Support(theirs, mine, self._nearness)
        found = [
            *Comparison(theirs, mine).findings(),
            *Meaning(theirs, mine).findings(),
            *support.findings(),
            *Omissions(theirs, mine).findings(),
        ]
        return sorted(_without_echoes(found), key=_order), support.origins


def _order(finding: Finding) -> tuple[int, int, int, int]:
    draft, source = finding.draft_span, finding.source_span
    return (
        _RANK[finding.severity],
        finding.kind is Kind.OMISSION,
        draft.start if draft else 0,
        source.start if source else 0,
    )


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """One finding for one place: what lies in a sentence without support is told with it; what is
    left out is told once."""
    sentences = [f.draft_span for f in found if f.kind is Kind.STATEMENT and f.draft_span]
    kept: list[Finding] = []
    places: set[tuple[Kind, Span | None, Span | None]] = set()
    for finding in found:
        span = finding.draft_span
        key = (finding.kind, span, finding.source_span if span is None else None)
        inside = (
            finding.kind is not Kind.STATEMENT
            and span is not None
            and any(s.start <= span.start and span.end <= s.end for s in sentences)
        )
        if key in places or (inside and finding.severity is Severity.MINOR):
            continue
        if finding.kind is Kind.OMISSION and any(
            f.kind is Kind.OMISSION
            and f.source_span
            and finding.source_span
            and f.source_span.start < finding.source_span.end
            and finding.source_span.start < f.source_span.end
            for f in kept
        ):
            continue
        places.add(key)
        kept.append(finding)
    return kept
