"""How fast this PC reads its memory, which is what bounds the writing of one token.

Each thread looks with the C library's ``memchr`` for a byte that its part of a buffer does not
hold: it reads every byte once, writes none, and runs without Python. The buffer is far larger than
any cache. Near what an AVX2 loop reads, and within some per cent of STREAM's own figure.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time

import numpy as np

BYTES = 512 << 20
_ROUNDS = 5


def read_bandwidth(threads: int, size: int = BYTES) -> float:
    """Bytes read per second by ``threads`` threads together: the best of a few rounds over a
    buffer of ``size`` bytes."""
    buffer = np.full(size, 1, np.uint8)  # written once: untouched pages would all be one page
    runtime = "ucrtbase" if sys.platform == "win32" else None  # what is loaded already
    search = ctypes.CDLL(runtime).memchr
    search.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    search.restype = ctypes.c_void_p
    part = size // threads
    best = float("inf")
    for _ in range(_ROUNDS):
        readers = [
            threading.Thread(target=search, args=(buffer.ctypes.data + i * part, 0, part))
            for i in range(threads)
        ]
        began = time.perf_counter()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        best = min(best, time.perf_counter() - began)
    return part * threads / best
