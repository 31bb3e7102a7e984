"""One connection to the encrypted file: SQLCipher, WAL, one transaction at a time.

The key is the raw data key: no derivation here, so opening takes milliseconds. Every page carries
its HMAC-SHA512; one that was altered, even by a bit, is refused when it is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from assistant.errors import AparteError, ErrorCode
from assistant.vault.secret import Secret

if TYPE_CHECKING:
    from sqlite3 import Connection

Row = tuple[Any, ...]

BUSY_SECONDS = 5.0
_WAL_PAGES = 500  # 2 MB, then it is folded into the file
_CODES = {
    "SQLITE_FULL": ErrorCode.VAULT_DISK_FULL,
    "SQLITE_READONLY": ErrorCode.VAULT_READ_ONLY,
    "SQLITE_PERM": ErrorCode.VAULT_READ_ONLY,
    "SQLITE_CANTOPEN": ErrorCode.VAULT_READ_ONLY,
    "SQLITE_IOERR": ErrorCode.VAULT_UNWRITABLE,
    "SQLITE_BUSY": ErrorCode.VAULT_BUSY,
    "SQLITE_LOCKED": ErrorCode.VAULT_BUSY,
    "SQLITE_CORRUPT": ErrorCode.VAULT_DAMAGED,
    "SQLITE_NOTADB": ErrorCode.VAULT_DAMAGED,
}


class Database:
    """The encrypted file ``path``, opened on the thread that will use it."""

    def __init__(self, path: Path, key: Secret) -> None:
        """Open ``path``, or begin it. Raises AparteError (VAULT_…); VAULT_DAMAGED where the key is
        not its key, which can't be told from damage to its first page."""
        self.path = path
        self._key = key.copy()
        try:
            with _told():
                self._connection = self._open()
        except BaseException:
            self._key.forget()
            raise

    def _open(self) -> Connection:
        new = not self.path.exists()
        if new:  # ours alone from its first byte
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        # No cache of statements: the one that gives the key must not be kept.
        connection: Connection = dbapi2.connect(
            str(self.path), timeout=BUSY_SECONDS, isolation_level=None, cached_statements=0
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes on our stderr
            connection.execute("PRAGMA cipher_memory_security = ON")
            connection.execute(self._key_words())
            if new:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            for words in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "fullfsync = ON",
                f"wal_autocheckpoint = {_WAL_PAGES}",
                "secure_delete = ON",
                "foreign_keys = ON",
                "trusted_schema = OFF",
                "cell_size_check = ON",
                "temp_store = MEMORY",
            ):
                connection.execute(f"PRAGMA {words}").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _key_words(self) -> str:
        return f"PRAGMA key = \"x'{self._key.data.hex()}'\""

    def close(self) -> None:
        """Fold the log into the file, close it, forget the key. Never fails."""
        self._connection.close()
        self._key.forget()

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Execute one statement; the number of rows it changed. Raises AparteError (VAULT_…)."""
        with _told():
            changed = self._connection.execute(sql, values).rowcount
            _refuse_undeciphered(self._connection)
        return changed

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """What one statement finds. Raises AparteError (VAULT_…)."""
        with _told():
            found = self._connection.execute(sql, values).fetchall()
            _refuse_undeciphered(self._connection)
        return found

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first column of the first row, or None. Raises AparteError (VAULT_…)."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that the block does, or nothing of it. Another process waits for us, or we for it.

        Raises AparteError (VAULT_…); nothing was then changed.
        """
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    def copy_to(self, path: Path) -> None:
        """Copy the whole into the empty file ``path``, under the same key. Raises AparteError."""
        with _told():
            target: Connection = dbapi2.connect(
                str(path), isolation_level=None, cached_statements=0
            )
            try:
                target.execute(self._key_words())
                self._connection.backup(target)
                _refuse_undeciphered(self._connection)
                target.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, no log
            finally:
                target.close()

    def check_pages(self) -> None:
        """Authenticate every page. Raises AparteError: VAULT_DAMAGED."""
        if self.rows("PRAGMA cipher_integrity_check"):
            raise AparteError(ErrorCode.VAULT_DAMAGED)

    def check_structure(self, interrupted: Callable[[], bool] = lambda: False) -> bool:
        """Check the trees of the file; False where ``interrupted`` said to do it another time.

        Raises AparteError: VAULT_DAMAGED.
        """
        handler = self._connection.set_progress_handler
        handler(lambda: int(interrupted()), 1000)
        try:
            found = self._connection.execute("PRAGMA integrity_check").fetchall()
        except dbapi2.OperationalError as fault:
            if fault.sqlite_errorname == "SQLITE_INTERRUPT":
                return False
            raise AparteError(ErrorCode.VAULT_DAMAGED) from fault
        except dbapi2.DatabaseError as fault:
            raise AparteError(ErrorCode.VAULT_DAMAGED) from fault
        finally:
            handler(None, 0)
        if found != [("ok",)]:
            raise AparteError(ErrorCode.VAULT_DAMAGED)
        return True

    def compact(self) -> None:
        """Give back the pages that deleting left, and empty the log of what they held."""
        with self.transaction():
            self.rows("PRAGMA incremental_vacuum")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def schema_version(self) -> int:
        """How many migrations the file went through."""
        return int(self.value("PRAGMA user_version"))


def _refuse_undeciphered(connection: Connection) -> None:
    """SQLCipher (4.19) gives zeros for a page that fails its HMAC, and raises only at the next one:
    a long text whose last page was altered would come back wrong, without a word. So what it says
    of itself is asked after each statement, which is also before each commit.

    Raises AparteError: VAULT_DAMAGED.
    """
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise AparteError(ErrorCode.VAULT_DAMAGED)


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite raises, as what the user is told. A mistake in our SQL stays as it is."""
    try:
        yield
    except dbapi2.Error as fault:
        name = getattr(fault, "sqlite_errorname", None) or ""
        code = next((code for start, code in _CODES.items() if name.startswith(start)), None)
        if code is None:
            raise
        raise AparteError(code) from fault
    except PermissionError as fault:
        raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
    except OSError as fault:
        raise AparteError(ErrorCode.VAULT_UNWRITABLE) from fault
