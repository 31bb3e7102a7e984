"""What a document may cost, and the walls that the system puts around the one that reads it."""

from __future__ import annotations

import sys
import time

from assistant.errors import AparteError, ErrorCode

LARGEST_DOCUMENT = 50 * 1024 * 1024
MOST_PAGES = 1000
MOST_CHARACTERS = 4_000_000
MOST_SECONDS = 60.0
_MOST_MEMORY = 1536 * 1024 * 1024
_GRACE = 5  # seconds between our own limit on time and the system's


def limit_memory() -> None:
    """Let the system refuse more memory to this process, and end it if it computes for too long
    without coming back to Python. Elsewhere than on Linux and macOS, only our own limits hold."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    seconds = int(MOST_SECONDS) + _GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class Allowance:
    """The time, pages and characters that one document has left."""

    def __init__(self) -> None:
        self._end = time.monotonic() + MOST_SECONDS
        self._characters = 0

    def check_pages(self, pages: int) -> None:
        """Raise AparteError (DOCUMENT_TOO_LONG) where there are too many."""
        if pages > MOST_PAGES:
            raise AparteError(
                ErrorCode.DOCUMENT_TOO_LONG, size=f"{pages} pages", limit=f"{MOST_PAGES}"
            )

    def spend(self, characters: int) -> None:
        """Count what was read; raise AparteError (DOCUMENT_TOO_LONG, DOCUMENT_TOO_SLOW)."""
        self._characters += characters
        if self._characters > MOST_CHARACTERS:
            raise AparteError(
                ErrorCode.DOCUMENT_TOO_LONG,
                size=f"{self._characters} caractères",
                limit=f"{MOST_CHARACTERS}",
            )
        if time.monotonic() > self._end:
            raise AparteError(ErrorCode.DOCUMENT_TOO_SLOW)
