"""The unit that follows a number, in any of its spellings: « mg », « milligrammes par jour ».

A *unit* is a tuple of names, the first one counted, the others « per »: ("mg", "kg", "j"); a rate
without a unit of its own (« 3/j », « 3 fois par jour », « 3 cp/j ») is ("", "j"); () is none.
Decided here, and kept to by the lock:

- A number may be given the units it carries in the source, in any of their spellings, and no unit
  at all. Of « 5 mg/j », « 5 mg » is kept too; of « 1 mg/kg » or « 10 mg/semaine », nothing less.
- A number that stands bare in the source may be given what clinicians leave unsaid (UNSAID: « FC
  80 », « SpO2 96 », « 54 ans »), and no dose, concentration, duration or length.
- « 5 à 10 mg », « 5-10 mg », « 14/8 mmHg », « 2 ou 3 g »: the unit is that of both numbers.
- In « J15 », « M6 », « S12 », « H24 » the letter is the unit; « 10:30 » is hours and minutes.
- A unit of two readings is one: « 5 G » is 5 g, « 250 G/L » is giga. « M. », « l’ », « d’ », « L5 »
  and « S1 » are no units. Ordinals (« 5e jour ») and shares (« demi-heure ») carry none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

Unit = tuple[str, ...]
Units = frozenset[Unit]

BARE: Units = frozenset({()})
ANY: Units = frozenset({("any",)})
"""Of what is not held to its units."""

UNSAID: Units = frozenset(
    {("%",), ("°c",), ("bpm",), ("", "min"), ("mmhg",), ("cmhg",), ("kg",), ("an",)}
)
LONGEST = 64
"""Characters after a number among which its unit is looked for."""


def _words(*stems: str) -> list[str]:
    return [form for stem in stems for form in (stem, stem + "s")]


_METRIC = {"": "", "m": "milli", "μ": "micro", "n": "nano", "p": "pico", "k": "kilo"}
_SPELLINGS: dict[str, list[str]] = {
    "g": ["g", "gr", *_words("gramme", "gram")],
    "l": ["l", *_words("litre", "liter")],
    "mol": ["mol", *_words("mole")],
    "cl": ["cl", *_words("centilitre")], "dl": ["dl", *_words("decilitre")],
    "ui": ["ui", "u", "iu", *_words("unite")], "mui": ["mui", "mu"], "kui": ["kui"],
    "meq": ["meq"], "mosm": ["mosm", "mosmol"], "kcal": ["kcal", *_words("kilocalorie")],
    "gy": ["gy", "gray", "grays"], "msv": ["msv"], "mbq": ["mbq"],
    "s": ["s", "sec", *_words("seconde", "second")], "ms": ["ms", *_words("milliseconde")],
    "min": ["min", "mn", *_words("minute")], "h": ["h", "hr", "hrs", *_words("heure", "hour")],
    "j": ["j", "jr", "jrs", *_words("jour", "day")],
    "sem": ["sem", *_words("semaine", "week")], "mois": ["mois", *_words("month")],
    "an": ["an", "ans", *_words("annee", "year")],
    "mm": ["mm", *_words("millimetre")], "cm": ["cm", *_words("centimetre")],
    "m": ["m", *_words("metre")], "km": ["km", *_words("kilometre")],
    "μm": ["μm", "um", *_words("micron", "micrometre")],
    "m2": ["m2"], "cm2": ["cm2"], "mm2": ["mm2"], "m3": ["m3"], "cm3": ["cm3", "cc"],
    "mm3": ["mm3"],
    "mmhg": ["mmhg", "mm hg", "mm de mercure", "millimetres de mercure"],
    "cmhg": ["cmhg", "cm hg", "cm de mercure", "centimetres de mercure"],
    "kpa": ["kpa"], "bpm": ["bpm"], "hz": ["hz"], "w": ["w", *_words("watt")],
    "%": ["%", "pour cent", "pourcent"], "‰": ["‰", "pour mille"],
    "°c": ["°c", "° c", "°", *_words("degre"), "degres celsius"], "°f": ["°f", "° f"],
    "giga": ["giga"],
}  # fmt: skip
for _short, _long in _METRIC.items():
    for _unit, _name in (("g", "gramme"), ("l", "litre"), ("mol", "mole")):
        if _short:
            _SPELLINGS[_short + _unit] = [_short + _unit, *_words(_long + _name)]
for _unit in ("g", "l", "mol"):
    _SPELLINGS["μ" + _unit].append("u" + _unit)
_SPELLINGS["μg"] += ["mcg", "γ", *_words("gamma")]
_SPELLINGS["kg"] += [*_words("kilo"), "kgs"]
_SPELLINGS["μui"] = ["μui", "uui", "μu"]
_NAMES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}

_FILLERS = (
    "fois", "x", "×", "cp", "cps", *_words("comprime"), "gel", *_words("gelule"),
    *_words("gtte", "goutte"), *_words("bouffee", "sachet", "ampoule", "injection", "prise"),
    "amp", *_words("dose", "cuillere", "suppositoire"),
)  # fmt: skip
_SEPARATORS = ("/", " /", "/ ", " / ", " par ")
_GAPS = ("", " ", "-", "- ")

# « 500mgx3 » ends a unit, « mgx » a word. An apostrophe makes a word of it: « le 12 l’enfant ».
_END = r"(?:(?=[xX] ?[0-9])|(?![^\W\d_]|['’]))"
_LONGEST_FIRST = "|".join(re.escape(s) for s in sorted(_NAMES, key=len, reverse=True))
_NAME = re.compile(rf"(?:{_LONGEST_FIRST}){_END}", re.IGNORECASE)
_ANY_FILLER = "|".join(sorted(_FILLERS, key=len, reverse=True))
_FILLER = re.compile(rf"(?:{_ANY_FILLER}){_END}", re.IGNORECASE)
_SEPARATOR = re.compile(r" ?/ ?| par ", re.IGNORECASE)
_PER_LITRE = re.compile(rf"(?:{_SEPARATOR.pattern})(?:l|litre){_END}", re.IGNORECASE)
_CAPITAL_G = re.compile(r"-? ?G(?![^\W\d_])")
_GAP = re.compile("-? ?")
_BLANKS = re.compile(r"[ \t\u00a0\u2007\u2009\u202f]+")
_BEGINNINGS = {s[:i] for s in _NAMES for i in range(1, len(s) + 1)} | {s + "x" for s in _NAMES}
_BEGINNINGS |= {s + "x " for s in _NAMES}
_FILLER_BEGINNINGS = {s[:i] for s in _FILLERS for i in range(1, len(s) + 1)}
_NO_UNITS = frozenset("MSATE")
"""Capitals that are initials and marks (« M. », « T4 »), never units."""


class Progress(NamedTuple):
    """``unit`` of the words that are over; ``over`` once nothing that is written from here on can
    be of the unit; ``word`` is the last word, while it is being written."""

    unit: Unit
    over: bool
    word: str


@lru_cache(maxsize=4096)
def plain(character: str) -> str:
    """``character`` without accent or ligature, capitals kept; every blank is a plain one."""
    if _BLANKS.fullmatch(character):
        return " "
    apart = unicodedata.normalize("NFKD", character)
    return "".join(c for c in apart if not unicodedata.combining(c))


def unit_after(text: str) -> Unit:
    """The unit at the head of ``text``, which follows a number; () where there is none."""
    head = _BLANKS.sub(" ", text[:LONGEST])
    return _read("".join(map(plain, head)))[0]


@lru_cache(maxsize=8192)
def progress(text: str) -> Progress:
    """What ``text``, plain and yet to be gone on with, tells of the unit of the number before."""
    unit, end = _read(text, going_on=True)
    rest = text[end:]
    return Progress(unit, bool(rest) and not _may_go_on(rest, first=end == 0), rest)


@lru_cache(maxsize=8192)
def ended(text: str) -> Unit:
    """The unit that plain ``text`` tells if it ends here."""
    return _read(text)[0]


def _read(text: str, *, going_on: bool = False) -> tuple[Unit, int]:
    """The unit at the head of plain ``text`` and where it ends. Of a text that is ``going_on``, a
    word at its very end counts for nothing yet."""
    gap = _GAP.match(text)
    at = gap.end() if gap else 0
    unit: Unit = ()
    filler = _FILLER.match(text, at)
    separator = _SEPARATOR.match(text, filler.end() if filler else 0)
    if separator is not None:
        unit, at = ("",), separator.end()
    elif filler is not None:
        return (), 0
    end = 0
    while (found := _named(text, at)) is not None:
        name, stop = found
        if going_on and stop == len(text):
            break
        unit, end = (*unit, name), stop
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            break
        at = separator.end()
    return (unit if end else ()), end


def _named(text: str, at: int) -> tuple[str, int] | None:
    match = _NAME.match(text, at)
    if match is None:
        return None
    written, end = match[0], match.end()
    lone = len(written) == 1 and written.isupper()
    if lone and (written in _NO_UNITS or text[end : end + 1].isdecimal()):
        return None
    if written == "G" and _PER_LITRE.match(text, end):
        return "giga", end
    name = _NAMES.get(written.lower())  # « mın », with a letter that only looks like one, is none
    return None if name is None else (name, end)


def _may_go_on(rest: str, *, first: bool) -> bool:
    """Whether ``rest``, what follows the last whole name, may be the beginning of another."""
    lower = rest.lower()
    if any(s.startswith(lower) or (_is_beginning(lower.removeprefix(s)) and lower.startswith(s))
           for s in _SEPARATORS):  # fmt: skip
        return True
    if not first:
        return False
    bare = _GAP.sub("", lower, count=1)
    if not bare or _is_beginning(bare) or bare in _FILLER_BEGINNINGS:
        return True
    filler = _FILLER.match(bare)
    return filler is not None and _may_go_on(bare[filler.end() :], first=False)


def _is_beginning(word: str) -> bool:
    return not word or word in _BEGINNINGS


# --- what a number may be given ---------------------------------------------------------------


def carried(units: Units) -> Units:
    """``units`` with what may be said of less: « 5 mg » of « 5 mg/j »."""
    if units >= ANY:
        return ANY
    return units | {
        unit[:-1] for unit in units if unit[-1:] == ("j",) and len(unit) > 1 and unit[0]
    }


def may_be_given(unit: Unit, units: Units) -> bool:
    """Whether a number that carries ``units`` in the source may be written with ``unit``."""
    if not unit or unit in units or units >= ANY:
        return True
    return unit in UNSAID and () in units


@lru_cache(maxsize=8192)
def begins_one(text: str, units: Units) -> bool:
    """Whether plain ``text`` is the beginning of a spelling of one of ``units``."""
    apart = ("g", "l") if _CAPITAL_G.match(text) else ("giga", "l")  # « 250 G/L » is no gram
    return any(_begins(text.lower(), unit, _GAPS) for unit in units if unit and unit[:2] != apart)


def _begins(text: str, unit: Unit, before: tuple[str, ...]) -> bool:
    name, *others = unit
    if name:
        spellings = [*_SPELLINGS[name], "g"] if name == "giga" else _SPELLINGS[name]
        forms = [gap + spelling for gap in before for spelling in spellings]
    else:
        forms = ["", *(gap + filler for gap in before for filler in _FILLERS)]
    for form in forms:
        if form.startswith(text):
            return True
        if others and text.startswith(form) and _begins(text[len(form) :], (*others,), _SEPARATORS):
            return True
    return False
