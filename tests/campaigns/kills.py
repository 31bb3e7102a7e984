"""Kill the worker at random instants of drafts in the real window; nothing shown may be lost.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.campaigns.kills [--kills 100]

Half of the drafts are filed by the starter model, half are written by a model of random weights
and the same vocabulary (long prefill, long decode). After each SIGKILL the campaign compares the
source and the text of the draft with what the window showed just before, and asks for another
draft, which must start.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from assistant.documents import Source
from assistant.drafting.sources import example_sources
from assistant.gui.application import make_application
from assistant.gui.drafting_flow import DraftingFlow, State
from assistant.gui.window import MainWindow
from assistant.model_store.catalogue import ModelEntry, find_model
from assistant.settings import Settings
from assistant.tasks import Desk
from tests.gguf_models import write_writer_model
from tests.gui.fake_checker import FakeChecker

_PATIENCE = 60.0
_LONGEST_DELAY = 2.5


@dataclass(slots=True)
class Toll:
    """What the kills cost. ``moments`` counts where they fell."""

    kills: int = 0
    recoveries: int = 0
    source_characters_lost: int = 0
    draft_characters_lost: int = 0
    moments: Counter[str] = field(default_factory=Counter)


def run_until(reached: Callable[[], bool], seconds: float) -> bool:
    """Let Qt work until ``reached`` or for ``seconds``; whether it was reached."""
    deadline = time.monotonic() + seconds
    while not reached() and time.monotonic() < deadline:
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()
    return reached()


def shown_text(flow: DraftingFlow) -> str:
    """The text of the draft on screen."""
    draft = flow.version.draft if flow.version is not None else None
    return "" if draft is None else draft.text


def kill_drafts(model: ModelEntry, source: Source, kills: int, seed: int, toll: Toll) -> None:
    """Kill ``kills`` drafts of ``source`` by ``model`` and add what it cost to ``toll``."""
    chance = random.Random(seed)
    desk = Desk(model)
    window = MainWindow(desk, FakeChecker(), Settings())
    flow = window.drafting.flow
    window.open_source(source)
    try:
        for _ in range(kills):
            _kill_one(window, flow, desk, source, chance.uniform(0, _LONGEST_DELAY), toll)
        window.start()
        if run_until(lambda: flow.state in (State.WRITING, State.DONE), _PATIENCE):
            toll.recoveries += 1  # the last kill's
    finally:
        window.close()
        desk.close()
    toll.recoveries -= 1  # the first draft recovered from nothing


def _kill_one(
    window: MainWindow, flow: DraftingFlow, desk: Desk, source: Source, delay: float, toll: Toll
) -> None:
    while True:
        window.start()
        if run_until(lambda: not flow.state.running, delay):
            delay /= 2  # it was done before its hour
            continue
        break
    toll.recoveries += 1  # this draft runs, after the kill before it
    pid = desk.engine.worker_pid
    shown = shown_text(flow)
    toll.moments["avant le premier mot" if not shown else "pendant le texte"] += 1
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        toll.kills += 1
    run_until(lambda: not flow.state.running, _PATIENCE)
    toll.source_characters_lost += _missing(source.text, window.drafting.source.text)
    toll.draft_characters_lost += _missing(shown, window.drafting.draft.text)


def _missing(before: str, after: str) -> int:
    """Characters of ``before`` whose line is no longer in ``after``. The last line shown may have
    grown meanwhile; the others may have been joined by new ones."""
    lines = [line for line in before.splitlines() if line]
    return sum(len(line) for line in lines if line not in after)


def campaign(kills: int, seed: int) -> Toll:
    """Run ``kills`` kills, half with each model."""
    toll = Toll()
    starter = find_model(None)
    long_note = Source("\n".join(example.text for example in example_sources()) * 12)
    kill_drafts(starter, long_note, kills // 2, seed, toll)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "writer.gguf"
        write_writer_model(path, starter.path)
        written = Source(example_sources()[0].text * 4)
        kill_drafts(find_model(str(path)), written, kills - kills // 2, seed + 1, toll)
    return toll


def main() -> int:
    """Run the campaign; 0 if every kill was recovered from and nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261121)
    asked = parser.parse_args()
    make_application(Settings())
    toll = campaign(asked.kills, asked.seed)
    print(f"arrêts brutaux {toll.kills}, reprises {toll.recoveries}")
    print(", ".join(f"{moment} : {count}" for moment, count in toll.moments.items()))
    print(f"caractères perdus : source {toll.source_characters_lost}, "
          f"brouillon {toll.draft_characters_lost}")  # fmt: skip
    lost = toll.source_characters_lost or toll.draft_characters_lost
    return 1 if lost or toll.recoveries != toll.kills or toll.kills < asked.kills else 0


if __name__ == "__main__":
    sys.exit(main())
