"""A judge of units that shares nothing with the lock: a unit is a dimension and a size in it.

« mg », « milligrammes » and « mcg » are made of a prefix and a stem, and are masses of 1e-3 and
1e-6 grams; times are seconds; a rate is a list of those. Two units are the same if the lists are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

from tests.campaigns.figure_judge import Figure, Judge, figures, spoken, visible

Measure = tuple[tuple[str, Fraction], ...]
"""What is counted, then what it is counted by: (("mass", 1/1000), ("time", 86400))."""

_TEN = Fraction(10)
_SYMBOL_PREFIXES = {
    "": 0,
    "k": 3,
    "d": -1,
    "c": -2,
    "m": -3,
    "u": -6,
    "μ": -6,
    "mc": -6,
    "n": -9,
    "p": -12,
}
_WORD_PREFIXES = {
    "": 0, "kilo": 3, "deci": -1, "centi": -2, "milli": -3, "micro": -6, "nano": -9, "pico": -12,
}  # fmt: skip
_SYMBOLS = {"g": "mass", "l": "volume", "mol": "amount", "m": "length"}
_STEMS = {
    "gramme": "mass", "gram": "mass", "litre": "volume", "liter": "volume", "mole": "amount",
    "metre": "length", "calorie": "energy",
}  # fmt: skip
_SECONDS = {
    1: "s sec seconde second", 60: "min mn minute", 3600: "h hr heure hour",
    86400: "j jr jour day", 604800: "sem semaine week", 2629800: "mois month",
    31557600: "an annee year",
}  # fmt: skip
_OTHERS: dict[str, dict[str, str]] = {
    "share": {"1": "% pourcent", "1/10": "‰"},
    "warmth": {"1": "° °c degre"}, "warmth f": {"1": "°f"},
    "activity": {
        "1": "ui u iu unite", "1/1000": "mui mu", "1000": "kui", "1/1000000": "μui uui μu",
    },
    "equivalents": {"1": "meq"}, "osmoles": {"1": "mosm mosmol"},
    "mass": {"1": "gr", "1000": "kilo", "1/1000000": "γ gamma"},
    "length": {"1/1000000": "micron"}, "volume": {"1/1000": "cc cm3"},
    "surface": {"1": "m2", "1/10000": "cm2", "1/1000000": "mm2"},
    "room": {"1": "m3", "1/1000000000": "mm3"},
    "pressure": {"1": "mmhg", "10": "cmhg"}, "pressure pa": {"1000": "kpa"},
    "beats": {"1": "bpm"}, "pitch": {"1": "hz"}, "power": {"1": "w watt"},
    "rays": {"1": "gy gray"}, "dose": {"1": "msv"}, "decay": {"1": "mbq"},
    "count": {"1000000000": "giga"}, "time": {"1/1000": "ms"}, "energy": {"1000": "kcal"},
}  # fmt: skip
_COUNTED = {
    "fois", "x", "×", "cp", "comprime", "gel", "gelule", "gtte", "goutte", "bouffee", "sachet",
    "ampoule", "amp", "injection", "prise", "dose", "cuillere", "suppositoire",
}  # fmt: skip
_TOKEN = re.compile(r"\s*(?:(?P<sign>[%‰]|°(?:\s?[cCfF](?![^\W\d_]))?)|(?P<word>[^\W\d_]+[23]?))")
_PER = re.compile(r"\s?/\s?|\spar\s", re.IGNORECASE)
_MERCURY = re.compile(
    r"([mc]m|(?:milli|centi)metres?)\s?(?:hg|de mercure)(?![^\W\d_])", re.IGNORECASE
)
_RATE_ONLY: Measure = (("", Fraction(1)),)
_UNSAID: set[Measure] = {
    (("share", Fraction(1)),), (("warmth", Fraction(1)),), (("beats", Fraction(1)),),
    (("", Fraction(1)), ("time", Fraction(60))), (("pressure", Fraction(1)),),
    (("pressure", Fraction(10)),), (("mass", Fraction(1000)),), (("time", Fraction(31557600)),),
}  # fmt: skip


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _sizes() -> dict[str, tuple[str, Fraction]]:
    found: dict[str, tuple[str, Fraction]] = {}
    for prefixes, stems in ((_SYMBOL_PREFIXES, _SYMBOLS), (_WORD_PREFIXES, _STEMS)):
        for stem, dimension in stems.items():
            for prefix, power in prefixes.items():
                found[prefix + stem] = dimension, _TEN**power
    for seconds, words in _SECONDS.items():
        found |= dict.fromkeys(words.split(), ("time", Fraction(seconds)))
    for dimension, sizes in _OTHERS.items():
        for size, names in sizes.items():
            found |= dict.fromkeys(names.split(), (dimension, Fraction(size)))
    for name in ("dg", "pl", "dmol", "cmol", "kmol", "dm", "pm", "cg", "mcmol", "mcl", "mcm", "kl"):
        found.pop(name, None)
    return found


_SIZES = _sizes()


def measure_after(text: str) -> Measure:
    """The unit at the head of ``text``, which follows a number; () where there is none."""
    text = _plain(text[:80]).partition("\n")[0].partition("\r")[0]
    text = re.sub(r"\s+", " ", text)
    counted = re.match(r"[ -]?([^\W\d_]+|×)", text)
    word = counted[1].lower() if counted else ""
    if counted and {word, _single(word)} & _COUNTED and _PER.match(text, counted.end()):
        parts, text = list(_RATE_ONLY), text[counted.end() :]
    elif _PER.match(text):
        parts = list(_RATE_ONLY)
    else:
        parts, text = [], re.sub(r"\A-", "", text)
    while True:
        per = _PER.match(text) if parts else None
        if parts and per is None:
            break
        size, length = _size(text[per.end() if per else 0 :], spaced=not parts)
        if size is None:
            break
        parts.append(size)
        text = text[(per.end() if per else 0) + length :]
    return () if parts == list(_RATE_ONLY) else tuple(parts)


def _size(text: str, *, spaced: bool) -> tuple[tuple[str, Fraction] | None, int]:
    start = 1 if spaced and text.startswith(" ") else 0
    mercury = _MERCURY.match(text, start)
    if mercury:
        size = Fraction(10) if mercury[1].lower().startswith("c") else Fraction(1)
        return ("pressure", size), mercury.end()
    for share in re.finditer(r"pour (cent|mille)(?![^\W\d_]|['’])", text[start:], re.IGNORECASE):
        if share.start() == 0:
            size = Fraction(1) if share[1].lower() == "cent" else Fraction(1, 10)
            return ("share", size), start + share.end()
    token = _TOKEN.match(text, start)
    if token is None or token.start() != start or (token.end() > start and text[start] == " "):
        return None, 0
    return _read_token(text, token)


def _read_token(text: str, token: re.Match[str]) -> tuple[tuple[str, Fraction] | None, int]:
    end = token.end()
    if token["sign"]:
        return _SIZES[re.sub(r"\s", "", token["sign"].lower())], end
    word = token["word"]
    times = re.fullmatch(r"([^\W\d_]+)[xX]", re.sub("[23]$", "", word))
    if times and re.match(r" ?[0-9]", text[token.start("word") + len(times[0]) :]):
        word, end = times[1], token.start("word") + len(times[1])
    if word.lower() not in _SIZES and word[-1] in "23":
        word, end = word[:-1], end - 1
    follows = text[end : end + 1]
    lone = len(word) == 1 and word.isupper()
    if follows in ("'", "’") or (lone and (word in "MSATE" or follows.isdigit())):
        return None, 0
    if word == "G" and re.match(
        r"(?:\s?/\s?|\spar\s)l(?:itre)?s?(?![^\W\d_])", text[end:], re.IGNORECASE
    ):
        return ("count", Fraction(10**9)), end
    return _SIZES.get(word.lower()) or _SIZES.get(_single(word.lower())), end


def _single(word: str) -> str:
    """``word`` in the singular: « mus » and « mols » are no plurals of symbols."""
    plural = len(word) > 4 or word in ("ans", "cps", "days", "hrs", "jrs", "kgs")
    return word.removesuffix("s") if plural else word


class UnitJudge:
    """Judges the units of drafts of the source of ``judge``."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._measures: dict[Fraction | str, set[Measure]] = defaultdict(set)
        self._free: set[Fraction] = set()
        text = judge.text
        for line in judge.readings:
            for place in range(len(line)):
                self._measures[_key(line[place])] |= self._of_place(text, line, place)
        for value, words, end in spoken(text):
            self._measures[value] |= _carried(measure_after(text[end:]))
            if _ranks(words):
                self._free.add(value)
        self._share_spoken(text)
        for one in re.finditer(r"\bune?\b(?= )", text, re.IGNORECASE):
            self._measures[Fraction(1)] |= _carried(measure_after(text[one.end() :]))
            self._measures[Fraction(1)].add(())
        for scaled in re.finditer(r"[0-9][0-9.,]*\s+(cent|mille|million|milliard)s?\b", text):
            times = {"cent": 100, "mille": 1000, "million": 10**6, "milliard": 10**9}[scaled[1]]
            number = Fraction(scaled[0].split()[0].rstrip(".,").replace(",", "."))
            self._measures[number * times] |= _carried(measure_after(text[scaled.end() :]))
        for half in re.finditer("[½¼¾]", text):
            value = Fraction(unicodedata.numeric(half[0]))
            self._measures[value] |= _carried(measure_after(text[half.end() :]))

    def _share_spoken(self, text: str) -> None:
        """« deux à trois jours », « 2 ou trois jours »."""
        numbers = sorted(
            [(f.start, f.end, f.value) for f in figures(text) if f.value is not None]
            + [(end - len(words), end, value) for value, words, end in spoken(text)]
        )
        for (_, end, value), (start, last, _) in reversed(list(pairwise(numbers))):
            if start >= end and _shares(text[end:start]) and not measure_after(text[end:]):
                self._measures[value] |= _carried(measure_after(text[last:]))

    def _of_place(self, text: str, line: list[Figure], place: int) -> set[Measure]:
        figure = line[place]
        own = measure_after(text[figure.end :])
        mark = re.search(r"(?<![^\W_])([JMSH])\Z", text[: figure.start])
        found = _carried(own)
        if not own and mark:
            found = {(("time", Fraction(_LETTERS[mark[1]])),)}
        after = text[figure.end : line[place + 1].start] if place + 1 < len(line) else None
        before = text[line[place - 1].end : figure.start] if place else None
        if not own and not mark and after is not None and _shares(after):
            found |= self._of_place(text, line, place + 1)
        if after is not None and _HOURS.fullmatch(after):
            found.add((("time", Fraction(3600)),))
        if before is not None and _HOURS.fullmatch(before):
            found.add((("time", Fraction(60)),))
        return found

    def judge(self, untrusted_draft: str) -> tuple[int, list[str]]:
        """How many numbers of ``untrusted_draft`` have a unit, and those that have a wrong one."""
        text = self._judge.without_shares(visible(untrusted_draft))
        told = [
            (_key(figure), figure.end, figure.text)
            for figure in figures(text)
            if not self._judge.in_name(text, figure) and not self._judge.in_list(text, figure)
        ]
        told += [
            (value, end, words)
            for value, words, end in spoken(text)
            if not _ranks(words) and not re.search(r"[0-9]\s*\Z", text[: end - len(words)])
        ]
        count, wrong = 0, []
        for value, end, written in told:
            measure = measure_after(text[end:])
            if not measure:
                continue
            count += 1
            if not self._holds(value, written, measure):
                wrong.append(f"unit of {text[max(0, end - len(written) - 6) : end + 16]!r}")
        return count, wrong

    def _holds(self, value: Fraction | str, written: str, measure: Measure) -> bool:
        known = set(self._measures.get(value, set()))
        last = written.split()[-1]
        if last != written and re.fullmatch(
            r"[0-9]+(?:[.,][0-9]+)?", last
        ):  # « 72 120 »: two numbers
            known |= self._measures.get(Fraction(last.replace(",", ".")), set())
        if written in ("demi", "demie", "moitie", "quart", "double", "triple", "quadruple"):
            return True
        return measure in known or (measure in _UNSAID and () in known)


_LETTERS = {"J": 86400, "M": 2629800, "S": 604800, "H": 3600}
_HOURS = re.compile(r"\s*(?::|h|heures?)\s*", re.IGNORECASE)


def _ranks(words: str) -> bool:
    return re.search(r"iemes?\Z", words) is not None


def _key(figure: Figure) -> Fraction | str:
    return re.sub("[.,]", ".", figure.text) if figure.value is None else figure.value


def _shares(gap: str) -> bool:
    bare = gap.strip().casefold()
    return "\n" not in gap and re.fullmatch(r"[-‐‑‒–—−/⁄∕]|à|ou|sur|[-–=]?>|→", bare) is not None


def _carried(measure: Measure) -> set[Measure]:
    """``measure``, and « 5 mg » of « 5 mg/j »."""
    daily = len(measure) > 1 and measure[0][0] and measure[-1] == ("time", Fraction(86400))
    return {measure, measure[:-1]} if daily else {measure}
