"""One byte of a vault altered, again and again: refused, repaired or without effect, never wrong.

    .venv/bin/python -m tests.campaigns.vault_bytes [--positions 300]

Bytes of the vault’s file, of its log after a crash and of its key file are altered in a copy
of the whole folder, then the vault is opened as the app does. What it then holds must be exactly
what was saved, or less with a word said; a text that was never saved, or a loss without a word, is
wrong.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from assistant.vault.door import Door
from tests.vault.parts import NOON, MemoryKeyring, SetClock, a_door, a_work

FILES = ("coffre.db", "coffre.db-wal", "coffre.cles")


def attack(folder: Path, positions: int, seed: int = 1) -> Counter[str]:
    """Alter ``positions`` bytes of vaults made in ``folder``; how many times what came of it."""
    chance, keyring = random.Random(seed), MemoryKeyring()
    intact = folder / "intact"
    saved = _fill(intact, keyring, with_copy=bool(seed % 2))
    outcomes: Counter[str] = Counter()
    for number in range(positions):
        name = FILES[0] if number % 6 < 4 else FILES[number % 6 - 3]
        attacked = folder / "attaque"
        shutil.copytree(intact, attacked)
        path = attacked / name
        position = chance.randrange(path.stat().st_size)
        data = bytearray(path.read_bytes())
        data[position] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        outcomes[_outcome(attacked, keyring, saved)] += 1
        shutil.rmtree(attacked)
    return outcomes


def _fill(folder: Path, keyring: MemoryKeyring, *, with_copy: bool) -> set[str]:
    """A vault as a crash leaves it, most of it in the file, the rest in the log; what it holds."""
    living = folder.with_name("vivant")
    door = a_door(living, keyring, SetClock())
    door.open()
    saved = {_settle(door, number) for number in range(20)}
    room = door.opened()
    room.records.database.compact()
    if with_copy:
        room.copies.make(room.records.database, room.key)
    saved |= {_settle(door, number) for number in range(20, 24)}
    shutil.copytree(living, folder)
    door.close()
    shutil.rmtree(living)
    return saved


def _settle(door: Door, number: int) -> str:
    text = f"Note {number}. " + "TA 14/8, sans fièvre. " * (10 * number)
    door.opened().transact(lambda records: records.works.settle(a_work(text), NOON))
    return text


def _outcome(folder: Path, keyring: MemoryKeyring, saved: set[str]) -> str:
    door = a_door(folder, keyring, SetClock())
    try:
        door.open()
        if door.room is None:
            return "refusé"
        found = {source.text for source in door.room.records.sources.recent(1000)}
        told = door.status.incident is not None
    finally:
        door.close()
    if not found <= saved:
        return "faux"
    if found == saved:
        return "réparé" if told else "sans effet"
    return "réparé en partie, et dit" if told else "perdu sans un mot"


def main() -> int:
    """Run the attack; 0 if nothing was wrong and nothing was lost without a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=300)
    asked = parser.parse_args()
    outcomes: Counter[str] = Counter()
    for seed in (1, 2):  # with a copy of the day that is up to date, then with an empty one
        with tempfile.TemporaryDirectory() as folder:
            outcomes += attack(Path(folder), asked.positions // 2, seed)
    print(", ".join(f"{outcome} : {count}" for outcome, count in sorted(outcomes.items())))
    return 1 if outcomes["faux"] or outcomes["perdu sans un mot"] else 0


if __name__ == "__main__":
    sys.exit(main())
