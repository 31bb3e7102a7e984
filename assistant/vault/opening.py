"""From a key to a sound database: checked, repaired if it must be, brought to the newest schema."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.vault.copies import Copies
from assistant.vault.database import Database
from assistant.vault.folder_lock import FolderLock
from assistant.vault.merging import merge, readable_rows_of
from assistant.vault.migrations import NEWEST, migrate, must_migrate
from assistant.vault.safe_file import replacing
from assistant.vault.secret import Secret
from assistant.vault.torn_log import is_torn

FILE = "coffre.db"
_SET_ASIDE = "coffre-abime-{stamp}.db"
_READING = "coffre-lecture.db"
_SUFFIXES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that can be worked with, and what the user must be told of its opening."""

    database: Database
    incident: AparteError | None = None


def open_database(
    folder: Path, key: Secret, lock: FolderLock, now: datetime, *, new: bool = False
) -> Opened:
    """Open the vault of ``folder``, of which ``lock`` holds a share. ``new``: it has just been
    begun, so its file need not be there.

    Raises AparteError: VAULT_NEWER, VAULT_IN_USE (damaged, and open elsewhere), VAULT_READ_ONLY…
    """
    path, copies = folder / FILE, Copies(folder)
    alone = lock.take_all()
    try:
        incident = None
        if alone and is_torn(path.with_name(f"{FILE}-wal")):
            incident = AparteError(ErrorCode.VAULT_TORN)
        if not new and not path.exists() and not copies.paths:
            incident = AparteError(ErrorCode.VAULT_GONE)
        try:
            database = _checked(path, key, copies, alone=alone)
        except AparteError as error:
            if error.code is not ErrorCode.VAULT_DAMAGED:
                raise
            if not alone:
                raise AparteError(ErrorCode.VAULT_IN_USE) from error
            database, found = _rebuilt(folder, key, now)
            incident = AparteError(ErrorCode.VAULT_REPAIRED, texts=found)
        try:
            _bring_up_to_date(database, copies, key, now, alone=alone)
        except BaseException:
            database.close()
            raise
    except OSError as fault:
        raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
    finally:
        lock.share()
    return Opened(database, incident)


def set_aside(folder: Path, now: datetime) -> Path:
    """Rename the vault's file with its log; the new name. Nothing is deleted. Raises OSError."""
    name = _SET_ASIDE.format(stamp=f"{now:%Y%m%d-%H%M%S}")
    for suffix in _SUFFIXES:
        part = folder / f"{FILE}{suffix}"
        if part.exists():
            part.rename(folder / f"{name}{suffix}")
    return folder / name


def files_set_aside(folder: Path) -> list[Path]:
    """The damaged files that were set aside, the oldest first."""
    return sorted(folder.glob(_SET_ASIDE.format(stamp="*")))


def remove_set_aside(folder: Path) -> int:
    """Delete what was set aside; how many vaults that was. Raises OSError."""
    found = files_set_aside(folder)
    for path in found:
        for suffix in _SUFFIXES:
            path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    return len(found)


def _checked(path: Path, key: Secret, copies: Copies, *, alone: bool) -> Database:
    if not path.exists() and copies.paths:
        raise AparteError(ErrorCode.VAULT_DAMAGED)  # gone, but it was there
    database = Database(path, key)
    if alone:
        try:
            database.check_pages()
        except BaseException:
            database.close()
            raise
    return database


def _bring_up_to_date(
    database: Database, copies: Copies, key: Secret, now: datetime, *, alone: bool
) -> None:
    if must_migrate(database):
        if database.schema_version:
            copies.make_before_migration(database, key)
        migrate(database)
    if alone and copies.are_due(now):
        try:
            copies.make(database, key)
        except AparteError:
            return  # a copy less is no reason to keep the vault shut


def _rebuilt(folder: Path, key: Secret, now: datetime) -> tuple[Database, int]:
    """A new file from the newest sound copy and from what is still readable in the damaged one,
    which is set aside; how many texts were found in it that the copy did not have."""
    damaged = set_aside(folder, now)
    path = folder / FILE
    for copy in Copies(folder).paths:
        if _is_sound(copy, key):
            with replacing(path) as new:
                shutil.copyfile(copy, new)
            break
    database = Database(path, key)
    try:
        migrate(database)
        return database, _read_again(database, damaged, folder / _READING, key)
    except BaseException:
        database.close()
        raise


def _read_again(database: Database, damaged: Path, reading: Path, key: Secret) -> int:
    """Opening a file changes it: what is read is a copy of the one that was set aside."""
    if not damaged.exists():
        return 0
    try:
        for suffix in _SUFFIXES[:2]:
            part = damaged.with_name(f"{damaged.name}{suffix}")
            if part.exists():
                shutil.copyfile(part, reading.with_name(f"{reading.name}{suffix}"))
        if not _has_newest_schema(reading, key):
            return 0
        return merge(database, readable_rows_of(reading, key)).texts
    except (AparteError, OSError):
        return 0  # it stays set aside, for another time
    finally:
        for suffix in _SUFFIXES:
            reading.with_name(f"{reading.name}{suffix}").unlink(missing_ok=True)


def _has_newest_schema(path: Path, key: Secret) -> bool:
    try:
        database = Database(path, key)
    except AparteError:
        return False
    try:
        return database.schema_version == NEWEST
    except AparteError:
        return False
    finally:
        database.close()


def _is_sound(path: Path, key: Secret) -> bool:
    try:
        database = Database(path, key)
    except AparteError:
        return False
    try:
        database.check_pages()
        database.check_structure()
        must_migrate(database)
        return True
    except AparteError:
        return False
    finally:
        database.close()
