"""A terminal waits for what another thread brings: a result or an error."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from assistant.errors import AparteError

_Result = TypeVar("_Result")


class News(Protocol[_Result]):
    """Where what came waits."""

    def put(self, news: _Result | AparteError) -> None:
        """Add what came."""

    def get(self) -> _Result | AparteError:
        """The first that came; waits for it."""


class Waiting(Generic[_Result]):
    """``bring`` is called on the engine's thread, ``result`` on the main one."""

    def __init__(self, news: News[_Result] | None = None) -> None:
        self._news: News[_Result] = news or queue.SimpleQueue()

    def bring(self, news: _Result | AparteError) -> None:
        """Say what came."""
        self._news.put(news)

    def advance(self, sentence: str) -> None:
        """Show how far things are, where someone watches."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{sentence}")
            sys.stderr.flush()

    def result(self, cancel: Callable[[], None]) -> _Result:
        """What came. Raises the AparteError that came, and KeyboardInterrupt once ``cancel`` was
        called and something came."""
        try:
            news = self._news.get()
        except KeyboardInterrupt:
            cancel()
            self._news.get()
            raise
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        if isinstance(news, AparteError):
            raise news
        return news
