"""What the assistant brings, measured document by document without any content: « Estimer »."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from assistant.vault.database import Database
from assistant.vault.moments import read, written
from assistant.vault.versions import new_id

_HEADINGS = (
    "semaine du", "documents", "duree mediane (s)", "dont redaction (s)", "part reecrite",
    "constats", "constats par sorte",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One document that was copied or saved: its form and mode (identifiers of ours), the seconds
    from the source to there and those the model took, the share rewritten (0 to 1), and how many
    findings of each kind it had."""

    at: datetime
    form: str
    mode: str
    seconds: float
    drafting_seconds: float
    rewritten: float
    findings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Week:
    """What a week's documents have in common; durations are medians in seconds."""

    monday: date
    documents: int
    seconds: float
    drafting_seconds: float
    rewritten: float
    findings: Mapping[str, int]


@dataclass
class Measures:
    """The measures in ``database``."""

    database: Database = field(repr=False)

    def add(self, measure: Measure) -> None:
        """Keep one more measure."""
        self.database.run(
            """INSERT INTO measures
               (id, at, form, mode, seconds, drafting_seconds, rewritten, findings)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                new_id(),
                written(measure.at),
                measure.form,
                measure.mode,
                measure.seconds,
                measure.drafting_seconds,
                measure.rewritten,
                json.dumps(dict(measure.findings)),
            ),
        )

    def all(self) -> list[Measure]:
        """Every measure, the first one first."""
        found = self.database.rows(
            """SELECT at, form, mode, seconds, drafting_seconds, rewritten, findings
               FROM measures ORDER BY at, n"""
        )
        return [
            Measure(read(at), form, mode, seconds, drafting, rewritten, json.loads(counts))
            for at, form, mode, seconds, drafting, rewritten, counts in found
        ]


def by_week(measures: Sequence[Measure]) -> list[Week]:
    """The weeks that have documents, in order; a week is the one of the user's own calendar."""
    weeks: dict[date, list[Measure]] = {}
    for measure in measures:
        day = measure.at.astimezone().date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(measure)
    return [_week(monday, weeks[monday]) for monday in sorted(weeks)]


def as_csv(weeks: Sequence[Week]) -> str:
    """The weeks for a spreadsheet set in French: semicolons and decimal commas."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    lines.writerow(_HEADINGS)
    for week in weeks:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(week.findings.items()))
        lines.writerow(
            (
                week.monday.isoformat(),
                week.documents,
                f"{week.seconds:.0f}",
                f"{week.drafting_seconds:.0f}",
                f"{week.rewritten:.2f}".replace(".", ","),
                sum(week.findings.values()),
                kinds,
            )
        )
    return out.getvalue()


def _week(monday: date, measures: Sequence[Measure]) -> Week:
    findings: Counter[str] = Counter()
    for measure in measures:
        findings.update(measure.findings)
    return Week(
        monday,
        len(measures),
        median(measure.seconds for measure in measures),
        median(measure.drafting_seconds for measure in measures),
        median(measure.rewritten for measure in measures),
        dict(findings),
    )
