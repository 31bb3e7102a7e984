"""Manners on a PC that is shared: low priority, and a core left to each other busy program.

With as many threads as cores, one busy neighbour makes every step wait for the thread that lost its
core: twenty tokens a second become seven, or one in three seconds. With one thread less the others
go on as if alone. What the neighbours use is read from the system's own count of work done, so
nothing has to be slow first, and nothing has to be tried to see that they have stopped.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable

import psutil

from assistant.inference.hardware import busy_seconds

_LOOK_EVERY = 0.25
_SMOOTHING = 0.5
_ONE_MORE, _ONE_LESS = 0.5, 0.25
"""Of a core: what another program must use for a thread to be given back, and the most it may use
for the thread to be taken again."""


def lower_priority(pid: int | None = None) -> None:
    """Let the programs that the user is looking at go before process ``pid``, or this one."""
    priority = 5
    if sys.platform == "win32":
        priority = psutil.BELOW_NORMAL_PRIORITY_CLASS
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(priority)


def used_by_others() -> float:
    """Seconds of processor that other programs used since this PC started, up to a constant."""
    return busy_seconds() - time.process_time()


class ThreadWatch:
    """Chooses how many threads work, from what other programs use.

    ``set_threads`` is told the new number whenever it changes; it starts at ``most``. ``used`` and
    ``clock`` give the seconds of processor used by others and the time, from any start.
    """

    def __init__(
        self,
        most: int,
        set_threads: Callable[[int], None],
        used: Callable[[], float] = used_by_others,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._set_threads = set_threads
        self._used = used
        self._clock = clock
        self._threads = most
        self._looked = (clock(), used())
        self._seen = self._looked[0]
        self._cores = 0.0

    @property
    def threads(self) -> int:
        """How many threads work now."""
        return self._threads

    def wake(self) -> None:
        """A batch begins. What others did while nothing was to be done is no matter."""
        now = self._clock()
        if now - self._seen > _LOOK_EVERY:
            self._looked = (now, self._used())
        self._seen = now

    def look(self) -> None:
        """A batch is over; most calls only read a clock."""
        then, used_then = self._looked
        now = self._seen = self._clock()
        if now - then < _LOOK_EVERY:
            return
        used = self._used()
        self._looked = (now, used)
        # A long batch tells more than a short one: the past counts by the time that has gone by.
        kept = _SMOOTHING ** ((now - then) / _LOOK_EVERY)
        cores = (used - used_then) / (now - then)
        self._cores = kept * self._cores + (1 - kept) * max(0.0, cores)
        given = self._most - self._threads
        if self._cores > given + _ONE_MORE and self._threads > 1:
            self._change(self._threads - 1)
        elif given and self._cores < given - 1 + _ONE_LESS:
            self._change(self._threads + 1)

    def _change(self, threads: int) -> None:
        self._threads = threads
        self._set_threads(threads)
