"""What holds for every test: folders of its own, and nothing left running after it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from assistant.engine import Engine
from assistant.model_store.catalogue import ModelEntry, find_model
from tests.gguf_models import write_writer_model

_OURS = ("listener", "feeder", "watchdog", "inbox", "sweeper", "vault")
_ROOTS = {"assistant.worker", "assistant.nlp_worker", "assistant.extractor"}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the user's folders, or the keyring of the session."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(tmp_path / variable.lower()))


@pytest.fixture(autouse=True)
def nothing_survives() -> Iterator[None]:
    """A thread or a process of ours that began in a test and outlives it fails it."""
    threads, workers = set(threading.enumerate()), _workers()
    yield
    for thread in set(threading.enumerate()) - threads:
        if thread.name in _OURS:
            thread.join(5)
            assert not thread.is_alive(), f"the thread {thread.name} outlived its test"
    left = _workers() - workers
    assert not left, f"workers outlived their test: {left}"


def _workers() -> set[int]:
    return {child.pid for child in psutil.Process().children() if _is_worker(child)}


def _is_worker(process: psutil.Process) -> bool:
    try:
        return not _ROOTS.isdisjoint(process.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="session")
def starter() -> ModelEntry:
    """The model that ships."""
    return find_model(None)


@pytest.fixture(scope="session")
def writer(starter: ModelEntry, tmp_path_factory: pytest.TempPathFactory) -> ModelEntry:
    """A model with random weights, a chat template and the starter's vocabulary: it writes
    nonsense, at length, through the very path a real instruction model takes."""
    path = tmp_path_factory.mktemp("models") / "writer.gguf"
    write_writer_model(path, starter.path)
    return find_model(str(path))


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine with a short temper, closed at the end."""
    engine = Engine(grace=1.0, patience=60.0)
    yield engine
    engine.close()
