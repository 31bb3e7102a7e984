"""Drugs of a text, each with what is said of it: doses, rhythm, route, what became of it.

Names and ATC codes are EDS-NLP's (list Romedi); names it does not know are taken where a dose
follows them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from assistant.documents import Span
from assistant.verification.measures import Measure
from assistant.verification.numbers import exact
from assistant.verification.patterns import fates
from assistant.verification.words import folded

_DOSES = frozenset({
    "mass", "units", "volume", "tablet", "capsule", "drop", "ampoule", "sachet", "puff", "spray",
    "patch", "dose", "mg/j", "mg/kg", "mg/kg/j", "mg/h", "mol", "rate", "%",
})  # fmt: skip


class Fate(StrEnum):
    """What became of a treatment."""

    STOPPED = "arrêté"
    STARTED = "introduit"
    INCREASED = "augmenté"
    DECREASED = "diminué"
    CONTINUED = "poursuivi"
    REFUSED = "contre-indiqué"


# « 24 -> 20 ui » says that a dose went down.
_ARROW = re.compile(
    r"(?P<before>\d+(?:[.,]\d+)?)\s?(?:mg|ui|g)?\s?(?:->|→|=>)\s?(?P<after>\d+(?:[.,]\d+)?)"
)
_NOT = re.compile(r"\b(?:pas|sans|non|ne)\s+(?:\w+\s+){0,2}$")

_PLACES = ("matin", "midi", "soir", "coucher")
_NUMBER = r"(?P<n>\d+(?:[.,]\d+)?|une?|deux|trois|quatre|cinq|six)"
_IN_LETTERS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
_PERIODS = {"semaine": 7, "sem": 7, "semaines": 7, "mois": 30}
_PERIOD = r"(?P<p>j(?:r|ours?)?|24\s?h|sem(?:aines?)?|mois)\b"
_RHYTHMS = [
    re.compile(
        rf"{_NUMBER}\s*(?:fois|prises?|f|x|injections?|cp|comprimes?|gelules?|amp|bouffees?"
        rf"|sachets?|/)?\s*(?:/|par|dans|en)\s*(?:la|le|les)?\s*{_PERIOD}"
    ),
    re.compile(
        rf"(?:(?<![^\W_])|(?<=\dg)|(?<=mg))[x×*]\s*{_NUMBER}\s*(?:fois)?\s*(?:/|par)?\s*(?:{_PERIOD})?(?!\s*(?:mg|g|ml|h|cp)\b)"
    ),
    re.compile(rf"{_NUMBER}\s*(?:fois|prises?)\b(?!\s*(?:/|par))"),
]
_EVERY = re.compile(
    r"(?:toutes?|tous)\s+les\s+(?P<n>\d+|deux|trois|quatre|six|huit|douze)?\s*"
    r"(?P<p>h(?:eures?)?|jours?|j|semaines?|mois|matins?|soirs?|midis?)\b|/\s?(?P<m>\d+)\s?h\b"
)
_ONE_IN = re.compile(r"(?:un|1)\s*(?:jour|j)\s*(?:sur|/)\s*(?:deux|2)")
_PATTERN = re.compile(
    r"(?<![\d/.,-])(\d(?:[.,]5)?)\s?[-–]\s?(\d(?:[.,]5)?)\s?[-–]\s?(\d(?:[.,]5)?)"
    r"(?:\s?[-–]\s?(\d))?(?![\d/-])"
)
_DAILY = re.compile(
    r"\bquotidien\w*|\bjournali\w*|\bpar jour\b|(?<!\w)/\s?j(?:our)?\b|\bchaque jour\b"
    r"|\btous les jours\b"
)
_WEEKLY = re.compile(r"\bhebdomadaire\w*|\bpar semaine\b|/\s?sem(?:aine)?\b|\bchaque semaine\b")
_MONTHLY = re.compile(r"\bmensuel\w*|\bpar mois\b|/\s?mois\b")
_PLACE = re.compile(r"\b(matin|midi|soir|coucher|nuit)s?\b")
_IF_NEEDED = re.compile(
    r"\bsi\s+(?:besoin|douleurs?|fievre|nausees?|necessaire|crise)|\ba la demande\b|\bsb\b|\bprn\b"
)
_ROUTES = {
    "per os": r"\bper\s?os\b|\bpo\b|\bvoie orale\b|\borale?\b",
    "intraveineuse": r"\biv(?:d|se|l)?\b|\bintra\s?-?veineu\w+|\bperfusion\w*",
    "sous-cutanée": r"\bs/?c\b|\bsous[- ]cutane\w*",
    "intramusculaire": r"\bim\b|\bintra\s?-?musculaire\w*",
    "inhalée": r"\binhal\w+|\bnebulis\w+|\baerosol\w*",
    "sublinguale": r"\bsublingual\w*",
    "rectale": r"\brectal\w*|\bsuppositoire\w*",
    "cutanée": r"\bpatch\w*|\btransdermi\w*|\bcutanee?\b(?<!sous-cutanee)",
}  # fmt: skip
_ROUTE = [(route, re.compile(pattern)) for route, pattern in _ROUTES.items()]
_END = re.compile(r"[;\n\r]|[.!?](?=\s+[A-ZÉÈÀÂÎÔ•-]|\s*$|\s*\n)")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: ``times`` in ``days`` days (2 in 1 is twice a day), at which ``places`` of the
    day, or as ``needed``. None where it is not said."""

    span: Span
    times: Fraction | None = None
    days: int | None = None
    places: frozenset[str] = frozenset()
    needed: bool = False

    def agrees(self, other: Rhythm) -> bool:
        """Whether nothing that both say differs."""
        if self.needed != other.needed and not (self.times and other.times):
            return False
        if self.places and other.places and self.places != other.places:
            return False
        mine, theirs = self._rate(), other._rate()
        return mine is None or theirs is None or mine == theirs

    def _rate(self) -> Fraction | None:
        if self.times is not None and (self.days or not self.places):
            return self.times / (self.days or 1)
        return Fraction(len(self.places)) if self.places else None


@dataclass(frozen=True, slots=True)
class Treatment:
    """A drug named at ``span``; ``said`` is the stretch that speaks of it. ``code`` is its ATC
    code, or its folded name."""

    span: Span
    said: Span
    code: str
    name: str
    doses: tuple[Measure, ...] = ()
    rhythm: Rhythm | None = None
    route: str = ""
    fate: Fate | None = None
    fate_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug's name found in a text."""

    span: Span
    code: str


def treatments(text: str, drugs: Sequence[Drug], measured: Sequence[Measure]) -> list[Treatment]:
    """What ``text`` says of each of ``drugs`` (in order of the text), among its measures."""
    starts = [measure.span.start for measure in measured]
    found = []
    for said, drug in zip(_stretches(text, drugs), drugs, strict=True):
        inside = measured[bisect_left(starts, said.start) : bisect_left(starts, said.end)]
        doses = tuple(
            m
            for m in inside
            if (m.kind in _DOSES and m.unit != "l") or (not m.kind and _bare(m, drug))
        )
        fate, fate_span = _fate(text, said, drug)
        found.append(
            Treatment(
                drug.span,
                said,
                drug.code,
                drug.span.cut(text),
                doses,
                rhythm(text, said),
                _route(text, said),
                fate,
                fate_span,
            )
        )
    return found


def _bare(measure: Measure, drug: Drug) -> bool:
    """« Kardegic 75 »: a number without a unit, right after the name."""
    return 0 <= measure.span.start - drug.span.end <= 2 and measure.value > 3


def _stretches(text: str, drugs: Sequence[Drug]) -> Iterator[Span]:
    """From its name, or the words before it that speak of it, to the next drug or the end of the
    sentence."""
    for place, drug in enumerate(drugs):
        end = match.start() if (match := _END.search(text, drug.span.end)) else len(text)
        if place + 1 < len(drugs):
            end = min(end, _before(text, drugs[place + 1], drug.span.end))
        floor = drugs[place - 1].span.end if place else 0
        yield Span(max(_before(text, drug, floor), 0), max(end, drug.span.end))


def _before(text: str, drug: Drug, floor: int) -> int:
    """Where the words that lead to a drug's name begin: « arrêt du ramipril », « 5 mg de … »."""
    start = drug.span.start
    window = text[floor:start]
    cut = max(
        (
            window.rfind(mark)
            for mark in (",", ";", "\n", ". ", ":", "(", "+", " et ", " puis ", "→")
        ),
        default=-1,
    )
    return (
        floor + cut + 1
        if cut >= 0
        else (floor if floor == 0 or "\n" in window else min(start, floor + len(window)))
    )


def _fate(text: str, said: Span, drug: Drug) -> tuple[Fate | None, Span | None]:
    stretch = folded_keeping(said.cut(text))
    name = drug.span.start - said.start
    best: tuple[int, Fate, Span] | None = None
    for fate, pattern in ((Fate[name], ways) for name, ways in fates().items()):
        for match in pattern.finditer(stretch):
            if _NOT.search(stretch[: match.start()]):
                continue
            distance = min(abs(match.start() - name), abs(match.end() - name))
            if best is None or distance < best[0]:
                best = (distance, fate, Span(said.start + match.start(), said.start + match.end()))
    if best is None and re.search(
        r"(?:allergi\w*|contre-indiqu\w*)\s*:\s*$", text[: said.start].lower()
    ):
        return Fate.REFUSED, drug.span
    if best is None and (arrow := _ARROW.search(stretch)):
        before, after = exact(arrow["before"]), exact(arrow["after"])
        where = Span(said.start + arrow.start(), said.start + arrow.end())
        if before != after:
            return (Fate.INCREASED if after > before else Fate.DECREASED), where
    return (best[1], best[2]) if best else (None, None)


def _route(text: str, said: Span) -> str:
    stretch = folded_keeping(said.cut(text))
    return next((route for route, pattern in _ROUTE if pattern.search(stretch)), "")


def folded_keeping(text: str) -> str:
    """``text`` folded, character for character: offsets stay."""
    return "".join(f if len(f := folded(c)) == 1 else c for c in text)


def rhythm(text: str, said: Span) -> Rhythm | None:
    """How often, as the stretch ``said`` of ``text`` tells it; None where it does not."""
    stretch = folded_keeping(said.cut(text))
    found: list[tuple[int, int]] = []

    def took(match: re.Match[str]) -> None:
        found.append(match.span())

    times: Fraction | None = None
    days: int | None = None
    if match := _ONE_IN.search(stretch):
        times, days = Fraction(1), 2
        took(match)
    elif match := _PATTERN.search(stretch):
        shares = [exact(part) for part in match.groups() if part]
        took(match)
        places = frozenset(p for p, share in zip(_PLACES, shares, strict=False) if share)
        return _rhythm(said, found, Fraction(len(places)), 1, places, _IF_NEEDED.search(stretch))
    elif match := _EVERY.search(stretch):
        took(match)
        times, days = _every(match)
    else:
        for pattern in _RHYTHMS:
            if match := pattern.search(stretch):
                took(match)
                times = Fraction(_IN_LETTERS.get(match["n"]) or exact(match["n"]))
                period = match.groupdict().get("p")
                days = _PERIODS.get(re.sub(r"\s", "", period), 1) if period else None
                break
    if days is None:
        for pattern, length in ((_WEEKLY, 7), (_MONTHLY, 30), (_DAILY, 1)):
            if match := pattern.search(stretch):
                took(match)
                days = length
                times = times or Fraction(1)
                break
    places = frozenset()
    for match in _PLACE.finditer(stretch):
        took(match)
        places |= {"coucher" if match[1] in ("nuit", "coucher") else match[1]}
    needed = _IF_NEEDED.search(stretch)
    if times is None and not places and not needed:
        return None
    return _rhythm(said, found, times, days, places, needed)


def _rhythm(
    said: Span,
    found: list[tuple[int, int]],
    times: Fraction | None,
    days: int | None,
    places: frozenset[str],
    needed: re.Match[str] | None,
) -> Rhythm:
    if needed:
        found.append(needed.span())
    span = Span(said.start + min(s for s, _ in found), said.start + max(e for _, e in found))
    return Rhythm(span, times, days, places, needed is not None)


def _every(match: re.Match[str]) -> tuple[Fraction, int]:
    letters = _IN_LETTERS | {"huit": 8, "douze": 12}
    if match["m"]:
        return Fraction(24, int(match["m"]) or 24), 1
    count = letters.get(match["n"] or "un") or int(match["n"])
    period = match["p"]
    if period.startswith("h"):
        return Fraction(24, count or 24), 1
    if period.startswith(("j", "matin", "soir", "midi")):
        return Fraction(1), count
    return Fraction(1), count * (7 if period.startswith("sem") else 30)
