"""How long the vault takes: on the window's thread while typing, to open, to search, to say that a
disk is full.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.campaigns.vault_speed [--records 20000]

The window is the real one, on a source of 20,000 words; each key is timed with and without a vault.
The full disk is a real one (a small tmpfs) where this process may mount one.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.checking import Checker
from assistant.documents import Source
from assistant.drafting.sources import example_sources
from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import ErrorCode
from assistant.gui.application import make_application
from assistant.gui.safekeeping import Safekeeping
from assistant.gui.window import MainWindow
from assistant.gui.window_vault import WindowVault
from assistant.model_store.catalogue import find_model
from assistant.settings import Settings
from assistant.tasks import Desk
from assistant.vault.door import Door
from assistant.vault.journal import Act
from assistant.vault.moments import utc_now
from assistant.vault.vault import Vault
from tests.campaigns.kills import run_until
from tests.vault.parts import MemoryKeyring, a_door, a_version, a_work

WORDS = 20_000
KEYS = 400
SEARCHES = ("quercy", "bisoprolol 5", "oedeme aigu", "zzz", "ta", "insuffisance cardiaque")
_PATIENCE = 30.0


def long_note(words: int) -> str:
    """Fictional notes, ``words`` words long."""
    lines = "\n".join(example.text for example in example_sources()).splitlines()
    chance, note, count = random.Random(1), [], 0
    while count < words:
        note.append(chance.choice(lines))
        count += len(note[-1].split())
    return "\n".join(note)


def typing(folder: Path, *, with_vault: bool) -> tuple[list[float], list[float]]:
    """Seconds that each of KEYS keys takes on the window's thread, on a source of WORDS words, and
    how much of them the vault's own slots take there."""
    desk, nlp = Desk(find_model(None)), Engine(command=NLP_COMMAND)
    window = MainWindow(desk, Checker(nlp), Settings())
    vault = Vault(a_door(folder, MemoryKeyring(), utc_now)) if with_vault else None
    spent = _Spent()
    with spent.watching("_source_changed", "_flow_changed", "look"):
        if vault is not None:
            WindowVault(window, vault, desk)
    window.show()
    window.open_source(Source(long_note(WORDS)))
    editor = window.drafting.source.editor
    run_until(lambda: vault is None or vault.status.reason is None, 2.0)
    taken, of_the_vault = [], []
    for _ in range(KEYS):
        spent.seconds, began = 0.0, time.perf_counter()
        QTest.keyClick(editor, Qt.Key.Key_A)
        taken.append(time.perf_counter() - began)
        run_until(lambda: False, 0.02)
        of_the_vault.append(spent.seconds)
    window.close()
    if vault is not None:
        vault.close()
    desk.close()
    nlp.close()
    return taken, of_the_vault


class _Spent:
    """Seconds spent in methods of Safekeeping, those that Qt calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def watching(self, *names: str) -> Iterator[None]:
        """Objects made meanwhile have their methods ``names`` timed."""
        originals = {name: getattr(Safekeeping, name) for name in names}
        for name, original in originals.items():
            setattr(Safekeeping, name, self._timed(original))
        try:
            yield
        finally:
            for name, original in originals.items():
                setattr(Safekeeping, name, original)

    def _timed(self, method: Callable[..., object]) -> Callable[..., object]:
        def timed(*arguments: object) -> object:
            began = time.perf_counter()
            try:
                return method(arguments[0])  # not what the signal carries
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def handing_over(folder: Path) -> list[float]:
    """Seconds that handing over 20,000 words takes, while the vault's thread saves them."""
    vault = Vault(a_door(folder, MemoryKeyring(), utc_now))
    vault.ask_door(Door.open).result(_PATIENCE)
    note, taken = long_note(WORDS), []
    for number in range(3000):
        work = a_work(f"{note}{number}", utc_now())
        began = time.perf_counter()
        vault.keep(work)
        taken.append(time.perf_counter() - began)
        if number % 20 == 0:
            time.sleep(0.005)
    vault.close()
    return taken


def large_vault(folder: Path, records: int) -> dict[str, float]:
    """Seconds to open, check, search, purge and copy a vault of ``records`` records (half sources,
    half drafts), and its size in bytes."""
    keyring = MemoryKeyring()
    door = a_door(folder, keyring, utc_now)
    door.open()
    _fill(door, records // 2)
    door.close()
    found: dict[str, float] = {"taille (octets)": float((folder / "coffre.db").stat().st_size)}
    for again in range(3):
        began = time.perf_counter()
        door.open()
        found[f"ouverture {again + 1}"] = time.perf_counter() - began
        door.close()
    door.open()
    room = door.opened()
    slowest = 0.0
    for asked in SEARCHES * 3:
        began = time.perf_counter()
        room.records.search.find(asked)
        slowest = max(slowest, time.perf_counter() - began)
    found["recherche la plus lente"] = slowest
    for name, work in _chores(door):
        began = time.perf_counter()
        work()
        found[name] = time.perf_counter() - began
    door.close()
    return found


def _chores(door: Door) -> Iterator[tuple[str, Callable[[], object]]]:
    room = door.opened()
    yield "vérification complète", room.check
    yield "copie du jour", lambda: room.copies.make(room.records.database, room.key)
    (source,) = room.records.sources.recent(1)
    yield "effacer un texte pour de bon", lambda: room.delete_sources([source.id])
    yield "journal, une ligne", lambda: room.transact(lambda r: r.note(Act.DRAFTED))


def _fill(door: Door, sources: int) -> None:
    room, chance = door.opened(), random.Random(2)
    words = long_note(5000).split()
    now = utc_now()
    for start in range(0, sources, 500):
        with room.records.database.transaction():
            for _ in range(min(500, sources - start)):
                at = now - timedelta(minutes=chance.randrange(20 * 24 * 60))
                work = a_work(" ".join(chance.choices(words, k=300)), at)
                room.records.works.settle(work, at)
                text = " ".join(chance.choices(words, k=200))
                room.records.versions.add(a_version(work.id, at, text))


def full_disk(folder: Path) -> float | None:
    """Seconds from a text that does not fit on the disk to the word about it; None where no disk
    could be filled."""
    with _small_disk(folder) as disk:
        if disk is None:
            return None
        vault = Vault(a_door(disk / "coffre", MemoryKeyring(), utc_now))
        vault.ask_door(Door.open).result(_PATIENCE)
        told: list[tuple[float, ErrorCode]] = []
        vault.listener = _Told(told)
        (disk / "plein").write_bytes(os.urandom(_left(disk) - 8192))
        began = time.monotonic()
        vault.keep(a_work(long_note(WORDS), utc_now()))
        run_until(lambda: bool(told), _PATIENCE)
        (disk / "plein").unlink()
        kept = vault.ask(lambda r: r.database.value("SELECT count(*) FROM works"))
        run_until(kept.done, _PATIENCE)
        assert kept.result() == 1, "what waited was not saved once there was room"
        vault.close()
        assert told[0][1] is ErrorCode.VAULT_DISK_FULL, told
        return told[0][0] - began


class _Told:
    """Notes when the vault says that it can't save."""

    def __init__(self, told: list[tuple[float, ErrorCode]]) -> None:
        self._told = told

    def vault_changed(self, status: object) -> None:
        pass

    def saved(self) -> None:
        pass

    def not_saved(self, error: object) -> None:
        self._told.append((time.monotonic(), error.code))  # type: ignore[attr-defined]


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def _left(disk: Path) -> int:
    state = os.statvfs(disk)
    return state.f_bavail * state.f_bsize


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not pass."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _told_of(name: str, values: Sequence[float]) -> str:
    return (
        f"{name} : médiane {percentile(values, 0.5) * 1000:.2f} ms, "
        f"99 % sous {percentile(values, 0.99) * 1000:.2f} ms, au plus {max(values) * 1000:.2f} ms"
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    asked = parser.parse_args()
    make_application(Settings())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{variable}_HOME"] = str(folder / variable.lower())
        print(_told_of("remettre 20 000 mots au coffre", handing_over(folder / "a")))
        without, _ = typing(folder / "b", with_vault=False)
        keys, of_the_vault = typing(folder / "c", with_vault=True)
        print(_told_of("une touche, sans coffre", without))
        print(_told_of("une touche, avec coffre", keys))
        print(_told_of("dont le coffre, sur le fil de la fenêtre", of_the_vault))
        for what, value in large_vault(folder / "d", asked.records).items():
            print(f"{what} : {value:.3f}" + ("" if "octets" in what else " s"))
        seconds = full_disk(folder / "e")
        print("disque plein : " + ("non essayé" if seconds is None else f"dit en {seconds:.2f} s"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
