"""Numbers of a text, in digits and in letters, as exact values with their offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from assistant.documents import Span
from assistant.verification.words import folded

_BLANK = "[ \u00a0\u202f\u2009]"
_DIGITS = re.compile(  # « 4 820 » is one number, « 17 100 » after a slash is two
    rf"(?:(?<![\w.,])|(?<=\b[xX]))(?:[1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
)
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_IN_LETTERS: dict[str, int | Fraction] = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19, "vingt": 20,
    "vingt-quatre": 24, "vingt-cinq": 25, "trente": 30, "quarante": 40, "cinquante": 50,
    "soixante": 60, "soixante-dix": 70, "quatre-vingts": 80, "quatre-vingt-dix": 90, "cent": 100,
    "mille": 1000, "demi": Fraction(1, 2), "demie": Fraction(1, 2),
}  # fmt: skip
_UNITS = {word: value for word, value in _IN_LETTERS.items() if value in range(1, 20)}
_TENS = ("vingt", "trente", "quarante", "cinquante", "soixante", "quatre-vingt")
_IN_LETTERS |= {
    f"{ten}-{word}": _IN_LETTERS.get(ten, 80) + value
    for ten in _TENS
    for word, value in _UNITS.items()
    if value < (20 if ten in ("soixante", "quatre-vingt") else 10)
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text, exactly; ``in_letters`` where no digit writes it."""

    span: Span
    value: Fraction
    in_letters: bool = False


def numbers(text: str) -> list[Number]:
    """The numbers of ``text`` in order. « un » and « une », articles mostly, are among them."""
    found = [Number(Span(*m.span()), exact(m[0])) for m in _DIGITS.finditer(text)]
    for match in _LETTERS.finditer(text):
        value = _IN_LETTERS.get(folded(match[0]))
        if value is not None:
            found.append(Number(Span(*match.span()), Fraction(value), in_letters=True))
    return sorted(found, key=lambda number: number.span.start)


def exact(digits: str) -> Fraction:
    """The value of « 4 820 », « 2,5 » or « 2.5 »."""
    return Fraction(re.sub(r"\s", "", digits).replace(",", "."))


def shown(value: Fraction) -> str:
    """``value`` as French writes it: « 2,5 »."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):g}".replace(".", ",")
