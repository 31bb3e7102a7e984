"""Drafts as they were: each one that was made, and each state that corrections brought it to."""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from assistant.documents import Coverage, Draft
from assistant.vault.database import Database, Row
from assistant.vault.drafts_as_text import (
    coverage_as_text,
    coverage_from_text,
    draft_as_text,
    draft_from_text,
)
from assistant.vault.moments import read, written

_COLUMNS = (
    "id, source_id, number, made_at, origin, form, mode, model, source_text, text, draft, "
    "coverage, seconds"
)
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LONG_WORDS = 2000


class Origin(StrEnum):
    """Where a version comes from."""

    MODEL = "model"
    PASTED = "pasted"
    CORRECTION = "correction"
    RESTORED = "restored"


def new_id() -> str:
    """The identifier of a record: 128 random bits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Version:
    """A draft of the source ``source_id``, made from ``source_text``.

    ``text`` is the draft as corrected (empty: as it was made); ``draft`` has its spans. ``model``
    is the fingerprint of what made it, in ``seconds``. The vault gives it its ``number``.
    """

    id: str
    source_id: str
    made_at: datetime
    draft: Draft
    text: str
    source_text: str
    model: str = ""
    origin: Origin = Origin.MODEL
    coverage: Coverage | None = None
    seconds: float = 0.0
    number: int = 0

    @property
    def words(self) -> str:
        """Its text, corrected or not."""
        return self.text or self.draft.text


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that two versions share (both sides equal) or not."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether nothing changed here."""
        return self.before == self.after


@dataclass
class Versions:
    """The versions in ``database``."""

    database: Database = field(repr=False)

    def add(self, version: Version) -> Version:
        """Keep ``version`` unless its source has one with this very text; the one that is kept,
        with its number. Another text of a version that is known is a correction of it."""
        for known in self.of_source(version.source_id):
            if known.text == version.words:
                return known
        if self.get(version.id) is not None:
            version = replace(version, id=new_id(), origin=Origin.CORRECTION)
        return self._append(replace(version, text=version.words))

    def of_source(self, source_id: str) -> list[Version]:
        """Every version of a source, the first one first."""
        found = self.database.rows(
            f"SELECT {_COLUMNS} FROM versions WHERE source_id = ? ORDER BY number, made_at",
            (source_id,),
        )
        return [_version(row) for row in found]

    def get(self, version_id: str) -> Version | None:
        """The version with this identifier."""
        found = self.database.rows(f"SELECT {_COLUMNS} FROM versions WHERE id = ?", (version_id,))
        return _version(found[0]) if found else None

    def restored(self, version: Version, now: datetime) -> Version:
        """``version`` again, as the newest of its source; what came between is kept."""
        again = replace(version, id=new_id(), made_at=now, origin=Origin.RESTORED)
        last = self.of_source(version.source_id)[-1]
        return last if last.text == version.text else self._append(again)

    def _append(self, version: Version) -> Version:
        last = self.database.value(
            "SELECT max(number) FROM versions WHERE source_id = ?", (version.source_id,)
        )
        numbered = replace(version, number=(last or 0) + 1)
        self.database.run(
            f"INSERT INTO versions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _values(numbered),
        )
        return numbered


def compared(before: str, after: str) -> list[Change]:
    """Both texts, cut where they differ, word by word."""
    return list(_changes(_WORDS.findall(before), _WORDS.findall(after)))


def rewritten_share(before: str, after: str) -> float:
    """The share of the words of a draft that were replaced, removed or added: 0 where nothing
    changed, 1 where nothing is left. Blanks don't count."""
    old, new = before.split(), after.split()
    longest = max(len(old), len(new))
    if not longest:
        return 0.0
    old, new, around = _apart(old, new)
    same = sum(block.size for block in _matcher(old, new).get_matching_blocks())
    return round(1 - (around + same) / longest, 4)


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    for _, start, end, new_start, new_end in _matcher(old, new).get_opcodes():
        yield Change("".join(old[start:end]), "".join(new[new_start:new_end]))


def _matcher(old: list[str], new: list[str]) -> difflib.SequenceMatcher[str]:
    # Its shortcut for words that come back often: exact on short texts, quick on long ones.
    return difflib.SequenceMatcher(None, old, new, max(len(old), len(new)) > _LONG_WORDS)


def _apart(old: list[str], new: list[str]) -> tuple[list[str], list[str], int]:
    """Both without what they begin and end with alike, and how many words that was."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end], start + end


def _values(version: Version) -> Row:
    return (
        version.id,
        version.source_id,
        version.number,
        written(version.made_at),
        version.origin.value,
        version.draft.document_type,
        version.draft.mode.value,
        version.model,
        version.source_text,
        version.text,
        draft_as_text(version.draft),
        coverage_as_text(version.coverage),
        version.seconds,
    )


def _version(row: Row) -> Version:
    id_, source_id, number, made_at, origin, _form, _mode, model, source, text, draft, cover, s = (
        row
    )
    return Version(
        id_,
        source_id,
        read(made_at),
        draft_from_text(draft),
        text,
        source,
        model,
        Origin(origin),
        coverage_from_text(cover),
        s,
        number,
    )
