"""The owner of the workers: asks, listens, stops, kills, starts again; never blocks for ever.

A worker is asked to stop first; after ``grace`` seconds it is killed, wherever it is, native
code included. One that says nothing for ``patience`` seconds while it has work is taken for
hung and killed too. Whatever ends a worker, every request it held gets its answer (a
failure), and the next request finds a new worker. Only a request that waited behind one that was
stopped too slowly is asked again: nobody stopped it, and it holds all that a new worker needs.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from assistant.errors import ErrorCode
from assistant.log import Happening, record
from assistant.protocol import (
    Cancel,
    Done,
    Event,
    Failed,
    GarbledError,
    Ready,
    Request,
    decode_event,
    encode,
)

Listener = Callable[[Event], None]

# Each child is started by the name of its root module, which nobody imports.
WORKER_COMMAND = (sys.executable, "-m", "assistant.worker")
NLP_COMMAND = (sys.executable, "-m", "assistant.nlp_worker")
EXTRACTOR_COMMAND = (sys.executable, "-m", "assistant.extractor")
_CLOSING_SECONDS = 2.0
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class Exchange:
    """One request and whatever answers it. ``listener`` is called on the engine's thread."""

    def __init__(self, engine: Engine, request: Request, listener: Listener) -> None:
        self.request = request
        self._engine = engine
        self._listener = listener
        self._ended = threading.Event()
        self.heard = time.monotonic()
        self.stop_deadline: float | None = None
        self.child: _Child | None = None
        self.begun = False

    def cancel(self) -> None:
        """Ask the worker to stop; it is killed if it does not. Returns at once."""
        self._engine.stop(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; False if it did not come within ``timeout`` seconds."""
        return self._ended.wait(timeout)

    @property
    def ended(self) -> bool:
        """True once the last event was delivered."""
        return self._ended.is_set()

    def deliver(self, event: Event) -> None:
        """Hand ``event`` to the listener; the last one ends the exchange."""
        self.heard = time.monotonic()
        self.begun = True
        try:
            self._listener(event)
        finally:
            if isinstance(event, Done | Failed):
                self._ended.set()


@dataclass(slots=True)
class _Child:
    """A running worker and the thread that feeds it."""

    process: subprocess.Popen[bytes]
    outbox: queue.SimpleQueue[bytes | None]
    hung: bool = False
    stopped_too_slowly: bool = False


class Engine:
    """Owns at most one running child at a time: the one that ``command`` starts."""

    def __init__(
        self,
        command: Sequence[str] = WORKER_COMMAND,
        *,
        grace: float = 2.0,
        patience: float = 120.0,
    ) -> None:
        self._command = list(command)
        self._grace = grace
        self._patience = patience
        self._numbers = itertools.count(1)
        self._lock = threading.Condition()
        self._child: _Child | None = None
        self._open: dict[int, Exchange] = {}
        self._sealed = False
        self._closed = False
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._watchdog.start()

    @property
    def sealed(self) -> bool:
        """True if the running worker reported that the system sealed it."""
        return self._sealed

    @property
    def worker_pid(self) -> int | None:
        """The process id of the running worker."""
        with self._lock:
            return None if self._child is None else self._child.process.pid

    def ask(self, request: Request, listener: Listener) -> Exchange:
        """Send ``request`` under a number of its own; its events go to ``listener``, on another
        thread. Never blocks on the worker; a worker that can't start is a Failed event."""
        numbered = replace(request, id=next(self._numbers))
        exchange = Exchange(self, numbered, listener)
        with self._lock:
            child = None if self._closed else self._running_child()
            if child is not None:
                exchange.child = child
                self._open[numbered.id] = exchange
                child.outbox.put(encode(numbered))
                self._lock.notify_all()
        if child is None:
            exchange.deliver(Failed(numbered.id, ErrorCode.WORKER_UNSTARTED.name))
        return exchange

    def stop(self, exchange: Exchange) -> None:
        """Ask for the end of ``exchange``, and set the time after which the worker is killed."""
        with self._lock:
            if exchange.request.id not in self._open or exchange.stop_deadline is not None:
                return
            exchange.stop_deadline = time.monotonic() + self._grace
            if exchange.child is not None:
                exchange.child.outbox.put(encode(Cancel(exchange.request.id)))
            self._lock.notify_all()

    def close(self) -> None:
        """End the worker and every exchange; returns within a few seconds whatever happens."""
        with self._lock:
            self._closed = True
            child = self._child
            self._lock.notify_all()
        if child is not None:
            child.outbox.put(None)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(_CLOSING_SECONDS)
            _kill(child.process)
        with self._lock:
            self._lock.wait_for(lambda: self._child is None, _CLOSING_SECONDS)
        self._watchdog.join(_CLOSING_SECONDS)

    def _running_child(self) -> _Child | None:
        if self._child is not None and self._child.process.poll() is None:
            return self._child
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_worker_environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is the owner's to handle
            )
        except OSError:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        child = _Child(process, queue.SimpleQueue())
        self._child, self._sealed = child, False
        record(Happening.WORKER_STARTED, pid=process.pid)
        threading.Thread(
            target=_feed, args=(process.stdin, child.outbox), name="feeder", daemon=True
        ).start()
        threading.Thread(target=self._listen, args=(child,), name="listener", daemon=True).start()
        threading.Thread(target=_sweep, args=(process.pid,), name="sweeper", daemon=True).start()
        return child

    def _listen(self, child: _Child) -> None:
        assert child.process.stdout is not None
        with child.process.stdout as stream:
            for line in stream:
                try:
                    event = decode_event(line)
                except GarbledError:
                    record(Happening.WORKER_NOISE, length=len(line))
                    continue
                self._hear(event)
        child.outbox.put(None)
        _kill(child.process)
        self._bury(child)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Ready):
            self._sealed = event.sealed
            record(Happening.SEALED if event.sealed else Happening.NOT_SEALED)
            return
        with self._lock:
            ending = isinstance(event, Done | Failed)
            exchange = self._open.pop(event.id, None) if ending else self._open.get(event.id)
        if exchange is not None:
            exchange.deliver(event)

    def _bury(self, child: _Child) -> None:
        code = child.process.returncode
        record(Happening.WORKER_ENDED, code=-1000 if code is None else code)
        with self._lock:
            orphans = [held for held in self._open.values() if held.child is child]
            for held in orphans:
                del self._open[held.request.id]
            if self._child is child:
                self._child, self._sealed = None, False
            orphans = [held for held in orphans if not self._asked_again(held, child)]
        for exchange in orphans:
            exchange.deliver(Failed(exchange.request.id, _reason(exchange, child).name))
        with self._lock:
            self._lock.notify_all()

    def _asked_again(self, held: Exchange, child: _Child) -> bool:
        """Hand ``held`` to a new worker if the one it waited for was ended for another's sake."""
        if not child.stopped_too_slowly or held.begun or held.stop_deadline is not None:
            return False
        if self._closed or (fresh := self._running_child()) is None:
            return False
        held.child, held.heard = fresh, time.monotonic()
        self._open[held.request.id] = held
        fresh.outbox.put(encode(held.request))
        return True

    def _watch(self) -> None:
        """Kill what outlived its grace or its patience."""
        with self._lock:
            while not (self._closed and self._child is None):
                now = time.monotonic()
                deadlines = [self._deadline(exchange) for exchange in self._open.values()]
                nearest = min(deadlines, default=now + self._patience)
                if nearest <= now:
                    self._kill_late(now)
                    nearest = now + self._grace
                if self._closed:
                    nearest = min(nearest, now + _CLOSING_SECONDS)
                self._lock.wait(max(0.01, nearest - now))

    def _kill_late(self, now: float) -> None:
        for held in self._open.values():
            child = held.child
            if child is not None and self._deadline(held) <= now:
                child.hung |= held.stop_deadline is None
                child.stopped_too_slowly |= held.stop_deadline is not None
                record(Happening.WORKER_KILLED, pid=child.process.pid)
                child.process.kill()

    def _deadline(self, exchange: Exchange) -> float:
        silence = exchange.heard + self._patience
        if exchange.stop_deadline is None:
            return silence
        return min(silence, exchange.stop_deadline)


def _reason(exchange: Exchange, child: _Child) -> ErrorCode:
    if exchange.stop_deadline is not None:
        return ErrorCode.CANCELLED
    return ErrorCode.WORKER_HUNG if child.hung else ErrorCode.WORKER_DIED


def _worker_environment() -> dict[str, str]:
    """The few variables a worker needs; nothing else of the user's session reaches it."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | {
        "GGML_NO_BACKTRACE": "1",  # a failed assertion starts no debugger: it ends the worker
        "GOMP_SPINCOUNT": "2000",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }


def _feed(stream: IO[bytes], outbox: queue.SimpleQueue[bytes | None]) -> None:
    """Write what is in ``outbox``; on a thread of its own, since a hung worker's pipe is full."""
    with contextlib.suppress(OSError), stream:
        while (line := outbox.get()) is not None:
            stream.write(line)
            stream.flush()


def _sweep(pid: int) -> None:
    """Once the worker ``pid`` is dead, end whatever it started: as long as that lives it holds the
    worker's pipe, and the death goes unheard. Linux tells of a death without reaping it, so that
    the number still names the worker's group; elsewhere nothing is swept."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill and reap ``process``; give up after a while on one the system can't end."""
    if process.poll() is None:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_CLOSING_SECONDS)
