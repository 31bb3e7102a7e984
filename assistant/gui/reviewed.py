"""The points of a review as the vault keeps them, and as the journal counts them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.documents import Span
from assistant.gui.points import Decision, Point
from assistant.gui.review import Review
from assistant.vault.findings import KeptFinding

OPEN = "a_decider"
_DECISIONS = {
    Decision.KEPT: "garde",
    Decision.LEFT_OUT: "laisse_de_cote",
    Decision.REPLACED: "remplace",
    Decision.ADDED: "ajoute",
    Decision.REMOVED: "retire",
}


def kept_findings(review: Review) -> list[KeptFinding]:
    """The points of ``review`` with what was decided; ``of_version`` says of which draft."""
    return [_kept(point) for point in review.points]


def of_version(finding: KeptFinding, version_id: str) -> KeptFinding:
    """``finding`` as one of the draft ``version_id``: the same each time it is kept."""
    name = hashlib.sha256(f"{version_id} {finding.id}".encode()).hexdigest()[:32]
    return replace(finding, id=name, version_id=version_id)


def decisions(findings: Sequence[KeptFinding]) -> Mapping[str, Mapping[str, int]]:
    """How many findings of each kind were decided how."""
    counted: dict[str, Counter[str]] = {}
    for finding in findings:
        counted.setdefault(finding.kind, Counter())[finding.decision or OPEN] += 1
    return counted


def _kept(point: Point) -> KeptFinding:
    found = point.finding
    spans = {"draft": found.draft_span, "source": found.source_span}
    return KeptFinding(
        " ".join(str(part) for part in point.identity),
        "",
        found.kind.value,
        found.severity.value,
        {name: _pair(span) for name, span in spans.items() if span is not None},
        {
            "title": found.title,
            "message": found.message,
            "subject": found.subject,
            "source_value": found.source_value,
            "draft_value": found.draft_value,
        },
        None if point.decision is None else _DECISIONS[point.decision],
    )


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end
