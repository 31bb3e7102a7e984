"""Whether SQLite will drop the end of a write-ahead log without a word.

SQLite reads a log up to the first frame that does not follow, and takes what comes after for
leftovers. After a crash that is right; after an alteration it silently loses what was saved. A
frame of the present generation (one of its two salts, at least, is the header's) that does not
follow tells.

Format: « WAL-Index and File Formats », sections 2 and 4 of SQLite's « walformat » document. The
sums are over the pages as they are on disk, so encrypted.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC_LITTLE = 0x377F0682
_WORD = 0xFFFFFFFF


def is_torn(log: Path) -> bool:
    """Whether ``log`` holds a frame that was written and can't be read back. Nobody may be writing
    to it. Raises OSError."""
    try:
        data = log.read_bytes()
    except FileNotFoundError:
        return False
    if len(data) <= _HEADER.size:
        return False
    magic, _, page_size, _, *salts, first, second = _HEADER.unpack_from(data)
    order = "<" if magic == _MAGIC_LITTLE else ">"
    sums = _summed(order, data[: _HEADER.size - 8], (0, 0))
    if magic not in (_MAGIC_LITTLE, _MAGIC_LITTLE + 1) or sums != (first, second):
        return True
    ended = False
    for start in range(_HEADER.size, len(data), _FRAME.size + page_size):
        frame = data[start : start + _FRAME.size + page_size]
        if len(frame) < _FRAME.size:
            return not ended  # the start of a frame that was being written
        if set(salts).isdisjoint(_FRAME.unpack_from(frame)[2:4]):
            ended = True  # left over from before the log was begun again
            continue
        _page, _size, *own, first, second = _FRAME.unpack_from(frame)
        if ended or own != salts or len(frame) < _FRAME.size + page_size:
            return True
        sums = _summed(order, frame[:8] + frame[_FRAME.size :], sums)
        if sums != (first, second):
            return True
    return False


def _summed(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _WORD
        second = (second + odd + first) & _WORD
    return first, second
