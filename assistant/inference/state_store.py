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
from collections.abc import Sequence
from pathlib import Path

_MAGIC = b"APARTE-STATE-1\n"
_MOST_FILES = 12
_SUFFIX = ".state"


class StateStore:
    """States in ``folder``, all made under ``fingerprint``."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._fingerprint = fingerprint

    def save(self, tokens: Sequence[int], state: bytes) -> None:
        """Keep ``state``, which holds ``tokens``; a disk that refuses is no failure."""
        path = self._path(tokens)
        if path.exists():
            return
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        header = json.dumps(self._header(tokens, state)).encode("ascii")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(_MAGIC + header + b"\n")
                file.write(state)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            self._prune()
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def load(self, tokens: Sequence[int]) -> bytes | None:
        """The state kept for ``tokens``, or None. A file that is not what it should be goes."""
        path = self._path(tokens)
        try:
            with path.open("rb") as file:
                magic, header, state = file.readline(), file.readline(), file.read()
        except OSError:
            return None
        try:
            known = json.loads(header)
        except ValueError:
            known = None
        if magic == _MAGIC and known == self._header(tokens, state):
            with contextlib.suppress(OSError):
                os.utime(path)
            return state
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def _header(self, tokens: Sequence[int], state: bytes) -> dict[str, str | int]:
        return {
            "fingerprint": self._fingerprint,
            "tokens": _digest(_packed(tokens)),
            "count": len(tokens),
            "size": len(state),
            "state": _digest(state),
        }

    def _path(self, tokens: Sequence[int]) -> Path:
        name = _digest(self._fingerprint.encode() + b"\0" + _packed(tokens))
        return self._folder / f"{name[:40]}{_SUFFIX}"

    def _prune(self) -> None:
        files = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda f: f.stat().st_mtime)
        for old in files[:-_MOST_FILES]:
            old.unlink(missing_ok=True)


def _packed(tokens: Sequence[int]) -> bytes:
    return b"".join(token.to_bytes(4, "little") for token in tokens)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
