"""The clinician's texts that drafts were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from assistant.vault.database import Database, Row
from assistant.vault.moments import read, written

_COLUMNS = "id, opened_at, changed_at, name, text"


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source as it last stood."""

    id: str
    opened_at: datetime
    changed_at: datetime
    name: str
    text: str


@dataclass
class Sources:
    """The sources in ``database``."""

    database: Database = field(repr=False)

    def keep(self, source: KeptSource) -> None:
        """Save ``source`` in place of what it was."""
        self.database.run(
            f"""INSERT INTO sources ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at,
                name = excluded.name, text = excluded.text
                WHERE text <> excluded.text OR name <> excluded.name""",
            (
                source.id,
                written(source.opened_at),
                written(source.changed_at),
                source.name,
                source.text,
            ),
        )

    def get(self, source_id: str) -> KeptSource | None:
        """The source with this identifier."""
        found = self.database.rows(f"SELECT {_COLUMNS} FROM sources WHERE id = ?", (source_id,))
        return _source(found[0]) if found else None

    def recent(self, limit: int = 100, offset: int = 0) -> list[KeptSource]:
        """The last ones that were touched, the newest first."""
        found = self.database.rows(
            f"SELECT {_COLUMNS} FROM sources ORDER BY changed_at DESC, n DESC LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [_source(row) for row in found]


def _source(row: Row) -> KeptSource:
    id_, opened_at, changed_at, name, text = row
    return KeptSource(id_, read(opened_at), read(changed_at), name, text)
