"""What is to be saved, handed over from any thread, taken on the vault's: the newest state of each
work, and what else was done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from assistant.vault.records import Records
from assistant.vault.works import Work

Deed = Callable[[Records], object]


@dataclass
class Batch:
    """Deeds in the order they were done, then the newest state of each work, by identifier."""

    deeds: list[Deed] = field(default_factory=list)
    works: dict[str, Work] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.deeds or self.works)


class Pending:
    """Handing over is keeping a reference, whatever the length of the text."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._batch = Batch()

    def __bool__(self) -> bool:
        return bool(self._batch)

    def keep(self, work: Work) -> bool:
        """``work`` replaces what it was; True if nothing was waiting before it."""
        with self._lock:
            first = not self._batch
            self._batch.works[work.id] = work
        return first

    def add(self, deed: Deed) -> bool:
        """One more thing to do; True if nothing was waiting before it."""
        with self._lock:
            first = not self._batch
            self._batch.deeds.append(deed)
        return first

    def take(self) -> Batch:
        """All that waits."""
        with self._lock:
            taken, self._batch = self._batch, Batch()
        return taken

    def put_back(self, batch: Batch) -> None:
        """It could not be saved: it waits again, before what came since."""
        with self._lock:
            newer = self._batch
            self._batch = Batch(batch.deeds + newer.deeds, {**batch.works, **newer.works})
