"""From the vault's thread to Qt's: keeps the newest of what it says until the window takes it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from assistant.errors import AparteError
from assistant.vault.door import Status


@dataclass(frozen=True, slots=True)
class News:
    """What came since the last time. ``saved`` or ``unsaved`` is the last word on saving."""

    status: Status | None = None
    saved: bool = False
    unsaved: AparteError | None = None


class VaultMail:
    """A listener of the vault, safe from any thread; no Qt."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._news = News()

    def vault_changed(self, status: Status) -> None:
        with self._lock:
            self._news = News(status, self._news.saved, self._news.unsaved)

    def saved(self) -> None:
        with self._lock:
            self._news = News(self._news.status, saved=True)

    def not_saved(self, error: AparteError) -> None:
        with self._lock:
            self._news = News(self._news.status, unsaved=error)

    def take(self) -> News:
        """What came since the last time, once."""
        with self._lock:
            taken, self._news = self._news, News()
        return taken
