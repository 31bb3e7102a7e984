"""Write the file that is kept of the present schema, before it is released:

    .venv/bin/python -m tests.vault.keep_schema

A released file is never written again. Its key is beside it: what it holds is fictional.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from assistant.vault.database import Database
from assistant.vault.findings import KeptFinding
from assistant.vault.journal import Act
from assistant.vault.measures import Measure
from assistant.vault.migrations import NEWEST, migrate
from assistant.vault.pseudonyms import PseudonymTable
from assistant.vault.records import Records
from assistant.vault.results import Result
from assistant.vault.secret import Secret
from tests.vault.parts import NOON, SetClock, a_work

SCHEMAS = Path(__file__).parent / "schemas"


def main() -> int:
    path, keys = SCHEMAS / f"v{NEWEST}.db", SCHEMAS / "keys.json"
    if path.exists():
        return 1
    key = Secret.random()
    database = Database(path, key)
    migrate(database)
    records = Records(database, "0" * 32, SetClock())
    with database.transaction():
        fill(records)
    database.compact()
    database.close()
    known = json.loads(keys.read_text("utf-8")) if keys.exists() else {}
    keys.write_text(json.dumps({**known, path.name: key.data.hex()}, indent=1) + "\n", "utf-8")
    return 0


def fill(records: Records) -> None:
    for work in (a_work(drafted=True), replace(a_work("Autre note.", drafted=True))):
        records.works.keep(work, NOON)
        records.works.settle(work, NOON)
        version = work.shown
    assert version is not None
    records.findings.keep([KeptFinding("f1", version.id, "posologie", "grave")], NOON)
    records.results.add(Result("seringue", NOON, {"note": 8}))
    records.pseudonyms.add(PseudonymTable(NOON, [{"kind": "nom"}]))
    records.measures.add(Measure(NOON, "lettre_liaison", "copie", 60, 3, 0.1))
    records.note(Act.CREATED)
    records.note(Act.DRAFTED)


if __name__ == "__main__":
    sys.exit(main())
