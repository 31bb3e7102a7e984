"""The schema, as the list of the steps that made it: steps are added, never changed."""

from __future__ import annotations

from assistant.errors import AparteError, ErrorCode
from assistant.vault.database import Database

# Every table has « n INTEGER PRIMARY KEY »: row numbers must survive a VACUUM (the search index
# holds them), and what is left of a damaged file is read number by number.
_FIRST = (
    "CREATE TABLE about (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL)",
    # What is on screen in a window, replaced every second while someone types.
    """CREATE TABLE works (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, changed_at TEXT NOT NULL,
        owner_pid INTEGER NOT NULL, owner_started REAL NOT NULL, state TEXT NOT NULL)""",
    """CREATE TABLE sources (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, opened_at TEXT NOT NULL,
        changed_at TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX sources_by_change ON sources (changed_at)",
    """CREATE TABLE versions (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        number INTEGER NOT NULL, made_at TEXT NOT NULL, origin TEXT NOT NULL,
        form TEXT NOT NULL, mode TEXT NOT NULL, model TEXT NOT NULL,
        source_text TEXT NOT NULL, text TEXT NOT NULL, draft TEXT NOT NULL,
        coverage TEXT, seconds REAL NOT NULL)""",
    "CREATE INDEX versions_by_source ON versions (source_id, number)",
    "CREATE INDEX versions_by_date ON versions (made_at)",
    """CREATE TABLE findings (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
        kind TEXT NOT NULL, gravity TEXT NOT NULL, spans TEXT NOT NULL, detail TEXT NOT NULL,
        decision TEXT, changed_at TEXT NOT NULL)""",
    "CREATE INDEX findings_by_version ON findings (version_id)",
    """CREATE TABLE results (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
        exercise TEXT NOT NULL, result TEXT NOT NULL)""",
    """CREATE TABLE pseudonyms (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
        entries TEXT NOT NULL)""",
    """CREATE TABLE measures (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, form TEXT NOT NULL,
        mode TEXT NOT NULL, seconds REAL NOT NULL, drafting_seconds REAL NOT NULL,
        rewritten REAL NOT NULL, findings TEXT NOT NULL)""",
    """CREATE TABLE journal (
        n INTEGER PRIMARY KEY, chain TEXT NOT NULL, link INTEGER NOT NULL, at TEXT NOT NULL,
        act TEXT NOT NULL, facts TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL,
        UNIQUE (chain, link))""",
    """CREATE TRIGGER journal_is_not_rewritten BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_is_not_shortened BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE VIRTUAL TABLE found_sources USING fts5 (name, text, content = 'sources',
        content_rowid = 'n', tokenize = "unicode61 remove_diacritics 2")""",
    """CREATE VIRTUAL TABLE found_versions USING fts5 (text, content = 'versions',
        content_rowid = 'n', tokenize = "unicode61 remove_diacritics 2")""",
    # Without it, a deleted text leaves its words in the index until chance merges them away.
    "INSERT INTO found_sources (found_sources, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO found_versions (found_versions, rank) VALUES ('secure-delete', 1)",
    """CREATE TRIGGER sources_found AFTER INSERT ON sources BEGIN
        INSERT INTO found_sources (rowid, name, text) VALUES (new.n, new.name, new.text); END""",
    """CREATE TRIGGER sources_lost AFTER DELETE ON sources BEGIN
        INSERT INTO found_sources (found_sources, rowid, name, text)
            VALUES ('delete', old.n, old.name, old.text); END""",
    """CREATE TRIGGER sources_changed AFTER UPDATE OF name, text ON sources BEGIN
        INSERT INTO found_sources (found_sources, rowid, name, text)
            VALUES ('delete', old.n, old.name, old.text);
        INSERT INTO found_sources (rowid, name, text) VALUES (new.n, new.name, new.text); END""",
    """CREATE TRIGGER versions_found AFTER INSERT ON versions BEGIN
        INSERT INTO found_versions (rowid, text) VALUES (new.n, new.text); END""",
    """CREATE TRIGGER versions_lost AFTER DELETE ON versions BEGIN
        INSERT INTO found_versions (found_versions, rowid, text)
            VALUES ('delete', old.n, old.text); END""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
NEWEST = len(MIGRATIONS)


def must_migrate(database: Database) -> bool:
    """Whether the file is older than this program.

    Raises AparteError: VAULT_NEWER where it is the other way round; nothing was then changed.
    """
    if database.schema_version > NEWEST:
        raise AparteError(ErrorCode.VAULT_NEWER)
    return database.schema_version < NEWEST


def migrate(database: Database) -> None:
    """Bring the file to the newest schema, each step whole or not at all.

    Two processes may do this at once: the second waits, then finds it done. Raises AparteError.
    """
    while must_migrate(database):
        with database.transaction():
            version = database.schema_version
            if version < NEWEST:
                for statement in MIGRATIONS[version]:
                    database.run(statement)
                database.run(f"PRAGMA user_version = {version + 1}")
