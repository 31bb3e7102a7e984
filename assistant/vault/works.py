"""What is on screen in each window, saved every moment, and what of it can be taken up again."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psutil

from assistant.documents import Mode
from assistant.vault.database import Database
from assistant.vault.drafts_as_text import (
    coverage_as_text,
    coverage_from_text,
    draft_as_text,
    draft_from_text,
)
from assistant.vault.moments import read, written
from assistant.vault.sources import KeptSource, Sources
from assistant.vault.versions import Origin, Version, Versions


@dataclass(frozen=True, slots=True)
class Work:
    """One window's work as references to what it shows, so that handing it over costs nothing.

    ``id`` is the identifier of the source, ``shown`` the draft on screen; ``finished`` once the
    draft was copied or saved as it stands: there is then nothing to take up again.
    """

    id: str
    opened_at: datetime
    source_text: str
    source_name: str = ""
    form: str = ""
    mode: Mode = Mode.STRICT_COPY
    shown: Version | None = None
    finished: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.source_text.strip() and (self.shown is None or not self.shown.words)


@dataclass(frozen=True, slots=True)
class UnfinishedWork:
    """A work whose window is gone, and when it was last touched."""

    work: Work
    changed_at: datetime


@dataclass
class Works:
    """The works in ``database``. A window that still lives keeps its own to itself."""

    database: Database = field(repr=False)
    sources: Sources = field(repr=False)
    versions: Versions = field(repr=False)

    def keep(self, work: Work, now: datetime) -> None:
        """Save ``work`` in place of what it was a moment ago."""
        pid, started = _this_process()
        self.database.run(
            """INSERT INTO works (id, changed_at, owner_pid, owner_started, state)
               VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at,
               owner_pid = excluded.owner_pid, owner_started = excluded.owner_started,
               state = excluded.state""",
            (work.id, written(now), pid, started, _work_as_text(work)),
        )

    def settle(self, work: Work, now: datetime) -> None:
        """Put ``work`` among the records: its source, and its draft as it stands now."""
        if work.empty:
            return
        self.sources.keep(
            KeptSource(work.id, work.opened_at, now, work.source_name, work.source_text)
        )
        if work.shown is not None and work.shown.words:
            self.versions.add(work.shown)

    def unfinished(self) -> list[UnfinishedWork]:
        """What windows that are gone left on screen, the last touched first. All of it is put
        among the records; what was finished, or empty, is only there."""
        found = []
        for changed_at, state, id_ in self._abandoned():
            work = _work_from_text(state)
            self.settle(work, read(changed_at))
            if work.finished or work.empty:
                self.forget(id_)
            else:
                found.append(UnfinishedWork(work, read(changed_at)))
        return found

    def forget(self, work_id: str) -> None:
        """Offer this work no more; its records stay."""
        self.database.run("DELETE FROM works WHERE id = ?", (work_id,))

    def _abandoned(self) -> list[tuple[str, str, str]]:
        rows = self.database.rows(
            """SELECT changed_at, state, id, owner_pid, owner_started FROM works
               ORDER BY changed_at DESC"""
        )
        return [(row[0], row[1], row[2]) for row in rows if not _lives(row[3], row[4])]


def _this_process() -> tuple[int, float]:
    return os.getpid(), psutil.Process().create_time()


def _lives(pid: int, started: float) -> bool:
    """Whether that very process still runs: a number alone is soon another's."""
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1
    except psutil.Error:
        return False


def _work_as_text(work: Work) -> str:
    shown = work.shown
    words: dict[str, Any] = {
        "id": work.id,
        "opened_at": written(work.opened_at),
        "source_text": work.source_text,
        "source_name": work.source_name,
        "form": work.form,
        "mode": work.mode.value,
        "finished": work.finished,
    }
    if shown is not None:
        words["shown"] = {
            "id": shown.id,
            "made_at": written(shown.made_at),
            "draft": draft_as_text(shown.draft),
            "text": shown.text,
            "source_text": None if shown.source_text == work.source_text else shown.source_text,
            "model": shown.model,
            "origin": shown.origin.value,
            "coverage": coverage_as_text(shown.coverage),
            "seconds": shown.seconds,
        }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


def _work_from_text(text: str) -> Work:
    words = json.loads(text)
    kept, shown = words.get("shown"), None
    if kept is not None:
        source_text = kept["source_text"]
        shown = Version(
            kept["id"],
            words["id"],
            read(kept["made_at"]),
            draft_from_text(kept["draft"]),
            kept["text"],
            words["source_text"] if source_text is None else source_text,
            kept["model"],
            Origin(kept["origin"]),
            coverage_from_text(kept["coverage"]),
            kept["seconds"],
        )
    return Work(
        words["id"],
        read(words["opened_at"]),
        words["source_text"],
        words["source_name"],
        words["form"],
        Mode(words["mode"]),
        shown,
        words["finished"],
    )
