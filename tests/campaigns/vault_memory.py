"""What is left of the data key in this process's memory once the vault is locked (Linux).

    .venv/bin/python -m tests.campaigns.vault_memory

The key is looked for in every writable page, as bytes and as the hexadecimal text that SQLCipher is
given; what it is compared with is held masked, so as not to be found itself.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path

from assistant.vault.door import Door
from tests.vault.parts import NOON, PASSPHRASE, MemoryKeyring, SetClock, a_door, a_work

_MASK = 0x5A
_HEX = b"0123456789abcdef"


def masked(key: bytearray) -> list[bytearray]:
    """``key`` as bytes and as hexadecimal text, masked, without any clear copy on the way."""
    raw, text = bytearray(len(key)), bytearray(2 * len(key))
    for index in range(len(key)):
        raw[index] = key[index] ^ _MASK
        text[2 * index] = _HEX[key[index] >> 4] ^ _MASK
        text[2 * index + 1] = _HEX[key[index] & 15] ^ _MASK
    return [raw, text]


def copies(needles: list[bytearray]) -> list[int]:
    """How many times each of ``needles`` stands in memory, unmasked."""
    counts = [0] * len(needles)
    with Path("/proc/self/maps").open() as maps, Path("/proc/self/mem").open("rb", 0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(word, 16) for word in addresses.split("-"))
            try:
                memory.seek(start)
                data = bytearray(memory.read(end - start)).translate(_UNMASKING)
            except (OSError, ValueError, OverflowError):
                continue
            for index, needle in enumerate(needles):
                counts[index] += data.count(needle)
    return counts


# Masking the memory that was read, instead of unmasking the needle: no clear copy is made.
_UNMASKING = bytes(value ^ _MASK for value in range(256))


def main() -> int:
    """Print the counts, open and locked."""
    with tempfile.TemporaryDirectory() as name:
        door = a_door(Path(name) / "coffre", MemoryKeyring(), SetClock())
        door.protect(PASSPHRASE)
        needles = masked(door.opened().key.data)
        _work(door)
        found = {"ouvert": copies(needles)}
        for again in ("verrouillé", "verrouillé une seconde fois"):
            door.lock()
            gc.collect()
            found[again] = copies(needles)
            door.unlock(PASSPHRASE)
            _work(door)
        door.close()
    for state, (raw, text) in found.items():
        print(f"{state} : {raw} copies en octets, {text} en hexadécimal")
    return 0


def _work(door: Door) -> None:
    for _ in range(20):
        door.opened().transact(lambda records: records.works.settle(a_work(), NOON))


if __name__ == "__main__":
    sys.exit(main())
