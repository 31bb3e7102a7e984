"""States of prefixes on disk, kept across starts. Never a state that holds patient text.

llama.cpp checks next to nothing in a state and aborts on a malformed one. So each file carries our
own header: a fingerprint (model, build, context, cache types), the tokens and a checksum. A file
that does not match to the letter is ignored and removed, never handed to llama.cpp.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from assistant.inference.model import State

_MAGIC = b"APARTE-STATE-1\n"
_MOST_FILES = 12
_SUFFIX = ".state"
_HALF_WRITTEN, _SURELY_LEFT_SECONDS = "*.tmp", 3600
_PIECE = 4 << 20


class StateStore:
    """States in ``folder``, all made under ``fingerprint``."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._fingerprint = fingerprint

    def save(self, tokens: Sequence[int], state: State) -> None:
        """Keep ``state``, which holds ``tokens``; a disk that refuses is no failure."""
        path = self._path(tokens)
        if path.exists():
            return
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        header = json.dumps(self._header(tokens, len(state), _digest(state.data))).encode("ascii")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(_MAGIC + header + b"\n")
                file.write(state.data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            self._prune()
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def load(self, tokens: Sequence[int]) -> State | None:
        """The state kept for ``tokens``, or None. A file that is not what it should be goes."""
        path = self._path(tokens)
        try:
            with path.open("rb") as file:
                state = self._read(file, tokens)
        except OSError:
            return None
        with contextlib.suppress(OSError):
            if state is None:
                path.unlink()
            else:
                os.utime(path)
        return state

    def _read(self, file: BinaryIO, tokens: Sequence[int]) -> State | None:
        magic, header = file.readline(), file.readline()
        size = os.fstat(file.fileno()).st_size - file.tell()
        try:
            known = json.loads(header)
        except ValueError:
            return None
        if magic != _MAGIC or size <= 0:
            return None
        state = np.empty(size, np.uint8)
        found = self._header(tokens, size, _read_and_digest(file, state))
        return state if known == found else None

    def _header(self, tokens: Sequence[int], size: int, digest: str) -> dict[str, str | int]:
        return {
            "fingerprint": self._fingerprint,
            "tokens": _digest(_packed(tokens)),
            "count": len(tokens),
            "size": size,
            "state": digest,
        }

    def _path(self, tokens: Sequence[int]) -> Path:
        name = _digest(self._fingerprint.encode() + b"\0" + _packed(tokens))
        return self._folder / f"{name[:40]}{_SUFFIX}"

    def _prune(self) -> None:
        files = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda f: f.stat().st_mtime)
        for old in files[:-_MOST_FILES]:
            old.unlink(missing_ok=True)
        for half in self._folder.glob(_HALF_WRITTEN):  # by a worker that was killed meanwhile
            if time.time() - half.stat().st_mtime > _SURELY_LEFT_SECONDS:
                half.unlink(missing_ok=True)


def _packed(tokens: Sequence[int]) -> bytes:
    return b"".join(token.to_bytes(4, "little") for token in tokens)


def _digest(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_and_digest(file: BinaryIO, state: State) -> str:
    """Fill ``state`` from ``file``: a piece is hashed while the disk gives the next one."""
    digest = hashlib.sha256()
    hashing = threading.Thread()
    hashing.start()
    for start in range(0, len(state), _PIECE):
        piece = state.data[start : start + _PIECE]
        file.readinto(piece)  # type: ignore[attr-defined]
        hashing.join()
        hashing = threading.Thread(target=digest.update, args=(piece,))
        hashing.start()
    hashing.join()
    return digest.hexdigest()
