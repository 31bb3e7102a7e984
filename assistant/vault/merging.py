"""One vault's records into another, without loss, as often as one likes.

Rows are told apart by identifiers drawn at random, so the same row is never there twice. A row that
both sides changed keeps the newest; an older text of a source stays as a source of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AparteError
from assistant.vault.database import Database, Row
from assistant.vault.secret import Secret

_COLUMNS = {
    "sources": ("id", "opened_at", "changed_at", "name", "text"),
    "versions": (
        "id", "source_id", "number", "made_at", "origin", "form", "mode", "model", "source_text",
        "text", "draft", "coverage", "seconds",
    ),
    "findings": (
        "id", "version_id", "kind", "gravity", "spans", "detail", "decision", "changed_at",
    ),
    "works": ("id", "changed_at", "owner_pid", "owner_started", "state"),
    "results": ("id", "at", "exercise", "result"),
    "pseudonyms": ("id", "made_at", "entries"),
    "measures": (
        "id", "at", "form", "mode", "seconds", "drafting_seconds", "rewritten", "findings",
    ),
    "journal": ("chain", "link", "at", "act", "facts", "previous", "digest"),
}  # fmt: skip
_NEWEST_WINS = {"sources", "findings", "works"}
_TEXTS = ("sources", "versions", "works")

RowsOf = Callable[[str, tuple[str, ...]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows were new here, and how many of them hold a text."""

    rows: int
    texts: int


def merge(into: Database, rows_of: RowsOf) -> Merged:
    """Add to ``into`` what ``rows_of`` (a table, its columns) gives, in one transaction.

    Raises AparteError; nothing was then changed.
    """
    rows = texts = 0
    with into.transaction():
        for table, columns in _COLUMNS.items():
            for row in rows_of(table, columns):
                added = _add(into, table, columns, row)
                rows += added
                texts += added if table in _TEXTS else 0
    return Merged(rows, texts)


def rows_of(database: Database) -> RowsOf:
    """All that ``database`` holds."""

    def rows(table: str, columns: tuple[str, ...]) -> list[Row]:
        return database.rows(f"SELECT {', '.join(columns)} FROM {table} ORDER BY n")

    return rows


def readable_rows_of(path: Path, key: Secret) -> RowsOf:
    """What can still be read of a damaged file: number by number, each page that fails skipped."""

    def rows(table: str, columns: tuple[str, ...]) -> Iterator[Row]:
        reader = _Reader(path, key)
        try:
            for number in range(1, reader.last(table) + 1):
                row = reader.row(table, columns, number)
                if row is not None:
                    yield row
        finally:
            reader.close()

    return rows


class _Reader:
    """Reads a damaged file; after a page that fails, SQLCipher refuses all others until it is
    opened again."""

    def __init__(self, path: Path, key: Secret) -> None:
        self._path = path
        self._key = key
        self._database: Database | None = None

    def last(self, table: str) -> int:
        """The last row's number, or 0 where it can't be known."""
        found = self._try(f"SELECT max(n) FROM {table}")
        return int(found[0][0] or 0) if found else 0

    def row(self, table: str, columns: tuple[str, ...], number: int) -> Row | None:
        """One row, whole, or None."""
        found = self._try(f"SELECT {', '.join(columns)} FROM {table} WHERE n = {number}")
        return found[0] if found else None

    def _try(self, sql: str) -> list[Row]:
        try:
            if self._database is None:
                self._database = Database(self._path, self._key)
            return self._database.rows(sql)
        except AparteError:
            self.close()
            return []

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _add(into: Database, table: str, columns: tuple[str, ...], row: Row) -> int:
    values = dict(zip(columns, row, strict=True))
    if not _has_its_owner(into, table, values):
        return 0
    if _insert(into, table, values):
        return 1
    if table not in _NEWEST_WINS:
        return 0
    names = ", ".join(columns)
    (known,) = into.rows(f"SELECT {names} FROM {table} WHERE id = ?", (values["id"],))
    older = dict(zip(columns, known, strict=True))
    newer = values
    if older["changed_at"] >= newer["changed_at"]:
        older, newer = newer, older
    kept = _keep_older(into, older, newer) if table == "sources" else 0
    if newer is values:
        changes = ", ".join(f"{name} = ?" for name in columns)
        into.run(f"UPDATE {table} SET {changes} WHERE id = ?", (*row, values["id"]))
        return 1
    return kept


def _insert(into: Database, table: str, values: Mapping[str, Any]) -> int:
    names, holes = ", ".join(values), ", ".join("?" * len(values))
    return into.run(
        f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({holes})", tuple(values.values())
    )


def _has_its_owner(into: Database, table: str, values: Mapping[str, Any]) -> bool:
    """Whether the source of a version, or the version of a finding, is there. A source that was
    lost is made again from the text its version was drafted from."""
    if table == "findings":
        owner = values["version_id"]
        return into.value("SELECT 1 FROM versions WHERE id = ?", (owner,)) is not None
    if table == "versions":
        at = values["made_at"]
        lost = (values["source_id"], at, at, "", values["source_text"])
        _insert(into, "sources", dict(zip(_COLUMNS["sources"], lost, strict=True)))
    return True


def _keep_older(into: Database, older: Mapping[str, Any], newer: Mapping[str, Any]) -> int:
    """Keep the older text of a source that both sides changed, under an identifier that will be
    the same next time."""
    if older["text"] == newer["text"]:
        return 0
    name = hashlib.sha256(f"{older['id']} {older['text']}".encode()).hexdigest()
    return _insert(into, "sources", {**older, "id": name[:32]})
