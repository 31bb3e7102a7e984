"""The journal: what was done, never what was written. Append-only, each entry chained to the last.

An entry holds no name, no text and no file name because there is nowhere to put one: an act is one
of ``Act``, a fact is a number, a digest, or an identifier of ours. The chain (each entry's SHA-256
covers the one before) shows any change inside an exported journal to whoever kept its last digest;
it does not stop the owner of the vault from making up another from the start.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.vault.database import Database, Row
from assistant.vault.moments import written

GENESIS = "0" * 64
_FORMAT = 1
_HEADINGS = ("chaine", "numero", "date", "acte", "faits", "precedente", "empreinte")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_MODEL = re.compile(r"[0-9a-f]{64}|hors-catalogue")


class Act(StrEnum):
    """What can have been done."""

    CREATED = "coffre_cree"
    OPENED = "coffre_ouvert"
    LOCKED = "coffre_verrouille"
    UNLOCK_REFUSED = "ouverture_refusee"
    KEYS_CHANGED = "cles_changees"
    REPAIRED = "coffre_repare"
    DRAFTED = "brouillon_redige"
    CHECKED = "brouillon_verifie"
    DECIDED = "constat_decide"
    COPIED = "brouillon_copie"
    SAVED = "brouillon_enregistre"
    RESUMED = "travail_repris"
    DELETED = "textes_effaces"
    PURGED = "purge"
    JOURNAL_EXPORTED = "journal_exporte"
    BACKED_UP = "sauvegarde_faite"
    IMPORTED = "sauvegarde_importee"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry says beside its act; what is empty is left out.

    ``model`` is the SHA-256 of the model's file, or « hors-catalogue »; ``form``, ``mode`` and
    ``guides`` (with their versions) are identifiers of ours; ``findings`` counts decisions by kind
    of finding. Raises ValueError for anything that could hold a name or a sentence.
    """

    model: str = ""
    form: str = ""
    mode: str = ""
    reason: str = ""
    guides: Sequence[str] = ()
    findings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.model and not _MODEL.fullmatch(self.model):
            raise ValueError("a model is named by its SHA-256")
        words = [self.form, self.mode, self.reason, *self.guides, *self.findings, *self.counts]
        words += [decision for decisions in self.findings.values() for decision in decisions]
        if not all(_IDENTIFIER.fullmatch(word) for word in words if word):
            raise ValueError("not an identifier")
        counts = [n for decisions in self.findings.values() for n in decisions.values()]
        if not all(isinstance(count, int) for count in [*counts, *self.counts.values()]):
            raise ValueError("not a count")

    def as_table(self) -> dict[str, Any]:
        """What is there, by name."""
        table: dict[str, Any] = {
            name: word
            for name, word in (
                ("modele", self.model),
                ("formulaire", self.form),
                ("mode", self.mode),
                ("raison", self.reason),
                ("guides", list(self.guides)),
                ("constats", {kind: dict(d) for kind, d in self.findings.items()}),
                ("nombres", dict(self.counts)),
            )
            if word
        }
        if self.seconds is not None:
            table["secondes"] = round(float(self.seconds), 1)
        return table


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. ``facts`` is canonical JSON; ``chain`` names the vault it was written in."""

    chain: str
    link: int
    at: str
    act: str
    facts: str
    previous: str
    digest: str

    def expected_digest(self) -> str:
        """What ``digest`` must be."""
        said = [self.chain, self.link, self.at, self.act, self.facts, self.previous]
        return hashlib.sha256(_canonical(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first entry that does not follow from the one before it."""

    chain: str
    link: int


@dataclass
class Journal:
    """The journal in ``database``; what happens here goes to the chain of this vault."""

    database: Database = field(repr=False)
    chain: str

    def append(self, act: Act, now: datetime, facts: Facts | None = None) -> None:
        """One more entry. To be called inside a transaction that nobody else can come between."""
        last = self.database.rows(
            "SELECT link, digest FROM journal WHERE chain = ? ORDER BY link DESC LIMIT 1",
            (self.chain,),
        )
        link, previous = (last[0][0] + 1, last[0][1]) if last else (1, GENESIS)
        said = _canonical((facts or Facts()).as_table())
        entry = Entry(self.chain, link, written(now), act.value, said, previous, "")
        self.database.run(
            """INSERT INTO journal (chain, link, at, act, facts, previous, digest)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (*_values(entry)[:-1], entry.expected_digest()),
        )

    def entries(self) -> list[Entry]:
        """Every entry, chain by chain, in order."""
        found = self.database.rows(
            """SELECT chain, link, at, act, facts, previous, digest FROM journal
               ORDER BY chain, link"""
        )
        return [Entry(*row) for row in found]


def first_broken_link(entries: Iterable[Entry]) -> BrokenLink | None:
    """The first link that was changed, removed, added or moved; None where the chains hold.

    What was cut from the end of a chain does not show here: compare the last digest.
    """
    before: dict[str, tuple[int, str]] = {}
    for entry in entries:
        link, digest = before.get(entry.chain, (0, GENESIS))
        follows = entry.link == link + 1 and entry.previous == digest
        if not follows or entry.digest != entry.expected_digest():
            return BrokenLink(entry.chain, link + 1)
        before[entry.chain] = (entry.link, entry.digest)
    return None


def as_csv(entries: Iterable[Entry]) -> str:
    """The journal for a spreadsheet: semicolons, one entry a line."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    lines.writerow(_HEADINGS)
    lines.writerows(_values(entry) for entry in entries)
    return out.getvalue()


def as_json(entries: Iterable[Entry]) -> str:
    """The journal for a program."""
    listed = [dict(zip(_HEADINGS, _values(entry), strict=True)) for entry in entries]
    return json.dumps({"format": _FORMAT, "journal": listed}, ensure_ascii=False, indent=1)


def read_exported(text: str) -> list[Entry]:
    """The entries of an exported journal, CSV or JSON. Raises ValueError for anything else."""
    text = text.removeprefix("\ufeff")
    try:
        if text.lstrip().startswith("{"):
            rows = [[line[name] for name in _HEADINGS] for line in json.loads(text)["journal"]]
        else:
            headings, *rows = csv.reader(io.StringIO(text), delimiter=";")
            if tuple(headings) != _HEADINGS:
                raise ValueError("not a journal")
        return [Entry(row[0], int(row[1]), *map(str, row[2:7])) for row in rows]
    except (KeyError, TypeError, IndexError) as fault:
        raise ValueError("not a journal") from fault


def _values(entry: Entry) -> Row:
    return (
        entry.chain,
        entry.link,
        entry.at,
        entry.act,
        entry.facts,
        entry.previous,
        entry.digest,
    )


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
