"""Wrong passphrases: each makes the next wait longer, across restarts.

It slows a person at the keyboard. Who copies the files tries elsewhere, without us: what stops that
one is the cost of Argon2id and the passphrase itself.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from assistant.vault.moments import Clock, read, written
from assistant.vault.safe_file import replace_file

_FREE = 3
_LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Tally:
    wrong: int
    last: datetime | None


class Attempts:
    """The tally of wrong passphrases, kept in ``path`` and, should that fail, in memory."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._known = _Tally(0, None)

    @property
    def wrong(self) -> int:
        """How many wrong passphrases were typed in a row."""
        return self._tally().wrong

    def wait(self) -> timedelta:
        """How long until the next attempt is heard; zero when it is heard now."""
        tally = self._tally()
        if tally.last is None:
            return timedelta()
        delay = delay_after(tally.wrong)
        since = max(self._clock() - tally.last, timedelta())  # a clock set back gains nothing
        return max(delay - since, timedelta())

    def failed(self) -> None:
        """One more wrong passphrase, now."""
        self._known = _Tally(self._tally().wrong + 1, self._clock())
        words = {"wrong": self._known.wrong, "last": written(self._clock())}
        with contextlib.suppress(OSError):
            replace_file(self._path, json.dumps(words).encode())

    def succeeded(self) -> None:
        """The right one: nothing is held against the next."""
        self._known = _Tally(0, None)
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _tally(self) -> _Tally:
        try:
            words = json.loads(self._path.read_bytes())
            found = _Tally(int(words["wrong"]), read(words["last"]))
        except (OSError, ValueError, KeyError, TypeError):
            return self._known
        return max(found, self._known, key=lambda tally: tally.wrong)


def delay_after(wrong: int) -> timedelta:
    """The wait after ``wrong`` passphrases in a row: none for three, then 1 s, doubled each time,
    15 minutes at most."""
    if wrong < _FREE:
        return timedelta()
    return min(timedelta(seconds=2 ** min(wrong - _FREE, 20)), _LONGEST)
