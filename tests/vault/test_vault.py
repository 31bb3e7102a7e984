"""The vault's thread: what is handed over is saved at once, and survives every refusal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from assistant.errors import AparteError, ErrorCode
from assistant.vault.door import Door, Standing
from assistant.vault.journal import Act, Facts
from assistant.vault.keys import SlotKind, load_key_file
from assistant.vault.stored_keys import StoredKeys
from assistant.vault.terms import Terms
from assistant.vault.vault import Vault
from tests.vault.parts import (
    CHEAP,
    NOTE,
    OTHER_PASSPHRASE,
    PASSPHRASE,
    Ear,
    MemoryKeyring,
    SetClock,
    a_door,
    a_work,
    answer,
    refusal,
)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def vault(door: Door, ear: Ear) -> Iterator[Vault]:
    made = Vault(door, listener=ear)
    answer(made.ask_door(Door.open))
    yield made
    assert made.close()


def saved_texts(vault: Vault) -> list[str]:
    rows = answer(vault.ask(lambda r: r.database.rows("SELECT state FROM works ORDER BY n")))
    return [row[0] for row in rows]


def test_what_is_kept_is_in_the_file(vault: Vault, ear: Ear) -> None:
    work = a_work()
    for length in range(len(NOTE)):
        vault.keep(replace(work, source_text=NOTE[:length]))
    vault.keep(work)
    ear.until(lambda: ear.saves > 0)
    (text,) = saved_texts(vault)
    assert "bisoprolol" in text
    assert ear.statuses[-1].standing is Standing.OPEN


def test_two_works_do_not_hide_each_other(vault: Vault) -> None:
    vault.keep(a_work("première"))
    vault.keep(a_work("seconde"))
    assert len(saved_texts(vault)) == 2


def test_steps_and_notes_keep_their_order(vault: Vault, clock: SetClock) -> None:
    work = a_work(drafted=True)
    assert work.shown is not None
    vault.settle(work)
    vault.note(Act.DRAFTED, Facts(form="lettre_liaison"))
    vault.settle(replace(work, shown=replace(work.shown, id="autre", text="corrigé")))
    vault.note(Act.COPIED)
    versions = answer(vault.ask(lambda r: r.versions.of_source(work.id)))
    assert [version.text for version in versions] == [work.shown.text, "corrigé"]
    acts = [entry.act for entry in answer(vault.ask(lambda r: r.journal.entries()))]
    assert acts == [Act.CREATED, Act.DRAFTED, Act.COPIED]


def test_what_comes_before_the_vault_opens_waits(door: Door, ear: Ear) -> None:
    vault = Vault(door, listener=ear)
    vault.keep(a_work())
    vault.note(Act.DRAFTED)
    assert refusal(vault.ask(lambda r: r.counts())) is ErrorCode.VAULT_LOCKED
    answer(vault.ask_door(Door.open))
    ear.until(lambda: ear.saves == 1)
    assert len(saved_texts(vault)) == 1
    assert vault.close()


def test_locking_drops_the_key_and_unlocking_finds_everything(vault: Vault, folder: Path) -> None:
    held = answer(vault.ask_room(lambda room: room.key))
    bytes_held = held.data
    vault.keep(a_work())
    answer(vault.ask_door(Door.lock))
    assert vault.status.standing is Standing.LOCKED
    assert bytes_held == bytearray(32)
    vault.keep(a_work("tapé pendant le verrouillage"))
    assert refusal(vault.ask(lambda r: r.counts())) is ErrorCode.VAULT_LOCKED
    answer(vault.ask_door(lambda door: door.unlock()))
    assert len(saved_texts(vault)) == 2
    assert vault.status.asks_passphrase is False


def test_a_passphrase_takes_the_place_of_the_keyring(
    vault: Vault, folder: Path, keyring: MemoryKeyring
) -> None:
    vault.keep(a_work())
    code = answer(vault.ask_door(lambda door: door.protect(PASSPHRASE)))
    assert keyring.secrets == {}
    keys = load_key_file(folder)
    assert keys is not None
    assert set(keys.slots) == {SlotKind.PASSPHRASE, SlotKind.RECOVERY}
    answer(vault.ask_door(Door.lock))
    assert vault.status.asks_passphrase
    wrong = vault.ask_door(lambda door: door.unlock(OTHER_PASSPHRASE))
    assert refusal(wrong) is ErrorCode.VAULT_PASSPHRASE_WRONG
    answer(vault.ask_door(lambda door: door.unlock(PASSPHRASE)))
    assert vault.status.has_code
    entries = answer(vault.ask(lambda r: r.journal.entries()))
    assert entries[-1].facts == '{"nombres":{"refus":1}}'
    answer(vault.ask_door(Door.lock))
    lost = vault.ask_door(lambda door: door.unlock_with_code(code, OTHER_PASSPHRASE))
    answer(lost)
    answer(vault.ask_door(Door.lock))
    assert refusal(vault.ask_door(lambda d: d.unlock(PASSPHRASE))) is (
        ErrorCode.VAULT_PASSPHRASE_WRONG
    )
    answer(vault.ask_door(lambda door: door.unlock(OTHER_PASSPHRASE)))
    assert len(saved_texts(vault)) == 1


def test_back_to_the_keyring(vault: Vault, folder: Path) -> None:
    answer(vault.ask_door(lambda door: door.protect(PASSPHRASE)))
    answer(vault.ask_door(Door.unprotect))
    answer(vault.ask_door(Door.lock))
    answer(vault.ask_door(Door.unlock))
    assert vault.status.standing is Standing.OPEN


def test_a_weak_passphrase_changes_nothing(vault: Vault, keyring: MemoryKeyring) -> None:
    refused = vault.ask_door(lambda door: door.protect("azerty"))
    assert refusal(refused) is ErrorCode.VAULT_PASSPHRASE_WEAK
    assert len(keyring.secrets) == 1


@pytest.mark.parametrize("fault", [ErrorCode.VAULT_NO_KEYRING, ErrorCode.VAULT_KEYRING_SILENT])
def test_no_keyring_no_vault_and_the_reason_is_said(
    door: Door, folder: Path, keyring: MemoryKeyring, fault: ErrorCode
) -> None:
    keyring.fault = fault
    door.open()
    assert door.status.reason is not None
    assert (door.status.standing, door.status.reason.code) == (Standing.SHUT, fault)
    assert not list(folder.glob("coffre.db*"))
    assert not list(folder.glob("*.cles"))
    code = door.protect(PASSPHRASE)
    assert len(code) == 41
    door.close()
    door.open()
    assert door.status.standing is not Standing.OPEN
    door.unlock(PASSPHRASE)
    assert door.room is not None


def test_a_secret_that_left_the_keyring_is_told(door: Door, keyring: MemoryKeyring) -> None:
    door.open()
    code = door.renew_code()
    door.close()
    keyring.secrets.clear()
    door.open()
    assert door.status.reason is not None
    assert door.status.reason.code is ErrorCode.VAULT_KEY_LOST
    with pytest.raises(AparteError) as refused:
        door.unlock_with_code("A" * 35)
    assert refused.value.code is ErrorCode.VAULT_CODE_MISTYPED
    door.unlock_with_code(code)
    assert door.room is not None
    door.close()
    door.open()
    assert door.room is not None  # the keyring holds a new secret


def test_policy_can_require_a_passphrase(
    folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    door = a_door(folder, keyring, clock, passphrase_required=True)
    door.open()
    assert door.status.reason is not None
    assert door.status.reason.code is ErrorCode.VAULT_PASSPHRASE_REQUIRED
    assert not keyring.secrets
    door.protect(PASSPHRASE)
    with pytest.raises(AparteError) as refused:
        door.unprotect()
    assert refused.value.code is ErrorCode.VAULT_PASSPHRASE_REQUIRED
    door.close()


def test_a_policy_protects_a_vault_that_the_keyring_opened(
    door: Door, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    door.open()
    door.opened().transact(lambda r: r.works.settle(a_work(), clock.now))
    door.close()
    strict = a_door(folder, keyring, clock, passphrase_required=True)
    strict.open()
    assert strict.room is None
    strict.protect(PASSPHRASE)
    assert strict.opened().records.counts()["sources"] == 1
    strict.close()


def test_starting_anew_deletes_nothing(door: Door, folder: Path, clock: SetClock) -> None:
    door.open()
    door.opened().copies.make(door.opened().records.database, door.opened().key)
    before = (folder / "coffre.cles").read_bytes()
    door.close()
    for name in ("coffre.cles", "coffre-copie.cles"):
        (folder / name).write_bytes(b"abime")
    door.open()
    assert door.status.reason is not None
    assert door.status.reason.code is ErrorCode.VAULT_KEYS_DAMAGED
    (folder / "coffre.cles").write_bytes(before)
    door.start_anew()
    assert door.room is not None
    assert door.opened().records.counts()["journal"] == 1
    kept = sorted(path.name for path in folder.iterdir())
    assert "coffre-20261122-120000.cles" in kept
    assert "coffre-abime-20261122-120000.db" in kept
    assert "coffre-abime-20261122-120000-coffre-copie.db" in kept


def full(vault: Vault, pages: int) -> None:
    """Let the file grow by ``pages`` more pages at most: SQLite then says that the disk is full."""
    answer(
        vault.ask_room(
            lambda room: room.records.database.rows(
                "PRAGMA max_page_count = "
                f"{room.records.database.value('PRAGMA page_count') + pages}"
            )
        )
    )


def test_a_full_disk_is_told_and_what_waits_is_saved_once_there_is_room(
    vault: Vault, ear: Ear
) -> None:
    full(vault, 0)
    work = a_work("x" * 50_000)
    vault.keep(work)
    vault.note(Act.COPIED)
    ear.until(lambda: bool(ear.faults))
    assert ear.faults == [ErrorCode.VAULT_DISK_FULL]
    assert saved_texts(vault) == []
    vault.keep(replace(work, source_text="y" * 50_000))
    full(vault, 1000)
    ear.until(lambda: ear.saves == 1)
    (text,) = saved_texts(vault)
    assert "yyy" in text
    assert answer(vault.ask(lambda r: r.journal.entries()))[-1].act == Act.COPIED


def test_another_process_that_writes_is_waited_for(
    vault: Vault, ear: Ear, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.vault.database.BUSY_SECONDS", 0.05)
    answer(vault.ask_door(Door.lock))
    answer(vault.ask_door(Door.unlock))
    key = answer(vault.ask_room(lambda room: room.key.copy()))
    path = answer(vault.ask_room(lambda room: room.records.database.path))
    other = dbapi2.connect(str(path), isolation_level=None)
    other.execute(f"PRAGMA key = \"x'{key.data.hex()}'\"")
    other.execute("BEGIN IMMEDIATE")
    vault.keep(a_work())
    ear.until(lambda: ear.faults == [ErrorCode.VAULT_BUSY])
    other.execute("ROLLBACK")
    other.close()
    ear.until(lambda: ear.saves == 1)
    assert len(saved_texts(vault)) == 1


def test_a_mistake_of_ours_does_not_cost_the_text(vault: Vault, ear: Ear) -> None:
    def faulty(_: object) -> None:
        raise RuntimeError("une erreur de programme")

    assert refusal(vault.ask(faulty)) is ErrorCode.UNKNOWN
    vault.later(faulty)
    vault.keep(a_work())
    ear.until(lambda: ear.saves == 1)
    assert ear.faults == [ErrorCode.UNKNOWN]
    assert len(saved_texts(vault)) == 1


def test_closing_saves_what_waits(door: Door, keyring: MemoryKeyring) -> None:
    vault = Vault(door)
    vault.ask_door(Door.open)
    vault.keep(a_work())
    assert vault.close()
    assert not vault.close(0) or vault.close()
    door.open()
    assert door.opened().records.database.value("SELECT count(*) FROM works") == 1


def test_asking_a_closed_vault_does_not_wait_for_ever(door: Door) -> None:
    vault = Vault(door)
    vault.close()
    assert refusal(vault.ask(lambda r: r.counts())) is ErrorCode.VAULT_LOCKED


def test_handing_over_takes_no_copy(vault: Vault) -> None:
    text = "a" * 120_000
    work = a_work(text)
    vault.keep(work)
    assert work.source_text is text


def test_the_vault_is_used_on_its_thread_alone(vault: Vault) -> None:
    where = answer(vault.ask(lambda _: threading.current_thread().name))
    assert where == "vault"


def test_chores_are_done_by_the_thread(vault: Vault, clock: SetClock) -> None:
    vault.settle(a_work())
    assert answer(vault.ask(lambda r: r.counts()))["sources"] == 1
    clock.advance(days=40)
    answer(vault.ask(lambda _: None))  # the thread looks at the time after each task
    assert answer(vault.ask(lambda r: r.counts()))["sources"] == 0


def test_terms_are_only_tightened() -> None:
    terms = Terms().tightened(
        {"retention": {"sources": 7}, "lock_after_minutes": 2, "passphrase_required": True}
    )
    assert (terms.retention.sources, terms.lock_after_minutes) == (7, 2)
    assert terms.passphrase_required
    assert not terms.ephemeral
    assert Terms().tightened({"lock_after_minutes": 60}).lock_after_minutes == 5
    assert Terms().tightened({}) == Terms()


def test_keys_ask_nothing_of_argon2_twice(folder: Path, clock: SetClock) -> None:
    """The cost is measured when a passphrase is chosen, and only read when it is typed."""
    measured = []

    def cost() -> object:
        measured.append(1)
        return CHEAP

    folder.mkdir()
    keys = StoredKeys(folder, MemoryKeyring(), clock, cost)  # type: ignore[arg-type]
    keys.begin(PASSPHRASE)
    for _ in range(3):
        keys.fetch_with_passphrase(PASSPHRASE)
    assert len(measured) == 1


def test_a_full_disk_does_not_keep_the_vault_shut(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.open()
    door.opened().transact(lambda r: r.works.settle(a_work(), r.now()))
    door.close()

    def full(*_: object) -> None:
        raise AparteError(ErrorCode.VAULT_DISK_FULL)

    monkeypatch.setattr("assistant.vault.room.Room.begin", full)
    monkeypatch.setattr("assistant.vault.copies.Copies._copy", full)
    door.open()
    assert door.opened().records.counts()["sources"] == 1


def test_damage_that_another_window_hides_shuts_the_vault(
    door: Door, folder: Path, keyring: MemoryKeyring, clock: SetClock
) -> None:
    door.open()
    other = a_door(folder, keyring, clock)
    other.open()
    path = folder / "coffre.db"
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    with pytest.raises(AparteError) as refused:
        door.reopen()
    assert refused.value.code is ErrorCode.VAULT_IN_USE
    assert (door.room, door.status.standing) == (None, Standing.SHUT)
    other.close()


def test_a_listener_at_fault_costs_nothing(door: Door) -> None:
    class Faulty(Ear):
        def saved(self) -> None:
            raise RuntimeError("une oreille cassée")

    vault = Vault(door, listener=Faulty())
    answer(vault.ask_door(Door.open))
    for _ in range(3):
        vault.keep(a_work())
        assert saved_texts(vault)
    assert vault.close()
