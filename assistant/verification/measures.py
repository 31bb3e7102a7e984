"""Measures of a text: a value, its unit brought to a common one, and what it is the value of."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources

from assistant.documents import Span
from assistant.verification.lexicon import lexicon
from assistant.verification.numbers import Number, numbers
from assistant.verification.words import Word, folded

_GAP = re.compile(r"[ \u00a0\u202f\u2009\t]{0,2}")
_STRONG = re.compile(r"[;\n\r]|[.!?](?=\s|$)")
_SOFT = re.compile(r"[,()\[\]:→]| - | – |\bet\b|\bpuis\b|\bou\b")
_PRESSURE = re.compile(
    r"(?<![\d/.,])(?P<high>\d{1,3})(?:[.,]\d)?\s?(?:/|sur)\s?(?P<low>\d{1,3})(?:[.,]\d)?(?![\d/]|[.,]\d)"
)
# « 48x42 mm » is two numbers.
_TIMES = re.compile(r"(?<=\d)[xX×](?=\d)")
# « 86a », an age.
_AGE = re.compile(r"\s?a(?!\w|\s?\d)")
_LINKS = re.compile(
    r"^[\s,()→>/=:~≈±+-]*(?:(?:puis|a|à|et|ou|contre|vs|au|lieu|de|passe|passee)[\s→]*)*$",
    re.IGNORECASE,
)


@cache
def _units() -> tuple[dict[str, tuple[str, Fraction]], dict[str, str], re.Pattern[str]]:
    """Unit → what it measures and how many of the common unit it is; other spelling → unit; and
    what finds either in a text."""
    file = resources.files("assistant.verification").joinpath("units.toml")
    table = tomllib.loads(file.read_text("utf-8"))
    units = {
        unit: (kind, Fraction(worth))
        for kind, worths in table["kinds"].items()
        for unit, worth in worths.items()
    }
    spellings: dict[str, str] = table["spellings"]
    longest_first = sorted({*units, *spellings}, key=len, reverse=True)
    either = "|".join(re.escape(unit) for unit in longest_first)
    return (
        units,
        spellings,
        re.compile(rf"(?:{either})(?!(?!x\s?\d)[^\W_]|/(?!j\b)[^\W\d_])", re.IGNORECASE),
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the text. ``kind`` is what its unit measures (empty without one), ``amount`` its
    value in the common unit of that kind; ``of`` the names and stems of what is measured."""

    span: Span
    value: Fraction
    unit: str = ""
    kind: str = ""
    amount: Fraction = Fraction(0)
    of: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    """The measure's own name, of the lexicon, where it has one (« creatinine »)."""
    in_letters: bool = False

    def same_amount(self, other: Measure) -> bool:
        """Whether both say the same quantity; a missing unit says nothing."""
        if self.kind and other.kind:
            return self.kind == other.kind and self.amount == other.amount
        return self.value == other.value or (self.name != "" and self.amount == other.amount)


def unit_at(text: str, place: int) -> tuple[str, int] | None:
    """The unit written from ``place`` on, a blank before it or not, in its common spelling, and
    where it ends."""
    gap = _GAP.match(text, place)
    start = gap.end() if gap else place
    _, spellings, unit = _units()
    match = unit.match(text, start) or unit.match(folded(text[start : start + 24]))
    if match is None:
        return None
    written = text[start : start + len(match[0])]
    if written == "M" or (written in ("A", "An", "S", "J", "H") and start == place):
        return None
    plain = match[0].lower()
    return spellings.get(plain, plain), start + len(match[0])


def measures(text: str, words: list[Word], apart: list[Span]) -> list[Measure]:
    """The measures of ``text``. ``apart`` are the spans already read as something else (dates);
    blood pressures become two measures, in mmHg."""
    found: list[Measure] = []
    text = _TIMES.sub(" ", text)
    for match in _PRESSURE.finditer(text):
        span = Span(*match.span())
        pressure = None if _overlaps(span, apart) else _pressure(match)
        if pressure:
            apart = [*apart, span]
            found += pressure
    for number in numbers(text):
        if _overlaps(number.span, apart):
            continue
        measure = _measure(text, number)
        if measure is not None:
            found.append(measure)
    found.sort(key=lambda measure: (measure.span.start, measure.span.end))
    return _owned(text, found, words)


def _overlaps(span: Span, apart: list[Span]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in apart)


def _pressure(match: re.Match[str]) -> list[Measure] | None:
    """« 14/8 », « 148/82 » in mmHg; None for what can't be one (« 1/2 », « 24/7 »)."""
    high, low = Fraction(match["high"]), Fraction(match["low"])
    if high < 30:
        high, low = high * 10, low * 10 if low < 20 else low
    if not (60 <= high <= 280 and 25 <= low < high and low <= 160):
        return None
    span, of = Span(*match.span()), frozenset({"pression_arterielle"})
    return [
        Measure(span, value, "mmhg", "pressure", value, of, "pression_arterielle")
        for value in (high, low)
    ]


def _measure(text: str, number: Number) -> Measure | None:
    unit = unit_at(text, number.span.end)
    if unit is None and number.value > 1 and text[number.span.end : number.span.end + 1] == "a":
        unit = ("an", age.end()) if (age := _AGE.match(text, number.span.end)) else None
    if unit is None:
        if number.in_letters or text[number.span.end : number.span.end + 1].isalpha():
            return None
        return Measure(number.span, number.value, amount=number.value)
    name, end = unit
    if (
        number.in_letters
        and name in ("m", "l", "g", "s", "pa", "ui", "an", "dose")
        and number.value == 1
    ):
        return None
    kind, factor = _units()[0][name]
    return Measure(
        Span(number.span.start, end), number.value, name, kind, number.value * factor,
        in_letters=number.in_letters,
    )  # fmt: skip


def _owned(text: str, found: list[Measure], words: list[Word]) -> list[Measure]:
    """Each measure with what it is of: the words before it in its part of the sentence, else
    those of the part before, else what the measure before it was of (« 3,4 puis 4,1 »)."""
    starts = [word.span.start for word in words]
    owned: list[Measure] = []
    floor = 0
    for measure in found:
        if measure.of:
            owned.append(measure)
            floor = measure.span.end
            continue
        sentence = _last(_STRONG, text, floor, measure.span.start)
        previous = owned[-1] if owned and owned[-1].span.end >= sentence else None
        part = max(_last(_SOFT, text, sentence, measure.span.start), sentence)
        near = _words(words, starts, part, measure.span.start)
        if (
            not any(w.stems for w in near)
            and previous
            and _LINKS.match(text[previous.span.end : measure.span.start])
        ):
            of, name = previous.of, previous.name
        else:
            if not any(w.stems for w in near):
                near = _words(words, starts, max(floor, sentence), measure.span.start)
            of, name = _named(near)
        if not of:
            following = _words(words, starts, measure.span.end, _next(text, measure.span.end))
            of, name = _named(following[:4])
        if not name:
            name = _implied(measure)
        owned.append(_with(measure, of | ({name} if name else frozenset()), name))
        floor = measure.span.end
    return owned


def _with(measure: Measure, of: frozenset[str], name: str) -> Measure:
    return Measure(
        measure.span, measure.value, measure.unit, measure.kind, measure.amount, of, name,
        measure.in_letters,
    )  # fmt: skip


def _implied(measure: Measure) -> str:
    return {"temperature": "temperature", "pressure": "pression_arterielle"}.get(measure.kind, "")


def _last(mark: re.Pattern[str], text: str, start: int, end: int) -> int:
    last = start
    for match in mark.finditer(text, start, end):
        last = match.end()
    return last


def _next(text: str, place: int) -> int:
    strong, soft = _STRONG.search(text, place), _SOFT.search(text, place)
    ends = [m.start() for m in (strong, soft) if m] + [len(text)]
    return min(ends)


def _words(words: list[Word], starts: list[int], start: int, end: int) -> list[Word]:
    first = bisect_right(starts, start - 1)
    return [word for word in words[first : bisect_right(starts, end - 1)] if word.span.end <= end]


def _named(near: list[Word]) -> tuple[frozenset[str], str]:
    """Stems of ``near``, and the measure's name where the last words that have one give it."""
    known = lexicon().measures
    name = ""
    for length in (5, 4, 3, 2, 1):
        for first in range(len(near) - length, -1, -1):
            way = " ".join(word.folded for word in near[first : first + length])
            if way in known:
                name = known[way]
                break
        if name:
            break
    stems = frozenset(stem for word in near for stem in word.stems)
    return stems, name
