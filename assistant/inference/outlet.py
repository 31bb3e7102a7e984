"""What may be shown of a text under way: nothing that a stop string may yet take back."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.errors import AparteError, ErrorCode


class Outlet:
    """Lets text out up to the first of ``stops``, and holds back what may be the head of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        """Raises AparteError (STOP_EMPTY): an empty stop would be found before any text."""
        if not all(stops):
            raise AparteError(ErrorCode.STOP_EMPTY)
        self._stops = list(stops)
        self._held = ""
        self.closed = False
        """True once a stop was found: nothing comes out any more."""

    def take(self, characters: str, *, whole: bool = True, last: bool = False) -> str:
        """The text goes on with ``characters``; what can be shown now.

        Nothing is let out where the text is not ``whole``; ``last`` holds back no head of a stop.
        """
        if self.closed:
            return ""
        self._held += characters
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.closed = True
            self._held = self._held[: min(found)]
            last = True
        if not whole and not self.closed:
            return ""
        out = len(self._held) if last else len(self._held) - self._head_of_a_stop()
        shown, self._held = self._held[:out], self._held[out:]
        return shown

    def _head_of_a_stop(self) -> int:
        """How many characters at the end may be the beginning of a stop."""
        longest = 0
        for stop in self._stops:
            for length in range(min(len(stop) - 1, len(self._held)), longest, -1):
                if self._held.endswith(stop[:length]):
                    longest = length
                    break
        return longest
