"""A backup: the whole vault in one encrypted file, opened elsewhere by the recovery code.

The file is our mark, a line that tells the size and the SHA-256 of what follows, the key file (its
recovery slot alone), then the database as it is encrypted on this PC.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from assistant.errors import AparteError, ErrorCode
from assistant.vault.database import Database
from assistant.vault.keys import KeyFile
from assistant.vault.merging import Merged, merge, rows_of
from assistant.vault.migrations import migrate, must_migrate
from assistant.vault.safe_file import replacing
from assistant.vault.stored_keys import opened_by_code

_MARK = b"APARTE-COFFRE-1\n"
_LONGEST_LINE = 4096
_MOST_KEYS = 65_536


@dataclass(frozen=True, slots=True)
class _Parts:
    """What follows the mark: sizes in bytes, digest of the keys and of the database."""

    keys: int
    database: int
    sha256: str


def write_backup(database: Database, keys: KeyFile, path: Path) -> None:
    """Write the whole of ``database`` to ``path``, whole or not at all.

    Raises AparteError: VAULT_EXPORT_UNWRITABLE.
    """
    slots = keys.to_bytes()
    try:
        with replacing(path) as new:
            whole = new.with_name(f"{new.name}-coffre")
            try:
                database.copy_to(whole)
                parts = _Parts(len(slots), whole.stat().st_size, _digest(slots, whole))
                with new.open("wb") as out, whole.open("rb") as data:
                    out.write(_MARK)
                    out.write(json.dumps([parts.keys, parts.database, parts.sha256]).encode())
                    out.write(b"\n" + slots)
                    shutil.copyfileobj(data, out)
            finally:
                whole.unlink(missing_ok=True)
    except OSError as fault:
        raise AparteError(ErrorCode.VAULT_EXPORT_UNWRITABLE) from fault


def read_backup(into: Database, path: Path, typed_code: str, workshop: Path) -> Merged:
    """Add to ``into`` all that the backup ``path`` holds; twice the same changes nothing.

    ``workshop`` is a folder for a copy that stays encrypted. Raises AparteError:
    VAULT_BACKUP_UNREADABLE, VAULT_CODE_MISTYPED, VAULT_CODE_WRONG, VAULT_NEWER; nothing was then
    changed.
    """
    with _unpacked(path, workshop) as (keys, copy):
        data_key = opened_by_code(keys, typed_code)
        try:
            found = Database(copy, data_key)
        except AparteError as error:
            raise AparteError(ErrorCode.VAULT_BACKUP_UNREADABLE) from error
        finally:
            data_key.forget()
        try:
            _make_sound(found)
            return merge(into, rows_of(found))
        finally:
            found.close()


def _make_sound(found: Database) -> None:
    try:
        found.check_pages()
        found.check_structure()
    except AparteError as error:
        raise AparteError(ErrorCode.VAULT_BACKUP_UNREADABLE) from error
    if must_migrate(found):
        migrate(found)


@contextmanager
def _unpacked(path: Path, workshop: Path) -> Iterator[tuple[KeyFile, Path]]:
    copy = workshop / "coffre-importe.db"
    try:
        try:
            with path.open("rb") as file, copy.open("wb") as out:
                parts = _parts(file)
                slots = file.read(parts.keys)
                shutil.copyfileobj(file, out)
            _check_whole(parts, slots, copy)
            keys = KeyFile.from_bytes(slots)
        except (OSError, ValueError, TypeError) as fault:
            raise AparteError(ErrorCode.VAULT_BACKUP_UNREADABLE) from fault
        yield keys, copy
    finally:
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(f"{copy.name}{suffix}").unlink(missing_ok=True)


def _parts(file: IO[bytes]) -> _Parts:
    if file.read(len(_MARK)) != _MARK:
        raise ValueError("not a backup")
    keys, database, sha256 = json.loads(file.readline(_LONGEST_LINE))
    if not 0 < int(keys) <= _MOST_KEYS:
        raise ValueError("not a backup")
    return _Parts(int(keys), int(database), str(sha256))


def _check_whole(parts: _Parts, slots: bytes, database: Path) -> None:
    if database.stat().st_size != parts.database or _digest(slots, database) != parts.sha256:
        raise ValueError("cut, or altered")


def _digest(slots: bytes, database: Path) -> str:
    digest = hashlib.sha256(slots)
    with database.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
