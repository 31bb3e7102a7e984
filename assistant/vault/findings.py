"""What was found in a draft, and what the clinician decided of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.vault.database import Database
from assistant.vault.moments import written


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding of the draft ``version_id``. ``kind`` and ``gravity`` are identifiers of ours;
    ``spans`` holds pairs of offsets by what they point into, ``detail`` whatever else there is, and
    ``decision`` an identifier of ours, or None while nothing is decided."""

    id: str
    version_id: str
    kind: str
    gravity: str
    spans: Mapping[str, Sequence[int]] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
    decision: str | None = None


@dataclass
class Findings:
    """The findings in ``database``."""

    database: Database = field(repr=False)

    def keep(self, findings: Sequence[KeptFinding], now: datetime) -> None:
        """Save ``findings``; one that is known already keeps its decision unless it brings one."""
        for finding in findings:
            self.database.run(
                """INSERT INTO findings
                   (id, version_id, kind, gravity, spans, detail, decision, changed_at)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET spans = excluded.spans,
                   detail = excluded.detail, changed_at = excluded.changed_at,
                   decision = coalesce(excluded.decision, decision)""",
                (
                    finding.id,
                    finding.version_id,
                    finding.kind,
                    finding.gravity,
                    json.dumps(dict(finding.spans)),
                    json.dumps(dict(finding.detail), ensure_ascii=False),
                    finding.decision,
                    written(now),
                ),
            )

    def decide(self, finding_id: str, decision: str | None, now: datetime) -> None:
        """Save what was decided; None takes a decision back."""
        self.database.run(
            "UPDATE findings SET decision = ?, changed_at = ? WHERE id = ?",
            (decision, written(now), finding_id),
        )

    def of_version(self, version_id: str) -> list[KeptFinding]:
        """The findings of one draft, in the order they came."""
        found = self.database.rows(
            """SELECT id, version_id, kind, gravity, spans, detail, decision FROM findings
               WHERE version_id = ? ORDER BY n""",
            (version_id,),
        )
        return [
            KeptFinding(
                id_,
                version,
                kind,
                gravity,
                json.loads(spans),
                json.loads(detail),
                decision,
            )
            for id_, version, kind, gravity, spans, detail, decision in found
        ]
