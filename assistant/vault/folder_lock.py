"""Who else has the vault open: each holds a share of its folder's lock, a repair holds it all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _SHARES = 64  # Windows locks bytes for one owner: a share is one of these bytes
else:
    import fcntl


class FolderLock:
    """A share of the lock of ``folder``, from ``take`` to ``release``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "coffre.verrou"
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Hold a share; True where nobody else holds one at this moment, and nobody can until
        ``share`` or ``release``. Raises OSError."""
        if self._file is None:
            self._file = self._path.open("ab+")
        return self.take_all()

    def share(self) -> None:
        """Let others in again."""
        if self._file is not None:
            self._share(self._file)

    def take_all(self) -> bool:
        """Whether nobody else holds a share, and nobody can until ``share``."""
        if self._file is None:
            return False
        if self._take_all(self._file):
            return True
        self._share(self._file)  # asking for all may have cost the share
        return False

    def release(self) -> None:
        """Hold nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    if sys.platform == "win32":

        def _take_all(self, file: IO[bytes]) -> bool:
            self._unlock(file)
            for byte in range(_SHARES):
                file.seek(byte)
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                except OSError:
                    self._unlock(file, byte)
                    return False
            return True

        def _share(self, file: IO[bytes]) -> None:
            self._unlock(file)
            for byte in range(_SHARES):
                file.seek(byte)
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                except OSError:
                    continue
                return

        @staticmethod
        def _unlock(file: IO[bytes], until: int = _SHARES) -> None:
            for byte in range(until):
                file.seek(byte)
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
                except OSError:
                    continue
    else:

        def _take_all(self, file: IO[bytes]) -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            return True

        def _share(self, file: IO[bytes]) -> None:
            fcntl.flock(file, fcntl.LOCK_SH)
