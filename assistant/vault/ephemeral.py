"""The ephemeral vault: on disk as any other, but its key is only in this session, and closing the
app destroys both."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.vault.folder_lock import FolderLock
from assistant.vault.session_keys import SessionKeys


@dataclass(frozen=True)
class Ephemeral:
    """A vault in ``folder``, opened by ``keys``, until ``destroy``."""

    folder: Path
    keys: SessionKeys

    def destroy(self) -> None:
        """Nothing is left. Raises OSError."""
        self.keys.destroy()
        shutil.rmtree(self.folder)


def find_or_begin(base: Path, session: Path | None) -> Ephemeral:
    """The vault that a crash left in ``base`` if this session still has its key, else a new one.
    What nobody can open any more is deleted. Raises OSError.

    ``session`` is where keys are kept, or None where they stay in the process.
    """
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in sorted(path for path in base.iterdir() if path.is_dir()):
        found = Ephemeral(folder, SessionKeys(session, folder.name))
        if _has_no_window(folder):
            if found.keys.exist:
                return found
            shutil.rmtree(folder, ignore_errors=True)
    name = secrets.token_hex(16)
    (base / name).mkdir(mode=0o700)
    return Ephemeral(base / name, SessionKeys(session, name))


def _has_no_window(folder: Path) -> bool:
    lock = FolderLock(folder)
    try:
        return lock.take()
    finally:
        lock.release()
