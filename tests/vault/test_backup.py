"""A backup opens on another PC with the code, and importing it loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.vault.door import Door
from assistant.vault.journal import first_broken_link
from assistant.vault.measures import Measure
from assistant.vault.room import Room
from assistant.vault.sources import KeptSource
from assistant.vault.stored_keys import StoredKeys
from tests.vault.parts import NOON, MemoryKeyring, SetClock, a_door, a_work


@pytest.fixture
def other(tmp_path: Path, clock: SetClock) -> Iterator[Door]:
    """The vault of another PC, with another keyring."""
    door = a_door(tmp_path / "autre", MemoryKeyring(), clock)
    door.open()
    yield door
    door.close()


@pytest.fixture
def here(door: Door) -> Door:
    door.open()
    for number in range(3):
        work = a_work(f"Note {number}, œdème.", drafted=True)
        door.opened().transact(lambda r, work=work: r.works.settle(work, NOON))  # type: ignore[misc]
    door.opened().transact(lambda r: r.measures.add(Measure(NOON, "a", "b", 1, 1, 0)))
    return door


def back_up(door: Door, path: Path) -> str:
    """Make the backup ``path``; the code that opens it."""
    code = door.renew_code()
    assert isinstance(door.keys, StoredKeys)
    door.opened().back_up(door.keys.for_backup(), path)
    return code


def contents(room: Room) -> list[object]:
    database = room.records.database
    found: list[object] = []
    for table in ("sources", "versions", "findings", "results", "pseudonyms", "measures"):
        found.append(sorted(row[1:] for row in database.rows(f"SELECT * FROM {table}")))
    return found


def test_moving_to_another_pc(here: Door, other: Door, tmp_path: Path) -> None:
    path = tmp_path / "sauvegarde.aparte-coffre"
    code = back_up(here, path)
    assert "œdème".encode() not in path.read_bytes()
    merged = other.opened().bring_in(path, code.lower())
    assert contents(other.opened()) == contents(here.opened())
    assert merged.texts == 6
    assert other.opened().records.search.find("oedeme")
    entries = other.opened().records.journal.entries()
    assert first_broken_link(entries) is None
    assert len({entry.chain for entry in entries}) == 2


def test_importing_twice_changes_nothing(here: Door, other: Door, tmp_path: Path) -> None:
    code = back_up(here, tmp_path / "s")
    other.opened().bring_in(tmp_path / "s", code)
    before = contents(other.opened())
    assert other.opened().bring_in(tmp_path / "s", code).rows == 0
    assert contents(other.opened()) == before
    assert other.opened().records.database.check_structure()


def test_what_both_sides_changed_is_kept_on_both(here: Door, other: Door, tmp_path: Path) -> None:
    code = back_up(here, tmp_path / "s")
    other.opened().bring_in(tmp_path / "s", code)
    (source, *_) = here.opened().records.sources.recent()
    for door, text, later in ((here, "changé ici", 1), (other, "changé là-bas", 2)):
        changed = replace(source, text=text, changed_at=NOON + timedelta(hours=later))
        door.opened().transact(lambda r, changed=changed: r.sources.keep(changed))  # type: ignore[misc]
    code = back_up(here, tmp_path / "s")
    for _ in range(2):
        other.opened().bring_in(tmp_path / "s", code)
        texts = [kept.text for kept in other.opened().records.sources.recent()]
        assert sorted(texts)[-2:] == ["changé ici", "changé là-bas"]
        assert len(texts) == 4
    kept = other.opened().records.sources.get(source.id)
    assert kept is not None
    assert kept.text == "changé là-bas"
    back = back_up(other, tmp_path / "r")
    here.opened().bring_in(tmp_path / "r", back)
    assert contents(here.opened())[0] == contents(other.opened())[0]


def test_a_version_without_its_source_brings_it_back(here: Door, other: Door) -> None:
    from assistant.vault.merging import merge, rows_of

    rows = rows_of(here.opened().records.database)
    into = other.opened().records.database
    merge(into, lambda table, columns: [] if table == "sources" else rows(table, columns))
    assert other.opened().records.counts()["sources"] == 3


def test_every_wrong_file_and_code_is_refused_and_changes_nothing(
    here: Door, other: Door, tmp_path: Path
) -> None:
    path = tmp_path / "s"
    code = back_up(here, path)
    whole = path.read_bytes()
    before = contents(other.opened())
    room = other.opened()

    def refusal(data: bytes, typed: str = code) -> ErrorCode:
        path.write_bytes(data)
        with pytest.raises(AparteError) as refused:
            room.bring_in(path, typed)
        return refused.value.code

    unreadable = ErrorCode.VAULT_BACKUP_UNREADABLE
    for data in (b"", b"PK\3\4", whole[:10], whole[:500], whole[:-1], whole + b"\0", whole[:60]):
        assert refusal(data) is unreadable
    for position in range(20, len(whole), len(whole) // 40):
        altered = bytearray(whole)
        altered[position] ^= 4
        assert refusal(bytes(altered)) is unreadable
    assert refusal(whole, "ABCDE") is ErrorCode.VAULT_CODE_MISTYPED
    assert refusal(whole, other.renew_code()) is ErrorCode.VAULT_CODE_WRONG
    path.unlink()
    with pytest.raises(AparteError) as refused:
        room.bring_in(path, code)
    assert refused.value.code is unreadable
    assert contents(room) == before
    assert not list(path.parent.glob("autre/coffre-importe*"))


def test_without_code_there_is_no_backup(door: Door) -> None:
    door.open()
    assert isinstance(door.keys, StoredKeys)
    with pytest.raises(AparteError) as refused:
        door.keys.for_backup()
    assert refused.value.code is ErrorCode.VAULT_NO_CODE


def test_a_folder_that_is_not_there_is_told(here: Door, tmp_path: Path) -> None:
    with pytest.raises(AparteError) as refused:
        back_up(here, tmp_path / "absent" / "s")
    assert refused.value.code is ErrorCode.VAULT_EXPORT_UNWRITABLE


def test_a_backup_outlives_a_purge(here: Door, other: Door, tmp_path: Path) -> None:
    """What was deleted here since is in the backup, and comes back if it is imported: said in the
    guide. What is too old goes at the next hour."""
    code = back_up(here, tmp_path / "s")
    (source, *_) = here.opened().records.sources.recent()
    here.opened().delete_sources([source.id])
    here.opened().bring_in(tmp_path / "s", code)
    assert here.opened().records.sources.get(source.id) is not None


def test_sources_are_compared_by_their_moment(door: Door) -> None:
    door.open()
    room = door.opened()
    kept = KeptSource("s", NOON, NOON, "", "b")
    room.transact(lambda r: r.sources.keep(kept))
    room.transact(lambda r: r.sources.keep(replace(kept, changed_at=NOON + timedelta(days=1))))
    (found,) = room.records.sources.recent()
    assert found.changed_at == NOON  # the same text is not a change
