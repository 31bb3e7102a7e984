"""A point to check: what the check found, what was decided about it, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtGui import QTextCursor

from assistant.findings import Finding, Kind, Severity
from assistant.gui.checking_flow import Texts
from assistant.gui.corrections import Correction
from assistant.gui.marks import Look, Sign


class Decision(Enum):
    """What the clinician decided."""

    KEPT = auto()
    LEFT_OUT = auto()
    REPLACED = auto()
    ADDED = auto()
    REMOVED = auto()


# What makes two findings the same one, wherever they stand.
Identity = tuple[Kind, str, str, str, str]


@dataclass(slots=True, eq=False)
class Point:
    """A finding on screen. ``draft`` and ``source`` select its passages and follow the edits; a
    decided point is ``filed`` once another one is chosen, not before: deciding moves nothing."""

    finding: Finding
    identity: Identity
    draft: QTextCursor | None
    source: QTextCursor | None
    decision: Decision | None = None
    correction: Correction | None = None
    filed: bool = False

    @property
    def grave(self) -> bool:
        return self.finding.severity is Severity.GRAVE

    @property
    def look(self) -> Look:
        if self.decision is not None:
            return Look.DECIDED
        return Look.GRAVE if self.grave else Look.MINOR

    @property
    def main_cursor(self) -> QTextCursor | None:
        """Where it stands best."""
        return self.draft or self.source

    def signs(self, *, chosen: bool, name: str) -> tuple[Sign | None, Sign | None]:
        """How it shows in the draft and in the source."""
        made = [
            Sign(cursor, self.look, chosen, name, self)
            if cursor is not None and cursor.hasSelection()
            else None
            for cursor in (self.draft, self.source)
        ]
        return made[0], made[1]


def identity(finding: Finding, texts: Texts) -> Identity:
    """The finding without its place: its kind and title, what it is of, and both its passages."""
    draft = finding.draft_span.cut(texts.draft) if finding.draft_span else ""
    source = finding.source_span.cut(texts.source) if finding.source_span else ""
    return finding.kind, finding.title, finding.subject, draft, source


def followed(known: Sequence[Point], found: Sequence[Point]) -> list[tuple[Point, Point | None]]:
    """Each of ``found`` with the known point that it is, if it is one: the only one like it, or
    the one at the same place."""
    old, new = defaultdict[Identity, list[Point]](list), defaultdict[Identity, list[Point]](list)
    for point in known:
        old[point.identity].append(point)
    for point in found:
        new[point.identity].append(point)
    pairs: list[tuple[Point, Point | None]] = []
    for point in found:
        alike = old[point.identity]
        if len(alike) == 1 and len(new[point.identity]) == 1:
            pairs.append((point, alike[0]))
        else:
            pairs.append((point, next((p for p in alike if _place(p) == _place(point)), None)))
    return pairs


def _place(point: Point) -> int | None:
    cursor = point.main_cursor
    return None if cursor is None else cursor.selectionStart()
