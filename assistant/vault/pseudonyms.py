"""Tables that say which surrogate stands for which identifier: the one way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.vault.database import Database
from assistant.vault.moments import read, written
from assistant.vault.versions import new_id


@dataclass(frozen=True, slots=True)
class PseudonymTable:
    """The surrogates of one text. ``entries`` are whatever their maker needs to undo them."""

    made_at: datetime
    entries: Sequence[Mapping[str, Any]]
    id: str = field(default_factory=new_id)


@dataclass
class PseudonymTables:
    """The tables in ``database``."""

    database: Database = field(repr=False)

    def add(self, table: PseudonymTable) -> None:
        """Keep ``table``."""
        self.database.run(
            "INSERT INTO pseudonyms (id, made_at, entries) VALUES (?, ?, ?)",
            (table.id, written(table.made_at), json.dumps(list(table.entries), ensure_ascii=False)),
        )

    def get(self, table_id: str) -> PseudonymTable | None:
        """The table with this identifier."""
        found = self.database.rows(
            "SELECT made_at, entries FROM pseudonyms WHERE id = ?", (table_id,)
        )
        return (
            PseudonymTable(read(found[0][0]), json.loads(found[0][1]), table_id) if found else None
        )

    def recent(self, limit: int = 100) -> list[PseudonymTable]:
        """The last tables, the newest first."""
        found = self.database.rows(
            "SELECT made_at, entries, id FROM pseudonyms ORDER BY made_at DESC, n DESC LIMIT ?",
            (limit,),
        )
        return [PseudonymTable(read(at), json.loads(entries), id_) for at, entries, id_ in found]
