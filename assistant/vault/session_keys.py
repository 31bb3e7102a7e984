"""The key of an ephemeral vault: kept in the memory of the user's session, and nowhere else.

On Linux that is a file in XDG_RUNTIME_DIR, which the system keeps in memory (tmpfs), for this user
alone, and empties when the last session ends. A crash of the app leaves it there; a power cut, a
restart or a logout does not. It is worth what the session is: another program of the same user can
read it, and memory can be swapped out. Where there is no such place (Windows and macOS have none),
the key is only in this process, and a crash loses the work.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil

from assistant.errors import AparteError, ErrorCode
from assistant.vault.safe_file import overwrite_and_remove
from assistant.vault.secret import KEY_BYTES, Secret

_IN_MEMORY = ("tmpfs", "ramfs")


class SessionKeys:
    """The key of the ephemeral vault ``vault_id``; ``folder`` is the session's, or None."""

    ask_for_passphrase = False

    def __init__(self, folder: Path | None, vault_id: str) -> None:
        self.vault_id = vault_id
        self._path = None if folder is None else folder / f"{vault_id}.cle"
        self._held: Secret | None = None

    @property
    def exist(self) -> bool:
        """Whether the key can still be had."""
        return self._held is not None or (self._path is not None and self._path.exists())

    def begin(self, passphrase: str | None = None) -> Secret:
        """The key of a new vault. Raises AparteError: VAULT_UNWRITABLE."""
        del passphrase  # there is nothing it could open once the session is over
        data_key = Secret.random()
        if self._path is None:
            self._held = data_key.copy()
            return data_key
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                os.write(handle, data_key.data)
            finally:
                os.close(handle)
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_UNWRITABLE) from fault
        return data_key

    def fetch(self) -> Secret:
        """The key. Raises AparteError: VAULT_KEY_LOST once the session is over."""
        if self._held is not None:
            return self._held.copy()
        data = bytearray()
        if self._path is not None and self._path.exists():
            data = bytearray(self._path.read_bytes())
        if len(data) != KEY_BYTES:
            raise AparteError(ErrorCode.VAULT_KEY_LOST)
        return Secret(data)

    def fetch_with_passphrase(self, passphrase: str) -> Secret:
        """The key: no passphrase is asked for."""
        del passphrase
        return self.fetch()

    def destroy(self) -> None:
        """Nothing opens the vault any more."""
        if self._held is not None:
            self._held.forget()
            self._held = None
        if self._path is not None:
            overwrite_and_remove(self._path)


def session_memory() -> Path | None:
    """The folder of this session that is kept in memory, or None where the system has none."""
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform != "linux" or not named:
        return None
    folder = Path(named)
    try:
        owned = folder.stat().st_uid == os.getuid()
    except OSError:
        return None
    return folder / "aparte" if owned and _is_in_memory(folder) else None


def _is_in_memory(folder: Path) -> bool:
    here = folder.resolve()
    mounts = [m for m in psutil.disk_partitions(all=True) if here.is_relative_to(m.mountpoint)]
    nearest = max(mounts, key=lambda mount: len(mount.mountpoint), default=None)
    return nearest is not None and nearest.fstype in _IN_MEMORY
