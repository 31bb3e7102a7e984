"""From a passphrase to a key: Argon2id, as slow as this PC can bear, and an honest estimate of what
the passphrase is worth.

Argon2id: RFC 9106. Its second recommended choice (64 MiB, 3 passes) is the least that is ever used;
a PC that is quicker than a second with it gets more memory, then more passes.
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass

import psutil
from argon2.low_level import Type, hash_secret_raw

from assistant.vault.secret import KEY_BYTES, Secret

_SALT_BYTES = 16
_MOST_MEMORY_KIB = 256 * 1024
_LEAST_MEMORY_KIB = 64 * 1024
_LEAST_PASSES = 3
_MOST_PASSES = 12
_MOST_LANES = 4
_SHARE_OF_MEMORY = 16
AIM_SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: Argon2id's memory, passes and lanes."""

    memory_kib: int
    passes: int
    lanes: int


LEAST = Cost(_LEAST_MEMORY_KIB, _LEAST_PASSES, min(_MOST_LANES, psutil.cpu_count() or 1))


def derived(passphrase: str, cost: Cost, salt: bytes) -> Secret:
    """The key of ``passphrase``. Accents typed on another system give the same key."""
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    key = hash_secret_raw(typed, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)
    return Secret(bytearray(key))


def parameters(cost: Cost) -> dict[str, int | str]:
    """What a slot keeps: ``cost`` and a new salt."""
    return {**asdict(cost), "salt": secrets.token_hex(_SALT_BYTES)}


def calibrated(timed: Callable[[Cost], float] | None = None) -> Cost:
    """The cost that takes this PC about AIM_SECONDS, and never less than LEAST.

    ``timed`` measures one derivation, in seconds.
    """
    timed = timed or _timed
    most = min(_MOST_MEMORY_KIB, psutil.virtual_memory().total // 1024 // _SHARE_OF_MEMORY)
    cost, seconds = LEAST, timed(LEAST)
    while seconds * 2 <= AIM_SECONDS and cost.memory_kib * 2 <= most:
        cost = Cost(cost.memory_kib * 2, cost.passes, cost.lanes)
        seconds = timed(cost)
    passes = int(cost.passes * AIM_SECONDS / max(seconds, 1e-3))
    return Cost(cost.memory_kib, min(max(passes, _LEAST_PASSES), _MOST_PASSES), cost.lanes)


def _timed(cost: Cost) -> float:
    began = time.perf_counter()
    derived("mesure de ce poste", cost, bytes(_SALT_BYTES)).forget()
    return time.perf_counter() - began
