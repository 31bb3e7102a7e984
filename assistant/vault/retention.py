"""How long each kind of record is kept, and what deleting means: gone from the file, its index, its
log and its copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from assistant.vault.database import Database
from assistant.vault.moments import written

FOR_EVER = 0
_TABLES = ("works", "versions", "sources", "pseudonyms", "results")


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that each kind is kept after it was last touched; FOR_EVER keeps it.

    Findings go with their draft, a draft with its source. The journal and the measures of the
    benefit report hold no content and stay.
    """

    sources: int = 30
    drafts: int = 30
    pseudonyms: int = 30
    results: int = FOR_EVER

    def shortened(self, policy: Mapping[str, int]) -> Retention:
        """The same, where what ``policy`` says is shorter. A policy never lengthens."""
        shorter = {
            field.name: min(_for_ever_last(policy[field.name]), _for_ever_last(now))
            for field in fields(self)
            if field.name in policy and policy[field.name] >= 0
            for now in [getattr(self, field.name)]
        }
        return replace(self, **{name: 0 if d >= _AGES else d for name, d in shorter.items()})


_AGES = 10**6


def _for_ever_last(days: int) -> int:
    return days if days > FOR_EVER else _AGES


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many records went, by kind."""

    counts: Mapping[str, int]

    @property
    def any(self) -> bool:
        """Whether anything went."""
        return any(self.counts.values())


def purge(database: Database, retention: Retention, now: datetime) -> Deleted:
    """Delete what is older than it may be. Raises AparteError; nothing was then deleted."""
    days = {
        "works": ("changed_at < ?", retention.sources),
        "versions": ("made_at < ?", retention.drafts),
        # A source goes with its drafts: it is as young as the youngest.
        "sources": (
            """changed_at < ? AND NOT EXISTS (SELECT 1 FROM versions v
               WHERE v.source_id = sources.id AND v.made_at >= ?)""",
            retention.sources,
        ),
        "pseudonyms": ("made_at < ?", retention.pseudonyms),
        "results": ("at < ?", retention.results),
    }
    with _deleting(database) as counts:
        for table, (condition, kept) in days.items():
            if kept != FOR_EVER:
                limits = [written(now - timedelta(days=kept))] * condition.count("?")
                counts[table] = database.run(f"DELETE FROM {table} WHERE {condition}", limits)
    return Deleted(counts)


def delete_sources(database: Database, source_ids: Sequence[str]) -> Deleted:
    """Delete these sources with all that was made of them. Raises AparteError."""
    with _deleting(database) as counts:
        for source_id in source_ids:
            for table, column in (("works", "id"), ("versions", "source_id"), ("sources", "id")):
                gone = database.run(f"DELETE FROM {table} WHERE {column} = ?", (source_id,))
                counts[table] = counts.get(table, 0) + gone
    return Deleted(counts)


def delete_everything(database: Database) -> Deleted:
    """Delete every record; the journal and the measures, which hold no content, stay. Raises
    AparteError."""
    with _deleting(database) as counts:
        for table in _TABLES:
            counts[table] = database.run(f"DELETE FROM {table}")
    return Deleted(counts)


@contextmanager
def _deleting(database: Database) -> Iterator[dict[str, int]]:
    """One transaction, then, if it deleted anything, the file gives its pages back."""
    counts: dict[str, int] = {}
    with database.transaction():
        yield counts
    if any(counts.values()):
        database.compact()
