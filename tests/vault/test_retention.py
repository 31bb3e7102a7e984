"""Nothing is kept too long, and what is deleted is gone: from the pages, the index, the copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.vault.database import Database
from assistant.vault.door import Door
from assistant.vault.journal import Act
from assistant.vault.measures import Measure
from assistant.vault.pseudonyms import PseudonymTable
from assistant.vault.records import Records
from assistant.vault.results import Result
from assistant.vault.retention import Retention, delete_sources, purge
from assistant.vault.room import Room
from assistant.vault.secret import Secret
from assistant.vault.sources import KeptSource
from assistant.vault.versions import new_id
from tests.vault.parts import NOON, SetClock, a_version, a_work

MARKER = "Zébulonnette"
PAGE, RESERVED, SALT = 4096, 80, 16


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of ``path`` as SQLite sees it (SQLCipher 4: AES-256-CBC, the IV at its end)."""
    return b"".join(_pages(path.read_bytes(), key))


def _pages(data: bytes, key: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        hidden = page[SALT if start == 0 else 0 : PAGE - RESERVED]
        iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        yield cipher.update(hidden) + cipher.finalize()


def traces(path: Path, key: Secret) -> int:
    """How often the marker, whole or folded, stands in the decrypted file."""
    clear = decrypted(path, bytes(key.data)).lower()
    return sum(clear.count(way.encode()) for way in (MARKER.lower(), "zebulonnette", "bulonnette"))


@pytest.fixture
def room(door: Door) -> Room:
    door.open()
    assert door.room is not None
    return door.room


def fill(records: Records) -> str:
    work = a_work(f"M. {MARKER} a toussé.\n" * 300, drafted=True)
    assert work.shown is not None
    work = replace(work, shown=replace(work.shown, text=f"Motif\ntoux de {MARKER}"))
    records.works.keep(work, NOON)
    records.works.settle(work, NOON)
    return work.id


def test_deleting_leaves_nothing_in_the_pages_the_index_and_the_copies(
    room: Room, folder: Path
) -> None:
    source_id = room.transact(fill)
    room.copies.make(room.records.database, room.key)
    room.records.database.compact()
    file, copy = folder / "coffre.db", folder / "coffre-copie.db"
    assert traces(file, room.key) > 300
    assert traces(copy, room.key) > 300
    size = file.stat().st_size
    assert room.delete_sources([source_id]).any
    assert traces(file, room.key) == 0
    assert traces(copy, room.key) == 0
    assert file.stat().st_size < size
    assert (folder / "coffre.db-wal").stat().st_size < 5 * PAGE  # the journal's line alone
    assert room.records.search.find(MARKER) == []
    assert room.records.journal.entries()[-1].act == Act.DELETED


def test_everything_can_go_and_the_journal_stays(room: Room, folder: Path) -> None:
    room.transact(fill)
    room.transact(lambda records: records.measures.add(Measure(NOON, "a", "b", 1, 1, 0)))
    room.delete_everything()
    assert traces(folder / "coffre.db", room.key) == 0
    counts = room.records.counts()
    assert (counts["sources"], counts["versions"], counts["measures"]) == (0, 0, 1)
    assert counts["journal"] == 2


def test_each_kind_has_its_days(records: Records) -> None:
    old, young = NOON - timedelta(days=31), NOON - timedelta(days=29)
    for at in (old, young):
        records.works.keep(a_work(), at)
        records.sources.keep(KeptSource(f"s{at:%d}", at, at, "", "texte"))
        records.versions.add(a_version(f"s{at:%d}", at))
        records.pseudonyms.add(PseudonymTable(at, []))
        records.results.add(Result("e", at, {}))
    deleted = purge(records.database, Retention(), NOON)
    assert deleted.counts == {"works": 1, "versions": 1, "sources": 1, "pseudonyms": 1}
    assert records.counts()["results"] == 2
    assert not purge(records.database, Retention(), NOON).any


def test_a_source_is_as_young_as_its_youngest_draft(records: Records) -> None:
    old = NOON - timedelta(days=40)
    records.sources.keep(KeptSource("s", old, old, "", "texte"))
    records.versions.add(a_version("s", NOON - timedelta(days=2)))
    assert not purge(records.database, Retention(), NOON).any
    purge(records.database, Retention(drafts=1), NOON)
    assert records.counts()["sources"] == 0


def test_findings_go_with_their_source(records: Records) -> None:
    work = a_work(drafted=True)
    records.works.settle(work, NOON)
    delete_sources(records.database, [work.id, new_id()])
    assert records.counts()["versions"] == 0


@pytest.mark.parametrize(
    ("policy", "days"),
    [({}, 30), ({"sources": 7}, 7), ({"sources": 90}, 30), ({"sources": 0}, 30), ({"x": 1}, 30)],
)
def test_a_policy_only_shortens(policy: dict[str, int], days: int) -> None:
    assert Retention().shortened(policy).sources == days
    assert Retention().shortened(policy).results == 0


def test_what_is_kept_for_ever_can_be_shortened() -> None:
    assert Retention().shortened({"results": 10}).results == 10
    assert Retention(sources=0).shortened({"sources": 5}).sources == 5


def test_purged_at_the_start_and_on_the_hour(room: Room, clock: SetClock) -> None:
    room.transact(lambda records: records.works.settle(a_work(), clock.now))
    room.do_chores(Retention(sources=1), lambda: False)
    assert room.records.counts()["sources"] == 1
    clock.advance(days=2)
    assert room.next_chore_at <= clock.now
    room.do_chores(Retention(sources=1), lambda: False)
    assert room.records.counts()["sources"] == 0
    assert room.records.journal.entries()[-1].act == Act.PURGED
    assert room.next_chore_at == clock.now.replace(hour=13)


def test_a_copy_that_cannot_be_cleaned_does_not_stay(room: Room, folder: Path) -> None:
    source_id = room.transact(fill)
    copy = folder / "coffre-copie.db"
    copy.write_bytes(b"abime" * 1000)
    room.delete_sources([source_id])
    assert not copy.exists()


def test_a_busy_room_checks_later(room: Room, clock: SetClock) -> None:
    for _ in range(40):
        room.transact(fill)
    room.do_chores(Retention(), lambda: True)
    assert room.next_chore_at == clock.now  # still to be checked
    room.do_chores(Retention(), lambda: False)
    assert room.next_chore_at > clock.now


def test_a_purge_reaches_an_older_copy(room: Room, folder: Path, clock: SetClock) -> None:
    room.transact(fill)
    room.copies.make(room.records.database, room.key)
    clock.advance(days=31)
    room.purge(Retention())
    copy = Database(folder / "coffre-copie.db", room.key)
    assert copy.value("SELECT count(*) FROM sources") == 0
    copy.close()
