"""Copies of the vault beside it, under the same key: one a day, and one before each migration."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.vault.database import Database
from assistant.vault.safe_file import replacing
from assistant.vault.secret import Secret

DAILY = "coffre-copie.db"
_BEFORE = "coffre-avant-version-{version}.db"
_EVERY = timedelta(days=1)


class Copies:
    """The copies in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def paths(self) -> list[Path]:
        """Those that are there, the one of the day first."""
        found = [self._folder / DAILY]
        found += sorted(self._folder.glob(_BEFORE.format(version="*")), reverse=True)
        return [path for path in found if path.exists()]

    def made_at(self) -> datetime | None:
        """When the copy of the day was made."""
        try:
            return datetime.fromtimestamp((self._folder / DAILY).stat().st_mtime).astimezone()
        except OSError:
            return None

    def are_due(self, now: datetime) -> bool:
        """Whether the copy of the day is older than a day, or dated in the future."""
        made_at = self.made_at()
        return made_at is None or not timedelta() <= now - made_at < _EVERY

    def make(self, database: Database, key: Secret) -> None:
        """Make the copy of the day, and check it before it takes the place of the last one.

        Raises AparteError; the last copy is then still there.
        """
        self._copy(database, key, self._folder / DAILY)

    def make_before_migration(self, database: Database, key: Secret) -> None:
        """Copy the file as it is before a step of the schema. Raises AparteError."""
        name = _BEFORE.format(version=database.schema_version + 1)
        self._copy(database, key, self._folder / name)

    def forget_older_schemas(self) -> None:
        """Remove the copies made before a migration: deleting can't reach into an older schema."""
        for path in self._folder.glob(_BEFORE.format(version="*")):
            path.unlink(missing_ok=True)

    @staticmethod
    def _copy(database: Database, key: Secret, path: Path) -> None:
        try:
            with replacing(path) as new:
                database.copy_to(new)
                made = Database(new, key)
                try:
                    made.check_pages()
                finally:
                    made.close()
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_UNWRITABLE) from fault
