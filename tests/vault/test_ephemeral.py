"""Ephemeral: a crash is survived, a new session is not, and closing leaves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.vault.door import Door, Standing
from assistant.vault.ephemeral import Ephemeral, find_or_begin
from assistant.vault.session_keys import SessionKeys, session_memory
from tests.vault.parts import NOON, PASSPHRASE, SetClock, a_work

MARKER = "Sidonie Ephémère"


def a_door(found: Ephemeral) -> Door:
    return Door(found.folder, found.keys, SetClock(), at_close=found.destroy)


def write(door: Door) -> None:
    door.open()
    door.opened().transact(lambda r: r.works.keep(a_work(MARKER), NOON))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "coffre-ephemere"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return tmp_path / "session"


def crash(door: Door) -> None:
    """Leave without closing: files stay as they are, the lock goes with the process."""
    door._leave()


def test_closing_leaves_nothing(base: Path, session: Path) -> None:
    door = a_door(find_or_begin(base, session))
    write(door)
    assert door.status.ephemeral
    assert list(session.iterdir())
    door.close()
    assert list(base.iterdir()) == []
    assert list(session.iterdir()) == []


def test_a_crash_is_survived(base: Path, session: Path) -> None:
    first = a_door(find_or_begin(base, session))
    write(first)
    crash(first)
    again = a_door(find_or_begin(base, session))
    again.open()
    assert again.opened().records.database.value("SELECT count(*) FROM works") == 1
    again.close()


def test_a_new_session_can_read_nothing_and_sweeps(base: Path, session: Path) -> None:
    door = a_door(find_or_begin(base, session))
    write(door)
    crash(door)
    shutil.rmtree(session)  # as the system does at logout, or the power at a cut
    left = list(base.rglob("*"))
    assert left
    assert not any(MARKER.encode() in path.read_bytes() for path in left if path.is_file())
    again = find_or_begin(base, session)
    assert not again.keys.exist
    assert [path.name for path in base.iterdir()] == [again.folder.name]
    with pytest.raises(AparteError) as refused:
        again.keys.fetch()
    assert refused.value.code is ErrorCode.VAULT_KEY_LOST


def test_two_windows_have_two_vaults(base: Path, session: Path) -> None:
    first = a_door(find_or_begin(base, session))
    write(first)
    second = a_door(find_or_begin(base, session))
    write(second)
    assert len(list(base.iterdir())) == 2
    first.close()
    assert len(list(base.iterdir())) == 1
    second.close()


def test_without_a_session_in_memory_the_key_stays_in_the_process(base: Path) -> None:
    door = a_door(find_or_begin(base, None))
    write(door)
    door.lock()
    assert door.status.standing is not Standing.OPEN
    door.unlock()
    crash(door)
    again = find_or_begin(base, None)
    assert [path.name for path in base.iterdir()] == [again.folder.name]


def test_there_is_no_passphrase_and_no_code(base: Path, session: Path) -> None:
    door = a_door(find_or_begin(base, session))
    door.open()
    for ask in (lambda: door.protect(PASSPHRASE), door.renew_code, door.start_anew):
        with pytest.raises(AparteError) as refused:
            ask()
        assert refused.value.code is ErrorCode.VAULT_EPHEMERAL
    door.close()


def test_the_key_file_is_the_users_alone(base: Path, session: Path) -> None:
    found = find_or_begin(base, session)
    found.keys.begin()
    (path,) = session.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert session.stat().st_mode & 0o777 == 0o700
    assert found.keys.fetch_with_passphrase("").data == found.keys.fetch().data
    found.destroy()


def test_only_memory_holds_a_sessions_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert session_memory() is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "absent"))
    assert session_memory() is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/dev/shm")
    memory = session_memory()
    assert memory is None or memory == Path("/dev/shm/aparte")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/")
    assert session_memory() is None  # a disk


def test_destroying_twice_is_no_failure(session: Path) -> None:
    keys = SessionKeys(session, "a" * 32)
    keys.begin()
    keys.destroy()
    keys.destroy()
    assert not keys.exist
