"""The memory that Réglages announces for a model that writes, beside what the worker really holds.

    .venv/bin/python -m tests.campaigns.announced_memory MODEL.gguf [MODEL.gguf …]

A fresh worker loads the model with each length it can have here, reads a note and writes a few
words; what it then holds is read from the system.
"""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.inference.hardware import this_pc
from assistant.model_store.fit import contexts_of, needed_bytes
from assistant.model_store.gguf_header import GgufHeader, read_header
from assistant.protocol import Done, Event, Failed, ModelFile, Write

_WRITTEN = 8


class Memory(NamedTuple):
    """Bytes announced and held, with ``context`` tokens."""

    context: int
    announced: int
    held: int

    @property
    def ratio(self) -> float:
        """How many times what is held was announced."""
        return self.announced / self.held


def memory_of(path: Path, longest: int | None = None) -> Iterator[Memory]:
    """What the model at ``path`` takes with each length that fits, up to ``longest``."""
    header = read_header(path)
    for context in contexts_of(header, this_pc()):
        if longest is None or context <= longest:
            yield _measured(path, header, context)


def _measured(path: Path, header: GgufHeader, context: int) -> Memory:
    engine = Engine()
    news: queue.SimpleQueue[Event] = queue.SimpleQueue()
    note, file = example_sources()[0].text, ModelFile(str(path), context)
    try:
        engine.ask(Write(0, file, "Résumez.", "", note[: context // 2], "", _WRITTEN), news.put)
        while not isinstance(event := news.get(), Done | Failed):
            pass
        assert isinstance(event, Done), event
        held = psutil.Process(engine.worker_pid).memory_info().rss
    finally:
        engine.close()
    return Memory(context, needed_bytes(header, context), held)


def main(paths: list[str]) -> None:
    """Print a line for each model and length."""
    for name in paths:
        for found in memory_of(Path(name)):
            announced, held = found.announced / 1e9, found.held / 1e9
            words = f"{announced:.2f} Go annoncés, {held:.2f} occupés, × {found.ratio:.2f}"
            print(f"{Path(name).stem}, {found.context} jetons : {words}")


if __name__ == "__main__":
    main(sys.argv[1:])
