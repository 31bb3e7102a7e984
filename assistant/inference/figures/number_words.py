"""French numbers in letters: words to value and value to words.

Words are *canonical*: folded (small letters, no accents), singular, masculine. A value is a
canonical string of digits, as in ``numerals``. Both counts are read,
« quatre-vingt-dix » and « nonante »; hyphens and blanks are alike (spelling of 1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

Words = tuple[str, ...]

_UNITS = [
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze", "treize", "quatorze", "quinze", "seize",
]  # fmt: skip
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_SWISS = {70: "septante", 80: "huitante", 90: "nonante"}
_COLLECTIVES = {
    8: "huitaine", 10: "dizaine", 12: "douzaine", 15: "quinzaine", 20: "vingtaine",
    30: "trentaine", 50: "cinquantaine", 60: "soixantaine", 100: "centaine", 1000: "millier",
}  # fmt: skip
_MULTIPLES = {2: "double", 3: "triple", 4: "quadruple"}
_SHARES = {"demi": "0.5", "moitie": "0.5", "quart": "0.25"}
_ODD_ORDINALS = {"cinq": "cinquieme", "neuf": "neuvieme"}
TENS = frozenset([*_TENS.values(), *_SWISS.values()])
SCALES = {"cent": 100, "mille": 1000, "million": 10**6, "milliard": 10**9}


def _ordinal(word: str) -> str:
    return _ODD_ORDINALS.get(word) or word.removesuffix("e") + "ieme"


def _below_hundred(number: int) -> list[Words]:
    if number <= 16:
        return [(_UNITS[number],)]
    if number < 20:
        return [("dix", _UNITS[number - 10])]
    ten, unit = number - number % 10, number % 10
    if ten in _TENS:
        return _after(_TENS[ten], unit)
    if ten == 70:
        return _after("soixante", number - 60) + _after("septante", unit)
    rest = _below_hundred(number - 80)[0] if number > 80 else ()
    return [("quatre", "vingt", *rest), *_after(_SWISS[ten], unit)]


def _after(ten: str, rest: int) -> list[Words]:
    if rest == 0:
        return [(ten,)]
    plain = (ten, *_below_hundred(rest)[0])
    return [plain, (ten, "et", *plain[1:])] if rest in (1, 11) else [plain]


def _below_thousand(number: int) -> list[Words]:
    if number < 100:
        return _below_hundred(number)
    head: Words = ("cent",) if number < 200 else (_UNITS[number // 100], "cent")
    return [head + rest for rest in (_below_hundred(number % 100) if number % 100 else [()])]


_GROUPS = [_below_thousand(number) for number in range(1000)]
_GROUP_VALUES = {words: number for number, group in enumerate(_GROUPS) for words in group}
_ORDINALS = {_ordinal(word): word for word in [*_UNITS[1:], *TENS, "cent", "mille", "million"]}
_CANONICAL = {
    "une": "un", "cents": "cent", "mil": "mille", "millions": "million",
    "milliards": "milliard", "octante": "huitante", "demie": "demi", "demies": "demi",
    "demis": "demi", "moities": "moitie", "quarts": "quart", "doubles": "double",
    "triples": "triple", **{
        f"{w}ieme": _ordinal(w) for w in [*_UNITS, *TENS, *SCALES]  # « cinqième » is read too
    },
    **{f"{w}s": w for w in [*_UNITS, *TENS, *_ORDINALS, *_COLLECTIVES.values()] if w[-1] != "s"},
}  # fmt: skip
_LONE = {word: str(number) for number, word in _COLLECTIVES.items()} | _SHARES
NUMBER_WORDS = frozenset(
    [*_UNITS, *TENS, *SCALES, *_ORDINALS, *_LONE, *_MULTIPLES.values()]
) - {"un", "unieme"}  # fmt: skip
"""The words that carry a quantity by themselves."""

READABLE = NUMBER_WORDS | {"un", "unieme", "et", "virgule"}
"""The words that may stand in a number."""


def canonical_word(word: str) -> str:
    """The one form of a folded word: « vingts » is « vingt », « une » is « un »."""
    return _CANONICAL.get(word, word)


def is_ordinal(words: Words) -> bool:
    """True for « deuxième », « vingt-cinquième »: canonical ``words`` that rank, not count."""
    return words[-1] in _ORDINALS


def in_letters(value: str) -> list[Words]:
    """How ``value`` may be written: whole numbers to 9 999, round thousands and millions, two
    decimals; ordinals, collectives (« quinzaine ») and multiples (« double ») too. Beyond,
    nobody writes letters."""
    whole, _, part = value.partition(".")
    if part:
        return _decimals(value, whole, part)
    if len(whole) > 9 or not whole.isdecimal():
        return []
    number = int(whole)
    cardinals = _cardinals(number)
    found = cardinals + [(*words[:-1], _ordinal(words[-1])) for words in cardinals if number > 1]
    return found + [(table[number],) for table in (_COLLECTIVES, _MULTIPLES) if number in table]


def _cardinals(number: int) -> list[Words]:
    if number < 1000:
        return _GROUPS[number] if number != 1 else []  # « un » alone is an article
    for scale, name in ((10**6, "million"), (1000, "mille")):
        if number % scale == 0 and number // scale < 1000:
            heads: list[Words] = [()] if number == scale else _GROUPS[number // scale]
            return [(*head, name) for head in heads]
    if number > 9999:
        return []
    head = () if number < 2000 else _GROUPS[number // 1000][0]
    rests: list[Words] = _GROUPS[number % 1000]
    found: list[Words] = [(*head, "mille", *rest) for rest in rests]
    if 1100 <= number < 2000:  # « dix-neuf cent douze »
        tails: list[Words] = _GROUPS[number % 100] if number % 100 else [()]
        found += [(*_GROUPS[number // 100][0], "cent", *tail) for tail in tails]
    return found


def _decimals(value: str, whole: str, part: str) -> list[Words]:
    found: list[Words] = [(word,) for word, share in _SHARES.items() if share == value]
    if value == "0.75":
        found.append(("trois", "quart"))
    if len(whole) > 3 or len(part) > 2 or not (whole + part).isdecimal():
        return found
    tail: Words = ("zero", _UNITS[int(part)]) if part[0] == "0" else _GROUPS[int(part)][0]
    heads = _GROUPS[int(whole)]
    found += [(*head, "virgule", *tail) for head in heads]
    share = {"5": "demi", "25": "quart"}.get(part)
    if share and whole not in ("0", "1"):
        found += [(*head, *link, share) for head, link in product(heads, (("et",), ()))]
    return found


def read_words(words: Sequence[str], start: int) -> tuple[str, int]:
    """The value of the longest number that opens at ``words[start]`` (canonical) and where it
    ends; ("", start) if none does."""
    if words[start] in _LONE:
        return _LONE[words[start]], start + 1
    if tuple(words[start : start + 2]) == ("trois", "quart"):
        return "0.75", start + 2
    number, place = 0, start
    for scale in ("milliard", "million", "mille", ""):
        group, end = _read_group(words, place)
        if scale and _base(words, end) == scale:
            number, place = number + (group if end > place else 1) * SCALES[scale], end + 1
        elif not scale and end > place:
            number, place = number + group, end
    if place == start:
        return "", start
    return _read_decimals(words, place, str(number))


def _base(words: Sequence[str], place: int) -> str:
    return _ORDINALS.get(words[place], words[place]) if place < len(words) else ""


def _read_group(words: Sequence[str], start: int) -> tuple[int, int]:
    """A number below 1000, or a year told in hundreds."""
    for end in range(min(len(words), start + 7), start, -1):
        number = _GROUP_VALUES.get((*words[start : end - 1], _base(words, end - 1)))
        if number is None:
            continue
        if 11 <= number <= 19 and _base(words, end) == "cent":
            rest, last = _read_group(words, end + 1)
            return (number * 100 + rest, last) if rest < 100 else (number * 100, end + 1)
        return number, end
    return 0, start


def _read_decimals(words: Sequence[str], place: int, whole: str) -> tuple[str, int]:
    """``whole`` with what may follow it: « virgule cinq », « et demi »."""
    if _base(words, place) == "virgule":
        zero = _base(words, place + 1) == "zero"
        part, end = _read_group(words, place + 1 + zero)
        if end > place + 1 + zero:
            decimals = f"{'0' * zero}{part}".rstrip("0")
            return (f"{whole}.{decimals}" if decimals else whole), end
    after = place + (_base(words, place) == "et")
    if after > place and _base(words, after) in ("demi", "quart"):
        return f"{whole}.{_SHARES[words[after]][2:]}", after + 1
    return whole, place
