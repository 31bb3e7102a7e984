"""A folder, a clock and a keyring for each test of the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.vault.database import Database
from assistant.vault.door import Door
from assistant.vault.migrations import migrate
from assistant.vault.records import Records
from assistant.vault.secret import Secret
from tests.vault.parts import MemoryKeyring, SetClock, a_door


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "coffre"


@pytest.fixture
def door(folder: Path, keyring: MemoryKeyring, clock: SetClock) -> Iterator[Door]:
    """A door that is still shut."""
    made = a_door(folder, keyring, clock)
    yield made
    made.close()


@pytest.fixture
def key() -> Secret:
    return Secret.random()


@pytest.fixture
def database(tmp_path: Path, key: Secret) -> Iterator[Database]:
    """An empty vault's file."""
    made = Database(tmp_path / "essai.db", key)
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def records(database: Database, clock: SetClock) -> Records:
    return Records(database, "0" * 32, clock)
