"""Dates, hours and days of a stay, as clinicians write them.

EDS-NLP's dates are not used here: they take a blood pressure (« 14/8 ») for a date, and know
neither « du 12 au 18/11 » nor « J10 ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.documents import Span
from assistant.verification.words import folded

_MONTHS = {
    "jan": 1, "fev": 2, "mar": 3, "avr": 4, "mai": 5, "juin": 6, "jui": 7, "jul": 7, "aou": 8,
    "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MONTH = (
    r"(?:janv(?:ier|\.)?|f[ée]v(?:rier|r?\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[uû]t"
    r"|sept(?:embre|\.)?|oct(?:obre|\.)?|nov(?:embre|\.)?|d[ée]c(?:embre|\.)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_IN_DIGITS = re.compile(
    rf"(?<![\d/.,])(?:(?P<first>{_DAY})(?:er)?\s?(?:au|et|-|–|→)\s?(?:le\s)?)?"
    rf"(?P<day>{_DAY})(?P<mark>[/.-])(?P<month>0?[1-9]|1[0-2])(?:(?P=mark)(?P<year>\d{{4}}|\d{{2}}))?"
    r"(?![\d/]|[.,-]\d|\s?(?:mmhg|cmhg))",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
_IN_WORDS = re.compile(
    rf"(?<![\d/.,])(?:(?:(?P<first>{_DAY})(?:er)?\s(?:au|et|-|–)\s(?:le\s)?)?"
    rf"(?P<day>{_DAY})(?:er)?\s)?(?P<month>\b{_MONTH}(?![^\W\d_]))(?:\s(?P<year>(?:19|20)\d{{2}}))?",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?<![\d/.,])(?P<year>(?:19[2-9]|20[0-4])\d)(?![\d.,/]*\d|\s?[%°]|\s?(?:m|µ|n|k)?[gl]\b)"
)
_HOUR = re.compile(
    r"(?<![\d/.,])(?P<hour>[01]?\d|2[0-4])\s?(?:h(?:eures?)?|:(?=[0-5]\d))\s?"
    r"(?P<minute>[0-5]\d)?(?![\d])(?!\w)",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"(?:toutes\sles|pendant|durant|sur|depuis|les|en|dans|sous|moins\sde|plus\sde|apr[èe]s|[/xX×<>])\s?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s?(?:apr[èe]s|plus\s?tard)", re.IGNORECASE)
_DAY_OF_STAY = re.compile(
    r"(?:(?<![^\W_])(?P<letter>[JSM])|(?<=[àa] )(?P<small>j))\s?"
    r"(?P<sign>[+-])?\s?(?P<count>\d{1,3})(?!\w|[.,/]\d)"
)
# « le 16 » of a month told elsewhere.
_DAY_ALONE = re.compile(
    rf"(?<=\ble )(?P<day>{_DAY}|1er)(?=\s*(?:[.,;:)]|$|à\b|au\b|et\b|puis\b|\n))"
)
_PRESSURE = re.compile(
    r"(?<![^\W\d_])(?:TA|PA|tension(?:nel(?:le)?s?)?|art[ée]rielle|PAS/PAD)\D{0,15}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, as far as it is written: « nov. 2026 » has no day, « 18/11 » no year; an hour, on
    24 h; or a ``day`` of stay (« J10 », negative before it)."""

    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: tuple[int, int] | None = None
    from_start: tuple[str, int] | None = None

    def agrees(self, other: Moment) -> bool:
        """Whether both may be the same: nothing that both say differs, and one says no less."""
        mine, theirs = self._said(), other._said()
        common = mine.keys() & theirs.keys()
        if not common or any(mine[part] != theirs[part] for part in common):
            return False
        return common == mine.keys() or common == theirs.keys()

    def _said(self) -> dict[str, object]:
        parts = {
            "year": self.year, "month": self.month, "day": self.day, "hour": self.hour,
            "from_start": self.from_start,
        }  # fmt: skip
        return {name: part for name, part in parts.items() if part is not None}


def moments(text: str) -> list[Moment]:
    """The dates, hours and days of stay of ``text``, in order, apart from one another."""
    taken: list[Span] = []
    found: list[Moment] = []
    for moment in _all(text):
        if not any(s.start < moment.span.end and moment.span.start < s.end for s in taken):
            found.append(moment)
            if moment.span not in taken:
                taken.append(moment.span)
    return sorted(_spread(found), key=lambda m: m.span.start)


def _all(text: str) -> Iterator[Moment]:
    """Candidates, the surest first."""
    for m in _ISO.finditer(text):
        yield _date(m)
    for m in _IN_DIGITS.finditer(text):
        if not _PRESSURE.search(text[: m.start()]) and not (
            m["mark"] in ".-" and m["year"] is None
        ):
            yield _date(m)
    for m in _IN_WORDS.finditer(text):
        if m["day"] or m["year"] or not re.match(r"mar[s.]|mai", m["month"], re.IGNORECASE):
            yield _date(m)
    for m in _DAY_OF_STAY.finditer(text):
        count = int(m["count"]) * (-1 if m["sign"] == "-" else 1)
        yield Moment(Span(*m.span()), from_start=(m["letter"] or "J", count))
    for m in _YEAR.finditer(text):
        yield _date(m)
    for m in _DAY_ALONE.finditer(text):
        yield Moment(Span(*m.span()), day=int(m["day"].removesuffix("er")))
    for m in _HOUR.finditer(text):
        if m["minute"] or not _LASTING.search(text[max(0, m.start() - 12) : m.start()]):
            if m["minute"] is None and _AFTER.match(text, m.end()):
                continue
            if m["minute"] is None and not re.search(
                r"(?:à|a|vers|hier|d[èe]s|avant|apr[èe]s|,|\d|le|entre|et)\s?$",
                text[max(0, m.start() - 8) : m.start()],
            ):
                continue
            yield Moment(Span(*m.span()), hour=(int(m["hour"]) % 24, int(m["minute"] or 0)))


def _date(match: re.Match[str]) -> Moment:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and year < 100:
        year += 2000 if year < 50 else 1900
    month = parts.get("month")
    return Moment(
        Span(*match.span()),
        year,
        _month(month) if month else None,
        int(parts["day"]) if parts.get("day") else None,
        from_start=("first", int(parts["first"])) if parts.get("first") else None,
    )


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    plain = folded(written)
    return _MONTHS.get(plain[:4]) or (7 if plain.startswith("juil") else _MONTHS[plain[:3]])


def _spread(found: list[Moment]) -> Iterator[Moment]:
    """« du 12 au 18/11/26 » is two dates."""
    for moment in found:
        if moment.from_start is not None and moment.from_start[0] == "first":
            yield replace(moment, day=moment.from_start[1], from_start=None)
            yield replace(moment, from_start=None)
        else:
            yield moment
