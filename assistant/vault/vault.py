"""The vault as the rest of the app sees it: one thread of its own, asked from any other.

What is handed over while it is not open stays in memory, and is saved as soon as it opens.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from assistant.errors import AparteError, ErrorCode
from assistant.log import Happening, record, record_fault
from assistant.vault.door import Door, Status
from assistant.vault.journal import Act, Facts
from assistant.vault.pending import Batch, Deed, Pending
from assistant.vault.records import Records
from assistant.vault.room import Room
from assistant.vault.terms import Terms
from assistant.vault.works import Work

T = TypeVar("T")
Task = Callable[[], None]

PACE_SECONDS = 0.25
RETRY_SECONDS = 1.0
_LONGEST_WAIT = 30.0
_CLOSING_SECONDS = 10.0


class VaultListener(Protocol):
    """Hears of the vault, on its thread."""

    def vault_changed(self, status: Status) -> None:
        """It opened, locked, or could not open."""

    def saved(self) -> None:
        """All that was handed over is in the file."""

    def not_saved(self, error: AparteError) -> None:
        """It could not be saved: it stays in memory and is tried again. Told once a reason."""


class Vault:
    """The vault behind ``door``. No method waits; a Future raises AparteError (VAULT_…)."""

    def __init__(
        self, door: Door, terms: Terms | None = None, listener: VaultListener | None = None
    ) -> None:
        self.terms = terms or Terms()
        self.listener = listener
        self._door = door
        self._pending = Pending()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._save_at = 0.0
        self._chores_at = 0.0
        self._unsaved: ErrorCode | None = None
        self._told = door.status
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="vault", daemon=True)
        self._thread.start()

    @property
    def status(self) -> Status:
        """Where it stands now."""
        return self._door.status

    # --- asking -------------------------------------------------------------------------

    def ask_door(self, work: Callable[[Door], T]) -> Future[T]:
        """Have ``work`` open, lock or protect the vault, after what was handed over is saved."""
        return self._ask(lambda: work(self._door))

    def ask_room(self, work: Callable[[Room], T]) -> Future[T]:
        """Have ``work`` done in the open vault."""
        return self._ask(lambda: self._in_room(work))

    def ask(self, work: Callable[[Records], T]) -> Future[T]:
        """Have ``work`` done among the records, in one transaction."""
        return self._ask(lambda: self._in_room(lambda room: room.transact(work)))

    # --- saving -------------------------------------------------------------------------

    def keep(self, work: Work) -> None:
        """``work`` is on screen now: it is in the file within a moment. Costs a reference."""
        if self._pending.keep(work):
            self._tasks.put(_wake)

    def settle(self, work: Work) -> None:
        """``work`` came to a step worth keeping (a draft ended, another begins, the window
        closes): its source and its draft go among the records."""
        now = self._door.clock()
        self.later(lambda records: records.works.settle(work, now))
        self.keep(work)

    def note(self, act: Act, facts: Facts | None = None) -> None:
        """Write in the journal that ``act`` was done now."""
        now = self._door.clock()
        self.later(lambda records: records.journal.append(act, now, facts))

    def later(self, deed: Deed) -> None:
        """Do ``deed`` as soon as the vault is open, in the order such things were asked."""
        if self._pending.add(deed):
            self._tasks.put(_wake)

    def close(self, timeout: float = _CLOSING_SECONDS) -> bool:
        """Save, close the file and end the thread; False where that took longer than ``timeout``
        seconds (the keyring waits for someone, the disk does not answer)."""
        self._closed = True
        self._tasks.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # --- on the vault's thread ----------------------------------------------------------

    def _ask(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(AparteError(ErrorCode.VAULT_LOCKED))
            return future

        def task() -> None:
            if not future.set_running_or_notify_cancel():
                return
            self._save()
            try:
                answer = work()
            except AparteError as error:
                future.set_exception(error)
            except Exception as fault:
                record_fault(fault)
                future.set_exception(AparteError(ErrorCode.UNKNOWN))
            else:
                future.set_result(answer)

        self._tasks.put(task)
        return future

    def _in_room(self, work: Callable[[Room], T]) -> T:
        """Do ``work``; where the file turns out to be damaged, once more in what was rebuilt."""
        try:
            return work(self._door.opened())
        except AparteError as error:
            if error.code is not ErrorCode.VAULT_DAMAGED:
                raise
        self._door.reopen()
        return work(self._door.opened())

    def _live(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=self._wait())
            except queue.Empty:
                task = _wake
            if task is None:
                break
            task()
            if time.monotonic() >= self._save_at:
                self._save()
            self._do_chores()
            self._tell_status()
        self._save()
        self._door.close()

    def _wait(self) -> float:
        """Seconds until there is something to do by ourselves."""
        if self._pending and self._door.room is not None:
            return max(self._save_at - time.monotonic(), 0.0)
        return _LONGEST_WAIT

    def _save(self) -> None:
        """Save what waits, if there is a file to save it in; else it goes on waiting."""
        if self._door.room is None or not self._pending:
            return
        batch = self._pending.take()
        try:
            self._in_room(lambda room: room.transact(lambda records: _save_batch(batch, records)))
        except AparteError as error:
            self._put_back(batch, error)
        except Exception as fault:
            record_fault(fault)
            self._put_back(Batch(works=batch.works), AparteError(ErrorCode.UNKNOWN))
        else:
            self._save_at = time.monotonic() + PACE_SECONDS
            self._unsaved = None
            if not self._pending:
                self._tell(lambda listener: listener.saved())

    def _put_back(self, batch: Batch, error: AparteError) -> None:
        self._pending.put_back(batch)
        self._save_at = time.monotonic() + RETRY_SECONDS
        if error.code is not self._unsaved:
            self._unsaved = error.code
            record(Happening.VAULT_NOT_SAVED, code=error.code)
            self._tell(lambda listener: listener.not_saved(error))

    def _do_chores(self) -> None:
        room = self._door.room
        if room is None or time.monotonic() < self._chores_at:
            return
        if self._door.clock() < room.next_chore_at:
            return
        try:
            self._in_room(lambda room: room.do_chores(self.terms.retention, self._busy))
        except AparteError as error:
            record(Happening.VAULT_NOT_SAVED, code=error.code)
            self._chores_at = time.monotonic() + _LONGEST_WAIT
        except Exception as fault:
            record_fault(fault)
            self._chores_at = time.monotonic() + _LONGEST_WAIT

    def _busy(self) -> bool:
        return bool(self._pending) or not self._tasks.empty()

    def _tell_status(self) -> None:
        status = self._door.status
        if status is not self._told:
            self._told = status
            self._tell(lambda listener: listener.vault_changed(status))

    def _tell(self, say: Callable[[VaultListener], None]) -> None:
        """Whoever listens must not cost what follows."""
        if self.listener is None:
            return
        try:
            say(self.listener)
        except Exception as fault:
            record_fault(fault)


def _wake() -> None:
    """Nothing to do but to look at what waits."""


def _save_batch(batch: Batch, records: Records) -> None:
    for deed in batch.deeds:
        deed(records)
    now = records.now()
    for work in batch.works.values():
        records.works.keep(work, now)
