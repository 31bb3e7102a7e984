"""Numbers read in a text, in digits and in French letters, compared by value.

A *value* is a canonical string: « 4820 », « 2.5 », « 0.5 »; no leading zero, no trailing one, a
dot. Decided here, and kept to by the lock (``assistant/inference/constraints.py``):

- « 4 820 » is 4820 and neither 4 nor 820. Where that is doubtful (« 72 120/80 »), both hold.
- « 12.11.26 » is a whole that looks like no decimal; its members and « 12/11/26 » hold too.
- « un », « une », « premier », « second » and « tiers » are free: article, « dans un second
  temps », a third person. « six », « neuf », « double » and ordinals carry a quantity.
- « sept » after a number in digits is the month; « cent » and « mille » after « pour » are « % ».
- Letters that count (« stade III », « IV », « bilatéral », « octogénaire ») are words.
- The digit of « SpO2 », « B12 » and their like is no quantity: it holds inside that name only.
- What unit a number carries is decided in ``units``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from assistant.inference.figures.number_words import (
    NUMBER_WORDS,
    READABLE,
    SCALES,
    Words,
    canonical_word,
    is_ordinal,
    read_words,
)
from assistant.inference.figures.units import ANY, BARE, LONGEST, Unit, Units, carried, unit_after

LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
DIGITS = frozenset("0123456789")
LONGEST_GAP = 40
"""Characters between two numbers of a line that may still be told as « 5 à 10 »."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number of a text: its ``value``, how it is written, the text up to the next number where
    that stands on the same line, else None, and the units it carries."""

    value: str
    written: str
    gap: str | None
    units: Units = BARE


# Symbols that part the members of a composite; blanks around them change nothing.
_JOINTS = {
    "-": "-", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    "/": "/", "⁄": "/", "∕": "/", "sur": "/",
    ":": "h", "h": "h", "heure": "h", "heures": "h",
    "x": "x", "×": "x", "*": "x", "à": "à",
    "->": "à", "→": "à", "=>": "à", "–>": "à",
    "+": "+", "^": "^",
}  # fmt: skip


def joint(gap: str) -> str | None:
    """How ``gap``, the text between two numbers, joins them into one composite; None if it
    does not. Whatever is glued to both joins them, by its own name."""
    if not gap or any(c in LINE_ENDS for c in gap):
        return None
    text = "".join(c for c in unicodedata.normalize("NFC", gap) if not is_invisible(c))
    bare = text.strip().casefold()
    if not bare:
        return " "
    known = _JOINTS.get(bare)
    if known is None and not any(c.isspace() for c in text):
        return "=" + bare
    return known


def is_joined(wanted: str, gap: str | None) -> bool:
    """Whether a source where ``gap`` parts two numbers lets a draft join them by ``wanted``.

    « à » and « x » are words of the writer (« 5 mg puis 10 » told as « de 5 à 10 »): they join
    any two numbers that follow each other on a line. The rest must be the source's own.
    """
    if gap is None:
        return False
    if wanted in ("à", "x"):
        return True
    own = joint(gap)
    if wanted == "-":
        return own in ("-", "à") or gap.strip() == "a"
    return own == wanted


@lru_cache(maxsize=4096)
def is_numeric(character: str) -> bool:
    """A character that is a number by itself and no digit 0-9: ², ½, Ⅳ, ٣, 三, ①."""
    if character.isascii():
        return False
    numeric = unicodedata.numeric(character, None) is not None
    return numeric or unicodedata.category(character)[0] == "N"


@lru_cache(maxsize=4096)
def is_invisible(character: str) -> bool:
    """A character that hides between two others or changes the one before it."""
    return unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc") and character not in "\n\r\t"


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """``text`` in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


_BLANK = r"[ \u00a0\u2009\u202f]"
_DIGITS = rf"""
    (?P<dotted>[0-9]+(?:[.,][0-9]+){{2,}})
    | (?P<grouped>(?<![^\W\d_])[1-9][0-9]{{0,2}}(?:{_BLANK}[0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?)
    | (?P<bare>(?<![\w.,])[.,][0-9]+)
    | (?P<plain>[0-9]+(?:[.,][0-9]+)?)
    | (?P<fraction>[½¼¾])
    | (?P<word>[^\W\d_]+)
"""
_SCAN = re.compile(_DIGITS, re.VERBOSE)
_LETTERS = re.compile(r"[^\W\d_]+")
_AFTER_DIGITS = re.compile(rf"[0-9]{_BLANK}+\Z")
_AFTER_POUR = re.compile(rf"\bpour{_BLANK}+\Z", re.IGNORECASE)
_LINE_END = re.compile(f"[{LINE_ENDS}]")
_LINK = re.compile(rf"{_BLANK}+|-")
_DATE = re.compile(r"([0-9]{1,2})([.-/])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_LETTER_BEFORE = re.compile(r"(?<![^\W_])[JMSH]\Z")
_LETTER_UNITS: dict[str, Unit] = {"J": ("j",), "M": ("mois",), "S": ("sem",), "H": ("h",)}
_DOUBTFUL_BEFORE = re.compile(rf"(?:[0-9]{_BLANK}|/)\Z")
_DOUBTFUL_AFTER = re.compile(rf"(?:{_BLANK}|[/:])[0-9]")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_FRACTION_DIGITS = {"0.5": "1/2", "0.25": "1/4", "0.75": "3/4"}
_TIMES = re.compile(r"x\d+")  # « x3 » is a number, and « x3 j » carries a unit
_FOLLOWER = re.compile(rf"{_BLANK}?([^\W\d_]+)")
_NAME = re.compile(r"(?<![^\W_])[^\W\d_](?=[\w-]*[0-9])[^\W_]*(?:-[^\W_]+)*")
_NAMES = re.compile(
    r"""[spfev]?[apv]?c?o2|h2o|vitb\d+|b(?:1|2|3|5|6|8|9|12)|d[23]|hba1c?|f?t[34]l?|m[23]
    |[cdm]m[23]|her-?2|cox-?[12]|p2y12|sglt-?2|glp-?1|brca-?[12]|h1n1|cyp\w+|ig[ga]\d|pd-?l?1
    |sars-cov-2|covid-?19|i?ca-?(?:125|15-3|19-9)|r[12]|tnm\d?""",
    re.VERBOSE,
)


def value_of(digits: str) -> str:
    """The value of a number written in digits, with or without blanks and a decimal mark."""
    whole, _, part = re.sub(r"\s", "", digits).replace(",", ".").partition(".")
    part = part.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if part else whole


def spellings(value: str, *, grouped: bool = True) -> list[str]:
    """How ``value`` may be written in digits, with « , » for the decimal mark and a plain space
    between thousands (left out unless ``grouped``)."""
    whole, _, part = value.partition(".")
    wholes = [whole]
    if grouped and len(whole) > 3:
        head = len(whole) % 3 or 3
        wholes.append(" ".join([whole[:head], *re.findall("...", whole[head:])]))
    found = [f"{w},{part}{zeros}" for w in wholes for zeros in ("", "0", "00") if part or zeros]
    if not part:
        found += wholes
        if len(whole) == 1:
            found.append("0" + whole)
    elif value in _FRACTION_DIGITS:
        found.append(_FRACTION_DIGITS[value])
    return found


def named(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of ``text`` that hold letters then digits (« spo2 », « j7 », « t4n1 »), folded,
    with their offsets."""
    for word in _NAME.finditer(text):
        yield folded(word[0]), *word.span()


# --- a whole text ---------------------------------------------------------------------------

# Before these, « une » counts and may be told as 1.
_ONE = re.compile(
    r"\b(?:une?)\s+(?:seule?\s+)?(fois|jour|semaine|mois|an|heure|comprimé|cp|gélule|sachet"
    r"|ampoule|injection|bouffée|goutte|cuillère|prise|épisode)s?\b",
    re.IGNORECASE,
)
_LONGEST_RUN = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source holds: its ``numerals`` in order (None parts those that don't follow each
    other), number ``phrases`` in letters with the units they carry, ``names`` that hold digits
    (folded), the ``followers`` of numbers that are no units (folded), numeric ``characters``, and
    the ``pairs`` these form with a digit or one another."""

    numerals: list[Numeral | None]
    phrases: dict[Words, Units]
    names: set[str]
    followers: set[str]
    characters: set[str]
    pairs: set[str]


Found = tuple[str, int, int]
"""A value and its offsets."""


def read(source_text: str) -> Reading:
    """The numbers of ``source_text``, in time linear in its length."""
    text = unicodedata.normalize("NFC", source_text)
    found: list[Found] = []
    aside: list[Numeral | None] = []
    phrases: dict[Words, Units] = {}
    for kind, start, end in _pieces(text):
        written = text[start:end]
        if kind == "word":
            found += _phrase_values(text, start, end, phrases)
        elif kind == "fraction":
            found.append((_FRACTIONS[written], start, end))
        elif kind == "dotted":
            found.append((written.replace(",", "."), start, end))
            aside += _members(written)
        elif kind == "grouped" and _doubtful(text, start, end):
            units = _units(text, start, end)
            aside += [None, Numeral(value_of(written), written, None, units)]
            parts = re.finditer(r"[0-9]+(?:[.,][0-9]+)?", written)
            found += [(value_of(m[0]), start + m.start(), start + m.end()) for m in parts]
        else:
            found.append((value_of(written), start, end))
    for one in _ONE.finditer(text):
        units = carried(frozenset({unit_after(text[one.start(1) - 1 :])}))
        aside += [None, Numeral("1", "1", None, units)]
    aside += _scaled(text, found)
    numerals = [*_in_line(text, found), *aside]
    for words in _shares(numerals):
        phrases[words] = ANY
    held = {name for name, _, _ in named(text) if not _TIMES.fullmatch(name)}
    characters = {c for c in set(text) if is_numeric(c)}
    followers = {
        folded(word[1])
        for _, _, end in found
        if (word := _FOLLOWER.match(text, end)) and not unit_after(text[end : end + LONGEST])
    }
    return Reading(numerals, phrases, held, followers, characters, _pairs(text, characters))


def _pieces(text: str) -> Iterator[Found]:
    """Numbers in digits and runs of number words: kind and offsets."""
    mute = {
        position
        for name, start, end in named(text)
        if _NAMES.fullmatch(name)
        for position in range(start, end)
    }
    run: tuple[int, int] | None = None
    for match in _SCAN.finditer(text):
        kind, (start, end) = match.lastgroup or "", match.span()
        if kind == "word" and not _counts(text, start, canonical_word(folded(match[0]))):
            continue
        if kind != "word" and start in mute:
            continue
        if run and kind == "word" and _LINK.fullmatch(text, run[1], start):
            run = run[0], end
            continue
        if run:
            yield "word", *run
        run = (start, end) if kind == "word" else None
        if kind != "word":
            yield kind, start, end
    if run:
        yield "word", *run


def _counts(text: str, start: int, word: str) -> bool:
    """Whether ``word`` at ``start`` may stand in a number: not in « 12 sept. », « pour cent »."""
    if word not in READABLE:
        return False
    if word == "sept":
        return not _AFTER_DIGITS.search(text[max(0, start - 3) : start])
    return word not in ("cent", "mille") or not _AFTER_POUR.search(text[max(0, start - 6) : start])


def _phrase_values(
    text: str, start: int, stop: int, phrases: dict[Words, Units]
) -> Iterator[Found]:
    marks = list(_LETTERS.finditer(text, start, stop))
    words = [canonical_word(folded(mark[0])) for mark in marks]
    counted = [i for i, word in enumerate(words) if word in NUMBER_WORDS]
    if not counted:
        return
    if len(words) <= _LONGEST_RUN:  # « deux trois jours » may be copied as it stands
        run = tuple(words[counted[0] : counted[-1] + 1])
        _note(phrases, run, _units(text, start, marks[counted[-1]].end()))
    place = 0
    while place < len(words):
        value, end = read_words(words, place)
        if not value or words[place:end] == ["un"]:
            if words[place] in NUMBER_WORDS:
                phrases[(words[place],)] = ANY
            place = max(end, place + 1)
            continue
        told = tuple(words[place:end][words[place] == "un" :])
        _note(phrases, told, _units(text, start, marks[end - 1].end()))
        yield value, marks[place].start(), marks[end - 1].end()
        place = end


def _note(phrases: dict[Words, Units], words: Words, units: Units) -> None:
    phrases[words] = phrases.get(words, frozenset()) | (ANY if is_ordinal(words) else units)


def _doubtful(text: str, start: int, end: int) -> bool:
    before = _DOUBTFUL_BEFORE.search(text[max(0, start - 2) : start])
    return bool(before or _DOUBTFUL_AFTER.match(text, end))


def _members(dotted: str) -> list[Numeral | None]:
    """The members of « 12.11.26 », each alone, and the same date with strokes."""
    parts = re.split("[.,]", dotted)
    found: list[Numeral | None] = []
    for part in parts:
        found += [None, Numeral(value_of(part), part, None)]
    if _DATE.fullmatch(dotted):
        found += [None, *(Numeral(value_of(part), part, "/") for part in parts)]
    return found


def _in_line(text: str, found: list[Found]) -> list[Numeral | None]:
    numerals: list[Numeral] = []
    for index, (value, start, end) in enumerate(found):
        following = found[index + 1][1] if index + 1 < len(found) else len(text) + LONGEST_GAP
        gap = None
        if following - end <= LONGEST_GAP and not _LINE_END.search(text, end, following):
            gap = text[end:following]
        numerals.append(Numeral(value, text[start:end], gap, _units(text, start, end)))
    return _with_shared_units(numerals)


def _with_shared_units(numerals: list[Numeral]) -> list[Numeral | None]:
    """Units that a number has from the next one (« 5 à 10 mg »), or from how they are joined."""
    found: list[Numeral | None] = []
    later = BARE  # the units of the number that follows
    for index in range(len(numerals) - 1, -1, -1):
        own = numerals[index]
        units = own.units
        before = numerals[index - 1].gap if index else None
        if units == BARE and own.gap is not None and _shares_units(own.gap):
            units = later
        if own.gap is not None and joint(own.gap) == "h":
            units |= {("h",)}
        if units == BARE and before is not None and joint(before) == "h":
            units = frozenset({(), ("min",)})
        later = units
        found.append(Numeral(own.value, own.written, own.gap, units))
    return found[::-1]


def _shares_units(gap: str) -> bool:
    return joint(gap) in ("-", "à", "/") or gap.strip().casefold() == "ou"


def _units(text: str, start: int, end: int) -> Units:
    """The units of the number that stands from ``start`` to ``end``."""
    unit = unit_after(text[end : end + LONGEST])
    if not unit and start and _LETTER_BEFORE.match(text, start - 1, start):
        unit = _LETTER_UNITS[text[start - 1]]
    return carried(frozenset({unit}))


def _scaled(text: str, found: list[Found]) -> Iterator[Numeral | None]:
    """« 3 millions », which is 3000000 too."""
    for (value, _, end), (_, start, last) in pairwise(found):
        if text[start] in DIGITS:
            continue
        scale = SCALES.get(canonical_word(folded(text[start:last])))
        if scale and start - end < 4 and text[end:start].isspace():
            units = _units(text, start, last)
            yield None
            yield Numeral(scaled_value(value, scale), "", None, units)


def scaled_value(value: str, scale: int) -> str:
    """``value`` times ``scale``; a value that is no number is left as it is."""
    if value.count(".") > 1:
        return value
    return value_of(format(Decimal(value) * scale, "f"))


def _shares(numerals: list[Numeral | None]) -> set[Words]:
    """« demi » and « quart » where digits say so: 2,5; 1/2; 10 h 30."""
    found: set[Words] = set()
    words = {"5": ("demi",), "25": ("quart",), "75": ("quart",)}
    pairs: dict[tuple[str, str], Words] = {("/", "2"): ("demi",), ("/", "4"): ("quart",)}
    pairs |= {("h", "30"): ("demi",), ("h", "15"): ("quart",), ("h", "45"): ("quart",)}
    for numeral, following in pairwise(numerals):
        if numeral is None:
            continue
        part = numeral.value.partition(".")[2]
        if part in words:
            found.add(words[part])
        if following and numeral.gap and following.value in ("2", "4", "15", "30", "45"):
            pair = pairs.get((joint(numeral.gap) or "", following.value))
            if pair and (following.value not in "24" or numeral.value in ("1", "3")):
                found.add(pair)
    return found


def _pairs(text: str, characters: set[str]) -> set[str]:
    if not characters:
        return set()
    among = re.escape("".join(characters))
    near = re.compile(f"(?=([0-9{among}][{among}]|[{among}][0-9]))")
    return {match[1] for match in near.finditer(text)}
