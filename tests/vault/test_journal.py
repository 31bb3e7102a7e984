"""The journal: chained, append-only, and no place for a name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlcipher3 import dbapi2

from assistant.vault.journal import (
    Act,
    BrokenLink,
    Entry,
    Facts,
    Journal,
    as_csv,
    as_json,
    first_broken_link,
    read_exported,
)
from assistant.vault.records import Records
from tests.vault.parts import NOON

CHAIN = "0" * 32
FACTS = Facts(
    model="b" * 64, form="lettre_liaison", mode="copie", guides=("has-ia-2025.1",),
    findings={"posologie": {"corrige": 2}}, seconds=2.345,
)  # fmt: skip


def entries(records: Records) -> list[Entry]:
    for act in (Act.CREATED, Act.DRAFTED, Act.DECIDED, Act.COPIED, Act.LOCKED):
        records.note(act, FACTS if act is Act.DRAFTED else None)
    return records.journal.entries()


def test_the_chain_holds(records: Records) -> None:
    found = entries(records)
    assert [entry.link for entry in found] == [1, 2, 3, 4, 5]
    assert first_broken_link(found) is None
    assert first_broken_link([]) is None


@pytest.mark.parametrize("field", ["at", "act", "facts", "previous", "digest"])
def test_the_first_changed_link_is_named(records: Records, field: str) -> None:
    found = entries(records)
    found[2] = replace(found[2], **{field: getattr(found[2], field)[:-1] + "9"})
    found[4] = replace(found[4], act="autre")
    assert first_broken_link(found) == BrokenLink(CHAIN, 3)


def test_removing_moving_and_adding_show(records: Records) -> None:
    found = entries(records)
    assert first_broken_link(found[:2] + found[3:]) == BrokenLink(CHAIN, 3)
    assert first_broken_link(found[1:]) == BrokenLink(CHAIN, 1)
    assert first_broken_link([found[1], found[0], *found[2:]]) == BrokenLink(CHAIN, 1)
    assert first_broken_link([*found, found[4]]) == BrokenLink(CHAIN, 6)
    assert first_broken_link(found[:4]) is None  # an end that was cut does not show: it is said


def test_nobody_rewrites_it_from_inside(records: Records) -> None:
    entries(records)
    for sql in ("UPDATE journal SET act = 'x' WHERE link = 2", "DELETE FROM journal"):
        with pytest.raises(dbapi2.IntegrityError, match="append-only"):
            records.database.run(sql)
    assert first_broken_link(records.journal.entries()) is None


def test_exports_can_be_verified_and_read(records: Records) -> None:
    found = entries(records)
    assert read_exported(as_csv(found)) == found
    assert read_exported("\ufeff" + as_csv(found)) == found
    assert read_exported(as_json(found)) == found
    rows = list(csv.reader(io.StringIO(as_csv(found)), delimiter=";"))
    assert rows[2][3] == "brouillon_redige"
    assert '"secondes":2.3' in rows[2][4]
    for wrong in ("", "a;b\n1;2", "{}", '{"journal": [1]}', '{"journal": [{}]}', "{", "\0"):
        with pytest.raises(ValueError, match=r"."):
            read_exported(wrong)


@pytest.mark.parametrize(
    "facts",
    [
        {"model": "DUPONT_Jean.gguf"},
        {"model": "dupont"},
        {"form": "Mme Quercy"},
        {"mode": "é"},
        {"reason": "a b"},
        {"guides": ("notes de M. Durand",)},
        {"findings": {"posologie": {"Mme": 1}}},
        {"findings": {"posologie": {"corrige": "Quercy"}}},
        {"counts": {"sources": "trois"}},
    ],
)
def test_there_is_nowhere_to_put_a_name(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Facts(**facts)  # type: ignore[arg-type]


def test_two_chains_live_side_by_side(records: Records) -> None:
    entries(records)
    other = Journal(records.database, "1" * 32)
    other.append(Act.CREATED, NOON + timedelta(days=1))
    found = records.journal.entries()
    assert [(e.chain[0], e.link) for e in found] == [*(("0", n) for n in range(1, 6)), ("1", 1)]
    assert first_broken_link(found) is None
