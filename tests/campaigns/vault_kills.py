"""Kill the whole app at random instants while someone types and drafts stream; then open its vault.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.campaigns.vault_kills [--kills 200]

A child process runs the real window over a real vault: it types 400 characters a minute into the
source, drafts (half the children with the starter model, half with one of random weights that
writes at length), types into the draft, and says on a pipe what was on screen when, until SIGKILL.
The vault is then opened as the app does: what was on screen one second before the kill must be
there. One vault goes through all the kills.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from assistant.documents import Source
from assistant.drafting.sources import example_sources
from assistant.model_store.catalogue import find_model
from assistant.vault.door import Door
from assistant.vault.moments import utc_now
from assistant.vault.records import Records
from assistant.vault.secret import Secret
from assistant.vault.stored_keys import StoredKeys
from assistant.vault.works import Work
from tests.gguf_models import write_writer_model

CHARACTERS_A_MINUTE = 400
_GRACE = 1.0
_STARTING = 60.0
_SHORTEST, _LONGEST = 0.5, 9.0
_TYPED_BEFORE_DRAFTING = 12


class FileKeyring:
    """A keyring that outlives its process, in a file: for this campaign alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch(self, vault_id: str) -> Secret | None:
        try:
            return Secret(bytearray.fromhex(self._path.read_text("ascii")))
        except FileNotFoundError:
            return None

    def store(self, vault_id: str, secret: Secret) -> None:
        self._path.write_text(secret.data.hex(), "ascii")

    def remove(self, vault_id: str) -> None:
        self._path.unlink(missing_ok=True)


def door_of(folder: Path) -> Door:
    """The door of the campaign's vault."""
    keys = StoredKeys(folder / "coffre", FileKeyring(folder / "trousseau"), utc_now)
    return Door(folder / "coffre", keys, utc_now)


@dataclass(slots=True)
class Toll:
    """What the kills cost. ``late`` are characters that had been on screen for more than a second
    and were not in the vault; ``lost`` those of the last second."""

    kills: int = 0
    opened: int = 0
    corrupted: int = 0
    late: int = 0
    lost: list[int] = field(default_factory=list)
    while_drafting: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on screen at ``at``, in seconds of the clock that never goes back."""

    at: float
    source: str
    draft: str
    running: bool


# --- the child --------------------------------------------------------------------------


def child(folder: Path, model: str, seed: int) -> int:
    """Type, draft and report until killed."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QTextCursor
    from PySide6.QtTest import QTest

    from assistant.checking import Checker
    from assistant.engine import NLP_COMMAND, Engine
    from assistant.gui.application import make_application
    from assistant.gui.window import MainWindow
    from assistant.gui.window_vault import WindowVault
    from assistant.settings import Settings
    from assistant.tasks import Desk
    from assistant.vault.vault import Vault

    app = make_application(Settings())
    desk = Desk(find_model(model or None))
    window = MainWindow(desk, Checker(Engine(command=NLP_COMMAND)), Settings())
    WindowVault(window, Vault(door_of(folder)), desk)
    place, flow = window.drafting, window.drafting.flow
    window.open_source(Source(example_sources()[seed % 3].text))
    window.show()
    chance = random.Random(seed)
    typed = 0

    def report() -> None:
        draft = place.draft.text
        words = [time.monotonic(), place.source.text, draft, flow.state.running]
        os.write(1, json.dumps(words).encode() + b"\n")

    def type_one() -> None:
        nonlocal typed
        typed += 1
        if typed % _TYPED_BEFORE_DRAFTING == 0 and not flow.state.running:
            window.start()
        elif not flow.state.running:
            in_draft = typed % 3 == 0 and place.draft.text
            text = place.draft.view if in_draft else place.source.editor
            text.moveCursor(QTextCursor.MoveOperation.End)
            QTest.keyClick(text, ord(chance.choice("ABCDEFGHIJKLMNOP")))
        report()

    flow.drafted.connect(report)
    typing = QTimer(window)
    typing.timeout.connect(type_one)
    typing.start(round(60_000 / CHARACTERS_A_MINUTE))
    return app.exec()


# --- the parent -------------------------------------------------------------------------


def kill_one(folder: Path, model: str, seed: int, delay: float) -> tuple[list[Seen], float]:
    """Run a child, kill it ``delay`` seconds after its first report; what it had on screen, and
    when it was killed."""
    command = [sys.executable, "-m", "tests.campaigns.vault_kills", "--child", str(folder)]
    command += ["--model", model, "--seed", str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    reading, data = process.stdout.fileno(), b""
    deadline = time.monotonic() + _STARTING
    while time.monotonic() < deadline:
        if select.select([reading], [], [], 0.01)[0]:
            piece = os.read(reading, 1 << 20)
            if not piece:
                break
            if not data:
                deadline = time.monotonic() + delay
            data += piece
    process.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    data += process.stdout.read()
    process.wait()
    process.stdout.close()
    lines = [line for line in data.split(b"\n")[:-1] if line.startswith(b"[")]
    seen = [Seen(*json.loads(line)) for line in lines]
    return seen or [Seen(killed_at, "", "", running=False)], killed_at


def look(folder: Path, seen: list[Seen], killed_at: float, toll: Toll) -> None:
    """Open the vault and compare it with what was on screen."""
    door = door_of(folder)
    try:
        door.open()
        if door.room is None:
            toll.corrupted += 1
            return
        toll.opened += 1
        room = door.room
        try:
            room.check()
        except Exception:
            toll.corrupted += 1
            return
        if door.status.incident is not None:
            print(f"incident : {door.status.incident.code.name}")
        kept = room.transact(kept_texts)
    finally:
        door.close()
    before = [one for one in seen if one.at <= killed_at - _GRACE]
    if before:
        toll.late += _missing(before[-1], kept)
    toll.lost.append(_missing(seen[-1], kept))
    toll.while_drafting += seen[-1].running


def kept_texts(records: Records) -> list[str]:
    """Every text of the last work: its source, and its drafts as they stood."""
    found = records.works.unfinished()
    if not found:
        return []
    work: Work = found[0].work
    versions = records.versions.of_source(work.id)
    return [work.source_text, *(version.words for version in versions)] + (
        [work.shown.words] if work.shown is not None else []
    )


def _missing(seen: Seen, kept: list[str]) -> int:
    """Characters of what was seen that no kept text holds: of each line, what is after the longest
    beginning that is there."""
    lines = [line for text in (seen.source, seen.draft) for line in text.splitlines()]
    return sum(len(line) - _longest_kept(line, kept) for line in lines)


def _longest_kept(line: str, kept: list[str]) -> int:
    for length in range(len(line), 0, -1):
        if any(line[:length] in text for text in kept):
            return length
    return 0


def campaign(kills: int, seed: int, longest: float = _LONGEST) -> Toll:
    """Run ``kills`` kills, every second one with a model that writes at length, each within
    ``longest`` seconds of the first key."""
    toll, chance = Toll(), random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{variable}_HOME"] = str(folder / variable.lower())
        writer = folder / "writer.gguf"
        write_writer_model(writer, find_model(None).path)
        for number in range(kills):
            model = str(writer) if number % 2 else ""
            delay = chance.uniform(_SHORTEST, longest)
            seen, killed_at = kill_one(folder, model, seed + number, delay)
            toll.kills += 1
            look(folder, seen, killed_at, toll)
            if sys.stderr.isatty() or toll.kills % 20 == 0:
                print(f"{toll.kills} sur {kills}", file=sys.stderr, flush=True)
    return toll


def main() -> int:
    """Run the campaign; 0 if every vault opened whole with all that was a second old."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        return child(asked.child, asked.model, asked.seed)
    toll = campaign(asked.kills, asked.seed)
    print(f"arrêts brutaux {toll.kills}, coffres ouverts {toll.opened}, abîmés {toll.corrupted}, "
          f"pendant une rédaction {toll.while_drafting}")  # fmt: skip
    lost = sorted(toll.lost)
    if lost:
        print(f"caractères perdus de la dernière seconde : médiane {lost[len(lost) // 2]}, "
              f"au plus {lost[-1]} ; plus anciens : {toll.late}")  # fmt: skip
    return 1 if toll.corrupted or toll.late or toll.opened < toll.kills else 0


if __name__ == "__main__":
    sys.exit(main())
