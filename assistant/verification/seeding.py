"""Errors put into a faithful draft on purpose, each with its exact place.

The check is measured on them, and trainees learn to find them. The same seed gives the same error.

The only difference between the seeded draft and the clean one is the recorded span.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from assistant.documents import Span
from assistant.findings import Kind
from assistant.verification.lexicon import lexicon
from assistant.verification.measures import Measure
from assistant.verification.moments import Moment
from assistant.verification.numbers import exact
from assistant.verification.patterns import matters
from assistant.verification.reading import Reading
from assistant.verification.treatments import folded_keeping
from assistant.verification.words import folded


@dataclass(frozen=True, slots=True)
class Seeded:
    """A draft with one error: ``span`` of ``text`` says ``written`` where the clean draft said
    ``clean``. Something left out has an empty span, where it stood."""

    kind: Kind
    text: str
    span: Span
    clean: str

    @property
    def written(self) -> str:
        """What the error says."""
        return self.span.cut(self.text)


@dataclass(frozen=True, slots=True)
class _Change:
    """``span`` of the clean draft becomes ``to``."""

    span: Span
    to: str


@cache
def _table() -> dict[str, Any]:
    file = resources.files("assistant.verification").joinpath("seeding.toml")
    return tomllib.loads(file.read_text("utf-8"))


def seed(kind: Kind, draft: Reading, random: Random) -> Seeded | None:
    """``draft`` with one error of ``kind``, chosen by ``random``; None where it offers no place
    for one."""
    changes = list(_CHANGES[kind](draft, random))
    changes = [c for c in changes if folded(c.to) != folded(c.span.cut(draft.text))]
    if not changes:
        return None
    change = random.choice(changes)
    text = draft.text[: change.span.start] + change.to + draft.text[change.span.end :]
    span = Span(change.span.start, change.span.start + len(change.to))
    return Seeded(kind, text, span, change.span.cut(draft.text))


def seedable() -> tuple[Kind, ...]:
    """The kinds of error there are."""
    return tuple(_CHANGES)


def _digits(measure: Measure, text: str) -> Span:
    match = re.match(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?", measure.span.cut(text))
    return Span(measure.span.start, measure.span.start + (match.end() if match else 0))


def _other_number(written: str, draft: Reading, random: Random) -> str | None:
    """A number like ``written``, wrong as people get it wrong, which the draft does not hold."""
    ways: list[Callable[[str], str]] = [
        lambda w: (
            w.replace(",", "").replace(".", "").lstrip("0") if re.search("[.,]", w) else w + "0"
        ),
        lambda w: w[:-1] if len(w) > 1 and w[-1] == "0" else w + "0",
        lambda w: (
            w[1] + w[0] + w[2:] if len(w) > 1 and w[:2].isdigit() and w[1] != "0" else w + "5"
        ),
        lambda w: str((int(w[0]) + random.randint(1, 8)) % 9 + 1) + w[1:],
        lambda w: w[:-1] + str((int(w[-1]) + random.randint(1, 8)) % 10) if w[-1].isdigit() else w,
    ]
    random.shuffle(ways)
    for way in ways:
        other = way(written)
        if not re.fullmatch(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?", other):
            continue
        told = re.search(rf"(?<!\d){re.escape(other)}(?!\d)", draft.text)
        if not told and exact(other) != exact(written):
            return other
    return None


def _doses(draft: Reading) -> set[Span]:
    return {dose.span for treatment in draft.treatments for dose in treatment.doses}


def _figures(draft: Reading, random: Random) -> Iterator[_Change]:
    doses = _doses(draft)
    for measure in draft.measures:
        yield from _altered(measure, draft, random, wanted=measure.span not in doses)


def _dose_changes(draft: Reading, random: Random) -> Iterator[_Change]:
    doses = _doses(draft)
    for measure in draft.measures:
        yield from _altered(measure, draft, random, wanted=measure.span in doses)


def _altered(
    measure: Measure, draft: Reading, random: Random, *, wanted: bool
) -> Iterator[_Change]:
    span = _digits(measure, draft.text)
    if wanted and len(span):
        other = _other_number(span.cut(draft.text), draft, random)
        if other is not None:
            yield _Change(span, other)


def _units(draft: Reading, random: Random) -> Iterator[_Change]:
    for measure in draft.measures:
        others = _table()["units"].get(measure.unit)
        if others is None or measure.name == "pression_arterielle":
            continue
        end = _digits(measure, draft.text).end
        written = draft.text[end : measure.span.end]
        if end > measure.span.start and written.strip():
            start = measure.span.end - len(written.lstrip())
            other = random.choice(others)
            yield _Change(Span(start, measure.span.end), _table()["written"].get(other, other))


def _owners(draft: Reading, random: Random) -> Iterator[_Change]:
    """The figure of something else of the draft: another drug's dose, another test's result."""
    groups: dict[tuple[bool, str], list[Measure]] = {}
    doses = _doses(draft)
    for measure in draft.measures:
        if measure.of and not measure.in_letters:
            groups.setdefault((measure.span in doses, measure.kind), []).append(measure)
    for some in groups.values():
        for measure in some:
            others = [
                m for m in some
                if not m.of & measure.of and m.amount != measure.amount
                and all(n.amount != m.amount for n in some if n.of & measure.of)
            ]  # fmt: skip
            if others:
                yield _Change(measure.span, random.choice(others).span.cut(draft.text))


def _drugs(draft: Reading, random: Random) -> Iterator[_Change]:
    said = {folded(t.name) for t in draft.treatments}
    for treatment in draft.treatments:
        name = folded(treatment.name)
        other = _table()["alike"].get(name) or random.choice(
            [c for c in _table()["common_drugs"] if folded(c) not in said]
        )
        if folded(other) not in said:
            yield _Change(
                treatment.span, other.capitalize() if treatment.name[0].isupper() else other
            )


def _rhythms(draft: Reading, random: Random) -> Iterator[_Change]:
    for treatment in draft.treatments:
        rhythm = treatment.rhythm
        if rhythm is None or (rhythm.times is None and not rhythm.places):
            continue
        rate = (rhythm.times or len(rhythm.places)) / (rhythm.days or 1)
        others = [
            text for text, per_day in _table()["rhythms"]
            if abs(per_day - float(rate)) > 1e-3
        ]  # fmt: skip
        yield _Change(rhythm.span, random.choice(others))


def _dates(draft: Reading, random: Random) -> Iterator[_Change]:
    for moment in draft.moments:
        written = moment.span.cut(draft.text)
        match = re.match(r"\d{1,2}(?=[/.\s-])", written)
        if moment.day is None or match is None or _is_range(written):
            continue
        for _ in range(5):
            day = random.randint(1, 28)
            if not any(_same_day(m, moment, day) for m in draft.moments):
                place = Span(moment.span.start, moment.span.start + match.end())
                yield _Change(place, f"{day:02d}" if len(match[0]) == 2 else str(day))
                break


def _is_range(written: str) -> bool:
    return re.search(r"\d\s?(?:au|et|-|–)\s?\d{1,2}(?:er)?[\s/]", written) is not None


def _same_day(moment: Moment, other: Moment, day: int) -> bool:
    return moment.day == day and moment.month in (other.month, None)


def _sides(draft: Reading, random: Random) -> Iterator[_Change]:  # noqa: ARG001
    opposites = {
        "droit": "gauche", "droite": "gauche", "droits": "gauches", "droites": "gauches",
        "gauches": "droites", "bilateral": "droit", "bilaterale": "droite", "bilateraux": "droits",
        "bilaterales": "droites",
    }  # fmt: skip
    for side in draft.sides:
        written = folded_keeping(side.span.cut(draft.text))
        if written in opposites:
            yield _Change(side.span, opposites[written])
        elif written == "gauche":
            before = draft.text[max(0, side.span.start - 3) : side.span.start]
            yield _Change(side.span, "droite" if before.endswith("à ") else "droit")


_DENIALS = re.compile(
    r"\b(?:pas\s+de\s+|pas\s+d['’]|absence\s+de\s+|absence\s+d['’]|sans\s+|aucune?\s+)(?=[^\W\d_]{4,})",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    r"\b(?:avec|retrouv\w+|montr\w+|objectiv\w+|révél\w+|présent\w+|not\w+|exist\w+|évidence"
    r"|il y a(?:vait)?)\s+(?P<article>(?:une?|des)\s+)(?=[^\W\d_]{5,})",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"\b(?:suspicion\s+de\s+|suspicion\s+d['’]|possible\s+|probable\s+|éventuelle?\s+)(?=[^\W\d_]{4,})"
    r"|(?<=[^\W\d_])\s+(?:possible|probable|suspectée?)(?=[,.;])",
    re.IGNORECASE,
)
_RELATIVES = re.compile(
    r"\b(?:père|mère|frère|sœur|oncle|tante|grand-père|grand-mère)\s?:\s*|\bchez\s+(?:son|sa|le|la)\s+(?:père|mère|frère|sœur)\b"
    r"|\b(?:son|sa|le|la)\s+(?:père|mère|frère|sœur)\s+(?:a\s+(?:fait|eu|présenté)\s+)?",
    re.IGNORECASE,
)
_PASTS = re.compile(
    r"\b(?:ancien(?:ne)?\s+|antécédents?\s+de\s+|antécédents?\s+d['’])(?=[^\W\d_]{4,})|\s+(?:sevrée?|guérie?|ancien(?:ne)?)(?=[\s,.;])",
    re.IGNORECASE,
)


def _removed(pattern: re.Pattern[str]) -> Callable[[Reading, Random], Iterator[_Change]]:
    def changes(draft: Reading, random: Random) -> Iterator[_Change]:  # noqa: ARG001
        for match in pattern.finditer(draft.text):
            yield _Change(Span(*match.span()), "")

    return changes


def _negations(draft: Reading, random: Random) -> Iterator[_Change]:
    """A denial lost, a denial added, a word for its contrary."""
    yield from _removed(_DENIALS)(draft, random)
    contraries = lexicon().contraries
    for word in draft.words:
        other = contraries.get(word.folded)
        if other is not None and other not in draft.places and "e" not in other[-1:]:
            yield _Change(word.span, other)
    for match in _AFFIRMED.finditer(draft.text):
        words = draft.words_in(Span(match.end(), match.end() + 1))
        if words and words[0].stems and not draft.qualifiers_of(words[0]):
            vowel = words[0].folded[0] in "aeiouyh"
            yield _Change(Span(*match.span("article")), "pas d’" if vowel else "pas de ")


def _statements(draft: Reading, random: Random) -> Iterator[_Change]:
    ends = [
        s.span.end
        for s in draft.sentences
        if not s.is_title and draft.text[s.span.end - 1 : s.span.end] == "."
    ]
    if ends:
        place = random.choice(ends)
        yield _Change(Span(place, place), " " + random.choice(_table()["invented"]))


def _omissions(draft: Reading, random: Random) -> Iterator[_Change]:  # noqa: ARG001
    """A whole sentence that holds a grave matter, taken out."""
    for sentence in draft.sentences:
        plain = folded_keeping(sentence.span.cut(draft.text))
        if not sentence.is_title and any(m.pattern.search(plain) for m in matters()):
            yield _Change(sentence.span, "")


_CHANGES: dict[Kind, Callable[[Reading, Random], Iterator[_Change]]] = {
    Kind.FIGURE: _figures,
    Kind.UNIT: _units,
    Kind.OWNER: _owners,
    Kind.DRUG: _drugs,
    Kind.DOSE: _dose_changes,
    Kind.RHYTHM: _rhythms,
    Kind.DATE: _dates,
    Kind.SIDE: _sides,
    Kind.NEGATION: _negations,
    Kind.CERTAINTY: _removed(_DOUBTS),
    Kind.PERSON: _removed(_RELATIVES),
    Kind.TIME: _removed(_PASTS),
    Kind.STATEMENT: _statements,
    Kind.OMISSION: _omissions,
}
