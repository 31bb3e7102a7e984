"""The open vault, on its thread: its records, its copies, and what is done to it by the hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assistant.errors import AparteError
from assistant.log import Happening, record
from assistant.vault.backup import read_backup, write_backup
from assistant.vault.copies import Copies
from assistant.vault.database import Database
from assistant.vault.folder_lock import FolderLock
from assistant.vault.journal import Act, Facts
from assistant.vault.keys import KeyFile
from assistant.vault.merging import Merged
from assistant.vault.moments import Clock
from assistant.vault.opening import open_database
from assistant.vault.records import Records
from assistant.vault.retention import (
    Deleted,
    Retention,
    delete_everything,
    delete_sources,
    purge,
)
from assistant.vault.secret import Secret

T = TypeVar("T")

_CHECK_EVERY = timedelta(days=1)


class Room:
    """An open vault; every method raises AparteError (VAULT_…) where the file can't follow."""

    def __init__(
        self, folder: Path, key: Secret, vault_id: str, lock: FolderLock, clock: Clock, *, new: bool
    ) -> None:
        opened = open_database(folder, key, lock, clock(), new=new)
        self.incident = opened.incident
        self.records = Records(opened.database, vault_id, clock)
        self.copies = Copies(folder)
        self.key = key
        self._folder = folder
        self._clock = clock
        self._purge_at = clock()
        self._check_at = clock()

    def transact(self, work: Callable[[Records], T]) -> T:
        """Do ``work`` in one transaction; its answer."""
        with self.records.database.transaction():
            return work(self.records)

    def begin(self, act: Act, facts: Facts | None = None) -> None:
        """Write in the journal that the vault was opened, and what had to be done for it."""
        if self.incident is not None:
            reason = self.incident.code.name.lower()
            self.transact(lambda records: records.note(Act.REPAIRED, Facts(reason=reason)))
        self.transact(lambda records: records.note(act, facts))

    def delete_sources(self, source_ids: Sequence[str]) -> Deleted:
        """Delete these sources with all that was made of them, for good, copies included."""
        return self._delete(lambda database: delete_sources(database, source_ids), Act.DELETED)

    def delete_everything(self) -> Deleted:
        """Delete every record for good; the journal and the measures stay."""
        return self._delete(delete_everything, Act.DELETED)

    def purge(self, retention: Retention) -> Deleted:
        """Delete for good what is older than ``retention`` allows."""
        now = self._clock()
        return self._delete(lambda database: purge(database, retention, now), Act.PURGED)

    def _delete(self, delete: Callable[[Database], Deleted], act: Act) -> Deleted:
        deleted = delete(self.records.database)
        for path in self.copies.paths[:1]:
            self._delete_in_copy(path, delete)
        if deleted.any:
            self.copies.forget_older_schemas()
            counts = {table: count for table, count in deleted.counts.items() if count}
            self.transact(lambda records: records.note(act, Facts(counts=counts)))
            record(Happening.VAULT_PURGED, records=sum(counts.values()))
        return deleted

    def _delete_in_copy(self, path: Path, delete: Callable[[Database], Deleted]) -> None:
        """A copy that can't be cleaned can't stay either."""
        try:
            copy = Database(path, self.key)
        except AparteError:
            path.unlink(missing_ok=True)
            return
        try:
            delete(copy)
        except AparteError:
            path.unlink(missing_ok=True)
        finally:
            copy.close()

    @property
    def next_chore_at(self) -> datetime:
        """When ``do_chores`` has something to do."""
        return min(self._purge_at, self._check_at)

    def do_chores(self, retention: Retention, busy: Callable[[], bool]) -> None:
        """Purge at the start and on the hour; once a day, copy and check. A check lets itself be
        interrupted when there is something to save (``busy``)."""
        now = self._clock()
        if now >= self._purge_at:
            self._purge_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            self.purge(retention)
            if self.copies.are_due(now):
                self.copies.make(self.records.database, self.key)
        if now >= self._check_at and self.records.database.check_structure(busy):
            self._check_at = now + _CHECK_EVERY

    def back_up(self, keys: KeyFile, path: Path) -> None:
        """Write the whole vault to ``path``, opened there by what ``keys`` holds."""
        self.transact(lambda records: records.note(Act.BACKED_UP))
        write_backup(self.records.database, keys, path)

    def bring_in(self, path: Path, typed_code: str) -> Merged:
        """Add what the backup ``path`` holds."""
        merged = read_backup(self.records.database, path, typed_code, self._folder)
        counts = {"lignes": merged.rows, "textes": merged.texts}
        self.transact(lambda records: records.note(Act.IMPORTED, Facts(counts=counts)))
        return merged

    def check(self) -> None:
        """Authenticate every page and check the trees. Raises AparteError: VAULT_DAMAGED."""
        self.records.database.check_pages()
        self.records.database.check_structure()

    def close(self) -> None:
        """Close the file and forget the key. Never fails."""
        self.records.database.close()
        self.key.forget()
