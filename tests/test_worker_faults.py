"""What native code and a short memory do to the worker, with the real one: it may die, the app
hears of it, and the next request is answered."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.engine import Engine
from assistant.errors import ErrorCode, ExitCode
from assistant.model_store.catalogue import ModelEntry
from assistant.protocol import Event, Failed, Load, ModelFile, Place, Placed, Read, Request
from tests.gguf_models import write_altered, write_writer_model
from tests.test_cli import aparte, assert_one_sentence
from tests.test_engine import (
    ask,
    assert_works,
    file_of,
    in_decode,
    worker_of,
    writing,
)

GIB = 1 << 30
# The worker, allowed this much address space more than it has once its libraries are there.
LIMITED = """
import resource, sys
import assistant.inference.service
from assistant.worker import main
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = held + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
main()
"""


def failure_of(engine: Engine, request: Request) -> ErrorCode:
    _, ear = ask(engine, request)
    end = ear.end()
    assert isinstance(end, Failed)
    return ErrorCode[end.code]


@contextmanager
def limited(margin: int) -> Iterator[Engine]:
    engine = Engine([sys.executable, "-c", LIMITED, str(margin)], grace=1.0, patience=60.0)
    try:
        yield engine
    finally:
        engine.close()


# --- an assertion inside GGML -------------------------------------------------------------


def test_an_assertion_while_the_model_loads(
    engine: Engine, writer: ModelEntry, starter: ModelEntry, tmp_path: Path
) -> None:
    path = tmp_path / "couches.gguf"
    write_altered(path, writer.path, "llama.block_count", 100_000)  # GGML_ASSERT: at most 512
    assert failure_of(engine, Load(0, ModelFile(str(path), 512))) is ErrorCode.WORKER_DIED
    assert_works(engine, starter)


def test_an_assertion_while_the_model_computes(
    engine: Engine, writer: ModelEntry, starter: ModelEntry, tmp_path: Path
) -> None:
    path = tmp_path / "epsilon.gguf"
    # GGML_ASSERT(eps >= 0) stands in the normalisation itself: the model loads, then aborts.
    write_altered(path, writer.path, "llama.attention.layer_norm_rms_epsilon", -1.0)
    file = ModelFile(str(path), 512)
    assert failure_of(engine, Place(0, file, ["Toux."], [0], tags=["A"])) is ErrorCode.WORKER_DIED
    assert_works(engine, starter)


def test_an_abort_in_the_middle_of_the_work(
    engine: Engine, writer: ModelEntry, starter: ModelEntry
) -> None:
    _, ear = ask(engine, writing(writer))
    ear.until(in_decode)
    os.kill(worker_of(engine), signal.SIGABRT)  # how a failed GGML_ASSERT ends
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.WORKER_DIED.name
    assert_works(engine, starter)


# --- a short memory -----------------------------------------------------------------------


def swollen(path: Path, model: ModelEntry, size: int) -> Path:
    """``model`` in a file that claims ``size`` bytes; they take no room on the disk."""
    shutil.copyfile(model.path, path)
    os.truncate(path, size)
    return path


def test_weights_that_may_not_be_mapped_are_refused(
    writer: ModelEntry, starter: ModelEntry, tmp_path: Path
) -> None:
    path = swollen(tmp_path / "poids.gguf", writer, 2 * GIB)
    with limited(GIB) as engine:
        assert failure_of(engine, Load(0, ModelFile(str(path), 512))) is ErrorCode.MEMORY_SHORT
        pid = worker_of(engine)
        assert_works(engine, starter)
        assert worker_of(engine) == pid


def test_a_context_that_may_not_be_allocated_is_refused(
    starter: ModelEntry, tmp_path: Path
) -> None:
    path = tmp_path / "contexte.gguf"
    write_writer_model(path, starter.path, context=1 << 20)  # four GiB of keys and values
    with limited(GIB) as engine:
        assert failure_of(engine, Load(0, ModelFile(str(path), 1 << 20))) is ErrorCode.MEMORY_SHORT
        pid = worker_of(engine)
        assert_works(engine, starter)
        assert worker_of(engine) == pid


def test_a_worker_without_any_memory_left_is_told(writer: ModelEntry) -> None:
    with limited(0) as engine:  # whatever it allocates first ends it
        code = failure_of(engine, Load(0, file_of(writer)))
    assert code in (ErrorCode.MEMORY_SHORT, ErrorCode.WORKER_DIED, ErrorCode.WORKER_FAULT)


# --- the same in a terminal ---------------------------------------------------------------


def refused(tmp_path: Path, model: Path, *words: str) -> None:
    source = tmp_path / "note.txt"
    source.write_text("Toux.", "utf-8")
    done = aparte("rediger", "--type", "resume", "--modele", str(model), *words, str(source))
    assert_one_sentence(done, ExitCode.CANNOT)
    assert source.read_text("utf-8") == "Toux."


def test_an_unknown_family_in_a_terminal(writer: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "inconnu.gguf"
    path.write_bytes(writer.path.read_bytes().replace(b"llama", b"zzzzz"))
    refused(tmp_path, path)


def test_an_assertion_in_a_terminal(writer: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "epsilon.gguf"
    write_altered(path, writer.path, "llama.attention.layer_norm_rms_epsilon", -1.0)
    refused(tmp_path, path, "--mode", "copie")


def test_a_file_cut_short_in_a_terminal(writer: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "coupé.gguf"
    path.write_bytes(writer.path.read_bytes()[:100_000])
    refused(tmp_path, path)


def test_a_model_beyond_this_pc_in_a_terminal(writer: ModelEntry, tmp_path: Path) -> None:
    refused(tmp_path, swollen(tmp_path / "énorme.gguf", writer, 1 << 42))


def test_a_memory_limit_in_a_terminal(writer: ModelEntry, tmp_path: Path) -> None:
    model = swollen(tmp_path / "poids.gguf", writer, 4 * GIB)
    source = tmp_path / "note.txt"
    source.write_text("Toux.", "utf-8")
    words = ["rediger", "--type", "resume", "--mode", "copie", "--modele", str(model), str(source)]
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 * GIB, 4 * GIB)),
    )
    assert_one_sentence(done, ExitCode.CANNOT)


# --- a stop at every stage ----------------------------------------------------------------


def test_a_stop_while_the_model_loads(
    engine: Engine, writer: ModelEntry, starter: ModelEntry
) -> None:
    exchange, ear = ask(engine, Load(0, file_of(writer)))
    exchange.cancel()  # the worker has not even started
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name
    assert_works(engine, starter)


@pytest.mark.parametrize("moment", [Read, Placed])
def test_a_stop_while_clauses_are_placed(
    engine: Engine, starter: ModelEntry, moment: type[Event]
) -> None:
    clauses = ["Toux depuis trois jours."] * 4000
    exchange, ear = ask(engine, Place(0, file_of(starter), clauses, [1] * len(clauses)))
    ear.until(lambda event: isinstance(event, moment))
    pid = worker_of(engine)
    exchange.cancel()
    end = ear.end()
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CANCELLED.name
    assert_works(engine, starter)
    assert worker_of(engine) == pid
