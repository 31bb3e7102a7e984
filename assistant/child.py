"""The main loop of a sealed child: requests in, one JSON object a line; events out.

A child is given everything it needs in each request. It has no vault, no settings, no network,
and it puts no text in files, arguments, environment or logs.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, NoReturn, Protocol

from assistant.confinement.seal import seal
from assistant.errors import AparteError, ErrorCode
from assistant.protocol import (
    Cancel,
    Event,
    Failed,
    GarbledError,
    Ready,
    Request,
    decode_request,
    encode,
)


class StopButton(Protocol):
    """What a cancel presses; the work looks at it."""

    def set(self) -> None:
        """Stop what is running and whatever starts before ``clear``."""

    def clear(self) -> None:
        """Let work start again."""

    @property
    def is_set(self) -> bool:
        """True between ``set`` and ``clear``."""


class Service(Protocol):
    """What a child can do."""

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``. Raises AparteError with the code to report; whatever it
        raises once the stop button is pressed is taken for the stop."""


def serve(open_service: Callable[[], tuple[Service, StopButton]]) -> NoReturn:
    """Seal this process, then serve until standard input closes.

    ``open_service`` is called after the seal, so that native libraries never run outside it.
    """
    channel = take_channel()
    channel.write(encode(Ready(0, sealed=seal())))
    service, stop = open_service()
    inbox = Inbox(sys.stdin.buffer, stop.set, stop.clear)
    while True:
        request = inbox.next()
        try:
            for event in service.answer(request):
                channel.write(encode(event))
        except AparteError as error:
            channel.write(encode(failure(request.id, error)))
        except Exception:  # its message could quote the text: only the fact leaves
            code = ErrorCode.CANCELLED if stop.is_set else ErrorCode.WORKER_FAULT
            channel.write(encode(Failed(request.id, code.name)))
        finally:
            inbox.finished()


def failure(request_id: int, error: AparteError) -> Failed:
    """``error`` as an event; its facts are names and sizes of our own."""
    return Failed(request_id, error.code.name, {k: str(v) for k, v in error.facts.items()})


def take_channel() -> BinaryIO:
    """Keep file descriptor 1 for the protocol alone, before anything native can print on it:
    whatever is printed from now on goes nowhere."""
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return channel


class Inbox:
    """Requests as they come, read on a thread of its own so that a cancel is seen at once."""

    def __init__(
        self, stream: BinaryIO, set_stop: Callable[[], None], clear_stop: Callable[[], None]
    ) -> None:
        self._stream = stream
        self._set_stop = set_stop
        self._clear_stop = clear_stop
        self._waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._current: int | None = None
        self._cancelled: set[int] = set()
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def next(self) -> Request:
        """The next request; blocks. The stop is set already if it was cancelled meanwhile."""
        request = self._waiting.get()
        with self._lock:
            self._current = request.id
            self._clear_stop()
            if request.id in self._cancelled:
                self._set_stop()
        return request

    def finished(self) -> None:
        """The current request is answered."""
        with self._lock:
            if self._current is not None:
                self._cancelled.discard(self._current)
            self._current = None

    def _read(self) -> None:
        for message in self._messages():
            if isinstance(message, Cancel):
                self._cancel(message.id)
            else:
                self._waiting.put(message)
        # The owner is gone, or wants us gone: nothing is worth finishing.
        os._exit(0)

    def _messages(self) -> Iterator[Request | Cancel]:
        for line in self._stream:
            try:
                yield decode_request(line)
            except GarbledError:
                continue

    def _cancel(self, request_id: int) -> None:
        with self._lock:
            self._cancelled.add(request_id)
            if request_id == self._current:
                self._set_stop()


class StopFlag:
    """A stop button for work that looks at it from Python."""

    def __init__(self) -> None:
        self._pressed = threading.Event()

    def set(self) -> None:
        """Stop what is running and whatever starts before ``clear``."""
        self._pressed.set()

    def clear(self) -> None:
        """Let work start again."""
        self._pressed.clear()

    @property
    def is_set(self) -> bool:
        """True between ``set`` and ``clear``."""
        return self._pressed.is_set()
