"""The real window: the real program on a screen, and the real worker under the real panels."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from assistant.documents import Source
from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.gui.application import make_application
from assistant.gui.drafting_flow import State
from assistant.gui.window import MainWindow
from assistant.model_store.catalogue import ModelEntry
from assistant.settings import Settings
from assistant.tasks import Desk
from tests.gui.fake_checker import FakeChecker

PATIENCE = 60_000


@pytest.fixture
def screen() -> Iterator[str]:
    """The name of a screen in memory."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as names:
        name = names.readline().strip()
    yield f":{name}"
    server.terminate()
    server.wait(10)


def waited(reached: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether ``reached`` came true within ``seconds``; looks often, never sleeps long."""
    deadline = time.monotonic() + seconds
    pause = psutil.Process()
    while not reached():
        if time.monotonic() > deadline:
            return False
        pause.cpu_percent(interval=0.05)
    return True


def is_sealed(status: Path) -> bool:
    """Whether the system filters what this process asks of it."""
    return re.search(r"Seccomp:\s2", status.read_text("utf-8")) is not None


def test_the_program_opens_drafts_and_closes_on_a_screen(screen: str, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM",)}
    environment |= {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    program = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--exemple"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        xdotool = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "^Aparté$"]
        found = subprocess.run(
            xdotool, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        window = found.stdout.split()[0]
        log = tmp_path / "state" / "aparte" / "log" / "aparte.log"
        assert waited(lambda: "sealed" in log.read_text("utf-8"))
        for arguments in (["windowfocus", "--sync", window], ["key", "ctrl+Return"]):
            subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=30)
        assert waited(lambda: "draft_finished" in log.read_text("utf-8"))
        own = psutil.Process(program.pid)
        assert waited(lambda: len(own.children()) == 2)  # the one that drafts, the one that checks
        family = [own, *own.children()]
        for process in family:
            status = Path(f"/proc/{process.pid}/status")
            assert waited(partial(is_sealed, status))
            assert not process.net_connections("inet")
        assert "DELAUNAY" not in log.read_text("utf-8")
        program.send_signal(signal.SIGINT)  # Ctrl-C in the terminal it was started from
        assert program.wait(30) == 0
        assert program.stdout is not None
        assert program.stdout.read() == b""
        gone, _ = psutil.wait_procs(family, timeout=10)
        assert len(gone) == 3
    finally:
        program.kill()
        program.wait(10)
        if program.stdout is not None:
            program.stdout.close()


@pytest.fixture
def window(qtbot: QtBot, starter: ModelEntry) -> Iterator[MainWindow]:
    make_application(Settings())
    desk = Desk(starter, Engine(grace=1.0))
    window = MainWindow(desk, FakeChecker(), Settings())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    desk.close()


def test_an_example_becomes_a_draft(qtbot: QtBot, window: MainWindow) -> None:
    source = example_sources()[3]
    window.open_source(source)
    window.start()
    flow = window.drafting.flow
    qtbot.waitUntil(lambda: flow.state is State.DONE, timeout=PATIENCE)
    assert window.drafting.source.text == source.text
    shown = window.drafting.draft.text
    assert "apixaban 2,5 mg x 2, bisoprolol 5 mg le matin" in shown
    assert flow.version is not None
    assert flow.version.coverage is not None
    assert flow.version.coverage.complete


def test_a_killed_worker_leaves_everything_on_screen(qtbot: QtBot, writer: ModelEntry) -> None:
    make_application(Settings())
    desk = Desk(writer, Engine(grace=1.0))
    window = MainWindow(desk, FakeChecker(), Settings())
    qtbot.addWidget(window)
    flow = window.drafting.flow
    source = Source("Mme Quercy, 85 ans. TA 14/8.\n" * 20)
    try:
        window.open_source(source)
        window.start()
        qtbot.waitUntil(lambda: flow.state is State.WRITING, timeout=PATIENCE)
        shown = flow.version.draft.text if flow.version and flow.version.draft else ""
        pid = desk.engine.worker_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: flow.state is State.FAILED, timeout=PATIENCE)
        assert window.drafting.source.text == source.text
        assert shown
        assert shown[:-1] in window.drafting.draft.text
        window.start()
        qtbot.waitUntil(lambda: flow.state is State.WRITING, timeout=PATIENCE)
        flow.stop()
        qtbot.waitUntil(lambda: flow.state is State.STOPPED, timeout=PATIENCE)
    finally:
        window.close()
        desk.close()
