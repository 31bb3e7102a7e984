"""The benefit report: weeks, medians, no content."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from assistant.vault.measures import Measure, as_csv, by_week
from assistant.vault.records import Records
from tests.vault.parts import NOON


def test_weeks_hold_medians_and_sums(records: Records) -> None:
    for seconds, rewritten in ((60.0, 0.1), (600.0, 0.5), (120.0, 0.2)):
        records.measures.add(
            Measure(NOON, "lettre_liaison", "copie", seconds, 3.0, rewritten, {"posologie": 1})
        )
    records.measures.add(Measure(NOON + timedelta(days=7), "resume", "copie", 30.0, 2.0, 0.0))
    first, second = by_week(records.measures.all())
    assert (first.documents, first.seconds, first.rewritten) == (3, 120.0, 0.2)
    assert first.findings == {"posologie": 3}
    assert first.monday == date(2026, 11, 16)
    assert (second.monday, second.documents) == (date(2026, 11, 23), 1)


def test_the_csv_reads_as_french_spreadsheets_do(records: Records) -> None:
    records.measures.add(Measure(NOON, "resume", "copie", 61.4, 3.0, 0.125, {"date": 2}))
    rows = list(csv.reader(io.StringIO(as_csv(by_week(records.measures.all()))), delimiter=";"))
    assert rows[1] == ["2026-11-16", "1", "61", "3", "0,12", "2", "date 2"]
    assert as_csv([]).count("\n") == 1
