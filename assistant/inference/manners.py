"""Manners on a PC that is shared: low priority, and fewer threads when another program needs them.

With as many threads as cores, one busy neighbour makes every step wait for the thread that lost its
core: twenty tokens a second become seven, or one in three seconds. With one thread less the others
go on. So a step that takes three times the usual one gives a thread back, for a while.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
from collections import deque
from collections.abc import Callable

import psutil

_TOO_SLOW = 3.0
_SLOW_STEPS = 2
_KNOWN_STEPS = 8
_STEPS_BEFORE_TRYING_AGAIN = 64


def lower_priority() -> None:
    """Let the programs that the user is looking at go first."""
    priority = 5
    if sys.platform == "win32":
        priority = psutil.BELOW_NORMAL_PRIORITY_CLASS
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(priority)


class ThreadWatch:
    """Chooses how many threads work, from how long each step of one token takes.

    ``set_threads`` is told the new number whenever it changes; it starts at ``most``.
    """

    def __init__(self, most: int, set_threads: Callable[[int], None]) -> None:
        self._most = most
        self._set_threads = set_threads
        self._threads = most
        self._usual: deque[float] = deque(maxlen=32)
        self._slow = 0
        self._since_change = 0

    @property
    def threads(self) -> int:
        """How many threads work now."""
        return self._threads

    def step(self, seconds: float) -> None:
        """A step took ``seconds``."""
        self._since_change += 1
        if len(self._usual) < _KNOWN_STEPS:
            self._usual.append(seconds)
            return
        if seconds > _TOO_SLOW * statistics.median(self._usual):
            self._slow += 1
            if self._slow >= _SLOW_STEPS and self._threads > 1:
                self._change(self._threads - 1)
            return
        self._slow = 0
        self._usual.append(seconds)
        if self._threads < self._most and self._since_change >= _STEPS_BEFORE_TRYING_AGAIN:
            self._change(self._threads + 1)

    def _change(self, threads: int) -> None:
        self._threads = threads
        self._set_threads(threads)
        self._usual.clear()  # what is usual depends on the number of threads
        self._slow = self._since_change = 0
