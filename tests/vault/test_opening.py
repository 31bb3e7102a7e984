"""Opening: checked, repaired, migrated; what is damaged is set aside, never deleted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.vault import migrations
from assistant.vault.copies import Copies
from assistant.vault.database import Database
from assistant.vault.door import Door, Standing
from assistant.vault.folder_lock import FolderLock
from assistant.vault.journal import first_broken_link
from assistant.vault.opening import files_set_aside, open_database, remove_set_aside
from assistant.vault.records import Records
from assistant.vault.room import Room
from assistant.vault.secret import Secret
from assistant.vault.torn_log import is_torn
from tests.vault.parts import NOON, MemoryKeyring, SetClock, a_door, a_work

SCHEMAS = Path(__file__).parent / "schemas"
PAGE = 4096


@pytest.fixture
def room(door: Door) -> Room:
    door.open()
    assert door.room is not None
    return door.room


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 0x20
    path.write_bytes(data)


def standing(door: Door) -> Standing:
    return door.status.standing


def incident(door: Door) -> ErrorCode | None:
    return None if door.status.incident is None else door.status.incident.code


def texts(door: Door) -> int:
    assert door.room is not None
    return door.room.records.counts()["sources"]


def settle(room: Room, number: int, length: int = 500) -> None:
    for index in range(number):
        work = a_work(f"Note {index}. " + "TA 14/8 sans fièvre. " * length)
        room.transact(lambda records, work=work: records.works.settle(work, NOON))  # type: ignore[misc]


def test_a_vault_begins_opens_and_locks(door: Door, folder: Path) -> None:
    assert standing(door) is Standing.SHUT
    door.open()
    assert standing(door) is Standing.OPEN
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o077 for p in folder.iterdir() if p.suffix in (".db", ".cles")} == {
        0
    }
    door.lock()
    assert standing(door) is Standing.LOCKED
    assert not (folder / "coffre.db-wal").exists()
    with pytest.raises(AparteError) as refused:
        door.opened()
    assert refused.value.code is ErrorCode.VAULT_LOCKED
    door.unlock()
    assert standing(door) is Standing.OPEN


def test_a_damaged_file_is_rebuilt_from_its_copy_and_what_is_still_readable(
    door: Door, room: Room, folder: Path
) -> None:
    settle(room, 5)
    room.copies.make(room.records.database, room.key)
    settle(room, 5)
    door.close()
    flip(folder / "coffre.db", (folder / "coffre.db").stat().st_size - PAGE + 100)
    before = (folder / "coffre.db").read_bytes()
    door.open()
    assert standing(door) is Standing.OPEN
    assert incident(door) is ErrorCode.VAULT_REPAIRED
    assert 9 <= texts(door) <= 10
    (aside,) = files_set_aside(folder)
    assert aside.read_bytes() == before
    assert not (folder / "coffre-lecture.db").exists()
    door.close()
    door.open()
    assert incident(door) is None
    assert remove_set_aside(folder) == 1
    assert files_set_aside(folder) == []


def test_a_first_page_that_is_gone_leaves_the_copy(door: Door, room: Room, folder: Path) -> None:
    settle(room, 3)
    room.copies.make(room.records.database, room.key)
    door.close()
    for path in (folder / "coffre.db",):
        path.write_bytes(b"\0" * PAGE + path.read_bytes()[PAGE:])
    door.open()
    assert texts(door) == 3
    assert first_broken_link(door.opened().records.journal.entries()) is None


def test_without_any_copy_what_can_be_read_is_read(door: Door, room: Room, folder: Path) -> None:
    settle(room, 8)
    door.close()
    for path in Copies(folder).paths:
        path.unlink()
    size = (folder / "coffre.db").stat().st_size
    flip(folder / "coffre.db", size - 5 * PAGE + 100)
    door.open()
    assert standing(door) is Standing.OPEN
    assert 5 <= texts(door) <= 8


def test_a_file_that_vanished_comes_back_from_its_copy(
    door: Door, room: Room, folder: Path
) -> None:
    settle(room, 2)
    room.copies.make(room.records.database, room.key)
    door.close()
    (folder / "coffre.db").unlink()
    door.open()
    assert texts(door) == 2
    assert incident(door) is ErrorCode.VAULT_REPAIRED
    door.close()
    for path in folder.glob("*.db"):
        path.unlink()
    door.open()
    assert incident(door) is ErrorCode.VAULT_GONE


def test_damage_found_while_working_is_repaired(door: Door, room: Room, folder: Path) -> None:
    settle(room, 20)
    room.records.database.compact()
    room.copies.make(room.records.database, room.key)
    size = (folder / "coffre.db").stat().st_size
    for page in range(1, size // PAGE):
        flip(folder / "coffre.db", page * PAGE + 100)
    door.reopen()
    assert texts(door) == 20


def test_a_damaged_file_that_another_window_holds_is_left_alone(
    door: Door, room: Room, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    settle(room, 3)
    room.records.database.compact()
    (folder / "coffre.db").write_bytes(b"\0" * PAGE + (folder / "coffre.db").read_bytes()[PAGE:])
    other = a_door(folder, keyring, clock)
    other.open()
    assert other.status.reason is not None
    assert other.status.reason.code is ErrorCode.VAULT_IN_USE
    assert files_set_aside(folder) == []
    other.close()


def test_two_windows_work_at_once(
    door: Door, room: Room, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    other = a_door(folder, keyring, clock)
    other.open()
    assert other.room is not None
    settle(room, 2)
    settle(other.room, 3)
    assert texts(door) == texts(other) == 5
    entries = other.room.records.journal.entries()
    assert first_broken_link(entries) is None
    other.close()
    door.close()


def test_a_log_cut_in_its_middle_is_told(door: Door, room: Room, folder: Path) -> None:
    settle(room, 3)
    shutil.copytree(folder, folder.with_name("mort"))  # as a crash leaves it: with its log
    dead = folder.with_name("mort")
    log = dead / "coffre.db-wal"
    size = log.stat().st_size
    assert not is_torn(log)
    whole = log.read_bytes()
    for position in (0, 20, 40, 32 + 24 + 100, size // 2, size - 50, size - PAGE - 10):
        log.write_bytes(whole)
        flip(log, position)
        assert is_torn(log), position
    log.write_bytes(whole[: size // 2 + 30])
    assert is_torn(log)
    log.write_bytes(whole[:32])
    assert not is_torn(log)
    log.write_bytes(whole[:10])
    assert not is_torn(log)
    assert not is_torn(dead / "absent")


def test_what_follows_an_older_log_is_no_damage(door: Door, room: Room, folder: Path) -> None:
    settle(room, 10)
    room.records.database.rows("PRAGMA wal_checkpoint(RESTART)")
    settle(room, 1, length=1)
    copied = folder.with_name("copie-wal")
    shutil.copyfile(folder / "coffre.db-wal", copied)
    assert not is_torn(copied)


def test_a_torn_log_opens_with_a_word(
    door: Door, room: Room, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    settle(room, 3)
    dead = folder.with_name("mort")
    shutil.copytree(folder, dead)
    flip(dead / "coffre.db-wal", (dead / "coffre.db-wal").stat().st_size - 100)
    other = a_door(dead, keyring, clock)
    other.open()
    assert standing(other) is Standing.OPEN
    assert incident(other) is ErrorCode.VAULT_TORN
    other.close()


def test_the_log_after_a_kill_loses_nothing(
    door: Door, room: Room, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    settle(room, 7)
    dead = folder.with_name("mort")
    shutil.copytree(folder, dead)
    other = a_door(dead, keyring, clock)
    other.open()
    assert other.status.incident is None
    assert texts(other) == 7
    other.close()


def released() -> list[tuple[str, Secret]]:
    """The kept files of every released schema, with their keys."""
    keys = json.loads((SCHEMAS / "keys.json").read_text("utf-8"))
    return [(name, Secret(bytearray.fromhex(key))) for name, key in sorted(keys.items())]


def test_every_released_schema_is_kept() -> None:
    assert [name for name, _ in released()] == [
        f"v{number}.db" for number in range(1, migrations.NEWEST + 1)
    ]


@pytest.mark.parametrize("name", [name for name, _ in released()])
def test_a_vault_of_each_released_schema_opens(name: str, tmp_path: Path) -> None:
    key = dict(released())[name]
    shutil.copyfile(SCHEMAS / name, tmp_path / "coffre.db")
    lock = FolderLock(tmp_path)
    lock.take()
    opened = open_database(tmp_path, key, lock, NOON)
    records = Records(opened.database, "0" * 32, SetClock())
    assert opened.incident is None
    assert opened.database.schema_version == migrations.NEWEST
    assert records.counts() == {
        "sources": 2, "versions": 2, "findings": 1, "results": 1, "pseudonyms": 1, "measures": 1,
        "journal": 2,
    }  # fmt: skip
    assert len(records.search.find("oedeme")) == 1
    assert first_broken_link(records.journal.entries()) is None
    opened.database.check_structure()
    opened.database.close()
    lock.release()


def test_a_copy_is_made_before_a_step_of_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, key = released()[-1]
    shutil.copyfile(SCHEMAS / name, tmp_path / "coffre.db")
    step = ("ALTER TABLE sources ADD COLUMN essai TEXT", "UPDATE sources SET essai = 'oui'")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    lock = FolderLock(tmp_path)
    lock.take()
    opened = open_database(tmp_path, key, lock, NOON)
    assert opened.database.value("SELECT count(*) FROM sources WHERE essai = 'oui'") == 2
    kept = [path.name for path in Copies(tmp_path).paths]
    assert kept == ["coffre-copie.db", f"coffre-avant-version-{migrations.NEWEST}.db"]
    before = Database(tmp_path / kept[1], key)
    assert before.schema_version == migrations.NEWEST - 1
    before.close()
    opened.database.close()
    lock.release()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, key = released()[-1]
    shutil.copyfile(SCHEMAS / name, tmp_path / "essai.db")
    step = ("ALTER TABLE sources ADD COLUMN essai TEXT", "SELECT colonne_absente FROM sources")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    database = Database(tmp_path / "essai.db", key)
    with pytest.raises(Exception, match="colonne_absente"):
        migrations.migrate(database)
    columns = [row[1] for row in database.rows("PRAGMA table_info(sources)")]
    assert "essai" not in columns
    assert database.schema_version == migrations.NEWEST - 1
    database.close()


def test_a_vault_of_a_newer_program_is_left_as_it_is(door: Door, room: Room, folder: Path) -> None:
    room.records.database.run(f"PRAGMA user_version = {migrations.NEWEST + 1}")
    door.close()
    before = (folder / "coffre.db").read_bytes()
    door.open()
    assert door.status.reason is not None
    assert door.status.reason.code is ErrorCode.VAULT_NEWER
    assert (folder / "coffre.db").read_bytes() == before
    assert files_set_aside(folder) == []
