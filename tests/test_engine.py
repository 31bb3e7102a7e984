"""The owner of the workers, with the real worker and real models."""

from __future__ import annotations

import os
import queue
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from assistant.engine import Engine, Exchange
from assistant.errors import ErrorCode
from assistant.model_store.catalogue import ModelEntry
from assistant.protocol import (
    Done,
    Event,
    Failed,
    Load,
    Loaded,
    ModelFile,
    Place,
    Placed,
    Read,
    Request,
    Write,
    Written,
)

MARKER = "Zéphirine Marqueur-Témoin"
LONG = f"{MARKER} : douleur thoracique depuis trois jours, sans fièvre ni toux. " * 150


class Ear:
    """Hears events on the engine's thread and gives them to the test."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __call__(self, event: Event) -> None:
        self._events.put(event)

    def until(self, wanted: Callable[[Event], bool], seconds: float = 120.0) -> list[Event]:
        """The events up to the first wanted one."""
        heard: list[Event] = []
        deadline = time.monotonic() + seconds
        while True:
            heard.append(self._events.get(timeout=max(0.01, deadline - time.monotonic())))
            if wanted(heard[-1]):
                return heard

    def end(self) -> Event:
        return self.until(lambda event: isinstance(event, Done | Failed))[-1]


def file_of(model: ModelEntry) -> ModelFile:
    return ModelFile(str(model.path), model.context)


def writing(model: ModelEntry, source: str = "Toux.", limit: int = 4000) -> Write:
    return Write(0, file_of(model), "Règles.", "Notes :\n", source, "\nRédigez.", limit)


def ask(engine: Engine, request: Request) -> tuple[Exchange, Ear]:
    ear = Ear()
    return engine.ask(request, ear), ear


def worker_of(engine: Engine) -> int:
    pid = engine.worker_pid
    assert pid is not None
    return pid


def in_prefill(event: Event) -> bool:
    return isinstance(event, Read) and 0 < event.done < event.total


def in_decode(event: Event) -> bool:
    return isinstance(event, Written)


def assert_works(engine: Engine, starter: ModelEntry) -> None:
    _, ear = ask(engine, Place(0, file_of(starter), ["Toux depuis trois jours."], [0]))
    events = ear.until(lambda event: isinstance(event, Done | Failed))
    assert isinstance(events[-1], Done)
    assert any(isinstance(event, Placed) for event in events)


def test_a_loaded_model_says_what_it_can_do(engine: Engine, starter: ModelEntry) -> None:
    _, ear = ask(engine, Load(0, file_of(starter)))
    loaded = ear.until(lambda event: isinstance(event, Loaded))[-1]
    assert isinstance(loaded, Loaded)
    assert loaded.files
    assert not loaded.writes
    assert isinstance(ear.end(), Done)


def test_every_clause_gets_a_probability_for_every_topic(
    engine: Engine, starter: ModelEntry
) -> None:
    clauses = ["ATCD : HTA, DT2.", "TA 14/8", "Bio à J7."]
    _, ear = ask(engine, Place(0, file_of(starter), clauses, [0, 1, 1]))
    placed = [e for e in ear.until(lambda e: isinstance(e, Done)) if isinstance(e, Placed)]
    rows = [row for event in placed for row in event.scores]
    assert len(rows) == len(clauses)
    assert all(len(row) == len(placed[0].topics) for row in rows)


@pytest.mark.parametrize("moment", [in_prefill, in_decode])
def test_a_killed_worker_is_told_and_replaced(
    engine: Engine, writer: ModelEntry, starter: ModelEntry, moment: Callable[[Event], bool]
) -> None:
    exchange, ear = ask(engine, writing(writer, LONG))
    ear.until(moment)
    os.kill(worker_of(engine), signal.SIGKILL)
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.WORKER_DIED.name
    assert exchange.wait(1)
    assert_works(engine, starter)


@pytest.mark.parametrize("moment", [in_prefill, in_decode])
def test_a_stop_is_felt_at_once_and_keeps_the_worker(
    engine: Engine, writer: ModelEntry, starter: ModelEntry, moment: Callable[[Event], bool]
) -> None:
    exchange, ear = ask(engine, writing(writer, LONG))
    ear.until(moment)
    pid = worker_of(engine)
    exchange.cancel()
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name
    assert worker_of(engine) == pid
    assert_works(engine, starter)


def test_a_worker_stuck_in_native_code_is_killed_after_its_grace(
    engine: Engine, writer: ModelEntry, starter: ModelEntry
) -> None:
    exchange, ear = ask(engine, writing(writer, LONG))
    ear.until(in_prefill)
    pid = worker_of(engine)
    os.kill(pid, signal.SIGSTOP)  # no thread of it answers any more
    exchange.cancel()
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name
    assert_works(engine, starter)
    assert worker_of(engine) != pid


def test_what_waited_behind_a_stop_that_is_not_felt_is_asked_again(
    engine: Engine, writer: ModelEntry, starter: ModelEntry
) -> None:
    first, ear = ask(engine, writing(writer, LONG))
    ear.until(in_prefill)
    pid = worker_of(engine)
    os.kill(pid, signal.SIGSTOP)
    _, waiting = ask(engine, Place(0, file_of(starter), ["Toux depuis trois jours."], [0]))
    first.cancel()
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name
    assert isinstance(waiting.end(), Done)
    assert worker_of(engine) != pid


def test_a_silent_worker_is_taken_for_hung(writer: ModelEntry, starter: ModelEntry) -> None:
    engine = Engine(patience=4.0)  # more than a worker takes to start on a busy PC
    try:
        _, ear = ask(engine, writing(writer, LONG))
        ear.until(in_prefill)
        os.kill(worker_of(engine), signal.SIGSTOP)
        end = ear.end()
        assert isinstance(end, Failed)
        assert end.code == ErrorCode.WORKER_HUNG.name
        assert_works(engine, starter)
    finally:
        engine.close()


def test_a_death_is_heard_whatever_the_worker_left_behind(starter: ModelEntry) -> None:
    # The pipe stays open in a child of the worker's own, as in a debugger that GGML starts.
    engine = Engine(["sh", "-c", "sleep 1000 & exit 3"])
    try:
        _, ear = ask(engine, Load(0, file_of(starter)))
        end = ear.end()
        assert isinstance(end, Failed)
        assert end.code == ErrorCode.WORKER_DIED.name
    finally:
        engine.close()


def test_a_request_that_follows_a_death_at_once_loses_no_answer(
    engine: Engine, writer: ModelEntry, starter: ModelEntry
) -> None:
    first, ear = ask(engine, writing(writer, LONG))
    ear.until(in_prefill)
    dying = psutil.Process(worker_of(engine))
    dying.kill()
    dying.wait(5)
    assert_works(engine, starter)
    assert isinstance(ear.end(), Failed)
    assert first.ended


def test_a_request_cancelled_before_its_turn_never_runs(engine: Engine, writer: ModelEntry) -> None:
    first, _ = ask(engine, writing(writer, LONG))
    second, ear = ask(engine, writing(writer))
    second.cancel()
    first.cancel()
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name


def test_closing_ends_a_stuck_worker(writer: ModelEntry) -> None:
    engine = Engine()
    _, ear = ask(engine, writing(writer, LONG))
    ear.until(in_prefill)
    os.kill(worker_of(engine), signal.SIGSTOP)
    engine.close()
    assert engine.worker_pid is None
    assert isinstance(ear.end(), Failed)


def test_nothing_is_asked_of_a_closed_engine(engine: Engine, starter: ModelEntry) -> None:
    engine.close()
    exchange, ear = ask(engine, Load(0, file_of(starter)))
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.WORKER_UNSTARTED.name
    assert exchange.ended


def test_a_worker_that_cannot_start_is_a_failure(starter: ModelEntry, tmp_path: Path) -> None:
    engine = Engine([str(tmp_path / "absent")])
    try:
        _, ear = ask(engine, Load(0, file_of(starter)))
        end = ear.end()
        assert isinstance(end, Failed)
        assert end.code == ErrorCode.WORKER_UNSTARTED.name
    finally:
        engine.close()


def test_what_native_code_prints_never_reaches_the_protocol() -> None:
    script = (
        "import ctypes, os\n"
        "from assistant.child import take_channel\n"
        "channel = take_channel()\n"
        "os.write(1, b'bruit'); os.write(2, b'bruit')\n"
        "libc = ctypes.CDLL(None); libc.puts(b'bruit'); libc.fflush(None)\n"
        "channel.write(b'protocole')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"protocole", b"")


def test_noise_before_the_protocol_is_ignored(starter: ModelEntry) -> None:
    noisy = f"echo bruit; echo '{{}}'; exec {shlex.quote(sys.executable)} -m assistant.worker"
    engine = Engine(["sh", "-c", noisy])
    try:
        assert_works(engine, starter)
    finally:
        engine.close()


def test_the_worker_is_sealed_before_it_reads_anything(engine: Engine, starter: ModelEntry) -> None:
    assert_works(engine, starter)
    assert engine.sealed
    status = Path(f"/proc/{worker_of(engine)}/status").read_text("utf-8")
    assert "Seccomp:\t2" in status  # 2: a filter is set


def test_the_text_is_in_no_argument_environment_or_file_name(
    engine: Engine, writer: ModelEntry
) -> None:
    exchange, ear = ask(engine, writing(writer, LONG))
    ear.until(in_decode)
    process = Path(f"/proc/{worker_of(engine)}")
    seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    opened = [str(link.readlink()) for link in (process / "fd").iterdir() if link.is_symlink()]
    exchange.cancel()
    ear.end()
    assert MARKER.encode() not in seen
    assert not any(MARKER in name for name in opened)
    regular = [name for name in opened if name.startswith("/") and not name.startswith("/dev/")]
    assert all(name.endswith((".gguf", ".so")) for name in regular), regular
