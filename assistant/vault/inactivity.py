"""When nobody has touched the app for too long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def seconds_since_start() -> float:
    """Seconds that never go back, and that a PC asleep counts too."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - a type checker follows no other shape
        return time.monotonic()


class Inactivity:
    """Counts from the last ``touched``; ``clock`` gives seconds that never go back.

    ``limit`` is in seconds; zero or less never comes due.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = seconds_since_start) -> None:
        self.limit = limit
        self._clock = clock
        self._last = clock()

    def touched(self) -> None:
        """A key, a click, a move: somebody is there."""
        self._last = self._clock()

    @property
    def due(self) -> bool:
        """Whether it is time to lock."""
        return self.limit > 0 and self._clock() - self._last >= self.limit

    @property
    def seconds_left(self) -> float:
        """How long until it is time, if nobody comes."""
        return max(self._last + self.limit - self._clock(), 0.0)
