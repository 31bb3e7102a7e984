"""A judge of figures that shares nothing with the lock: regular expressions over the whole text,
exact fractions, and its own reader of French numbers in letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

_BLANK = "[ \u00a0\u202f\u2009]"
_NUMBER = re.compile(
    rf"[0-9]+(?:[.,][0-9]+){{2,}}|(?<![^\W\d_])[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?![0-9])"
    r"(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?"
)
_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_SCALED = re.compile(
    rf"([0-9]+(?:[.,][0-9]+)?){_BLANK}+(cent|mille|million|milliard)s?(?![^\W\d_])", re.IGNORECASE
)
_CLASSES = [
    ("range", re.compile(r"[-‐‑‒–—−]|à|a")),
    ("stroke", re.compile(r"[/⁄∕]|sur")),
    ("hour", re.compile(r":|h|heures?")),
    ("free", re.compile(r"[x×*]|[-–=]?>|→")),
]
_SIMPLE = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13,
    "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
_TENS = {
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_WHOLES = {
    "dizaine": 10, "huitaine": 8, "douzaine": 12, "quinzaine": 15, "vingtaine": 20,
    "trentaine": 30, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
    "double": 2, "triple": 3, "quadruple": 4,
}  # fmt: skip
_BASES = {"cinqu": "cinq", "neuv": "neuf", "quatr": "quatre", "onz": "onze", "mill": "mille"} | {
    word[:-1]: word for word in [*_SIMPLE, *_TENS] if word.endswith("e")
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in digits: its exact value, None for « 12.11.26 »; offsets; letter before it."""

    text: str
    value: Fraction | None
    start: int
    end: int
    glued: bool


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _exact(text: str) -> Fraction:
    return Fraction(re.sub(r"\s", "", text).replace(",", "."))


def figures(text: str) -> list[Figure]:
    """The numbers in digits of ``text``."""
    found = []
    for match in _NUMBER.finditer(text):
        dotted = len(re.findall("[.,]", match[0])) > 1
        before = text[match.start() - 1 : match.start()]
        value = None if dotted else _exact(match[0])
        found.append(Figure(match[0], value, *match.span(), before.isalpha()))
    return found


def letters(text: str) -> list[tuple[Fraction, str]]:
    """The numbers in letters of ``text``; « un » alone is none."""
    return [(value, words) for value, words, _ in spoken(text)]


def spoken(text: str) -> list[tuple[Fraction, str, int]]:
    """The numbers in letters of ``text`` and where each ends."""
    found: list[tuple[Fraction, str, int]] = []
    for run, ends in _runs(text):
        found += [(value, words, ends[last]) for value, words, last in _numbers(run)]
    return found


def _runs(text: str) -> Iterator[tuple[list[str], list[int]]]:
    """Words that stand side by side, « sept » after digits and « cent » after « pour » aside, and
    where each ends."""
    run: list[str] = []
    ends: list[int] = []
    end = 0
    for match in re.finditer(r"[^\W\d_]+", text):
        link = text[end : match.start()]
        if not re.fullmatch(rf"{_BLANK}+|[-‐‑]", link):
            yield run, ends
            run, ends = [], []
        word, end = _plain(match[0]), match.end()
        if word == "sept" and re.search(rf"[0-9]{_BLANK}+\Z", text[: match.start()]):
            word = "septembre"
        ends.append(end)
        run.append("%" if word in ("cent", "mille") and run[-1:] == ["pour"] else word)
    yield run, ends


def _base(word: str) -> str:
    word = word.removesuffix("s") if word not in ("trois",) else word
    word = "mille" if word == "mil" else word
    root = word.removesuffix("ieme")
    return _BASES.get(root, root) if root != word else word


class _Sum:
    """A number told word by word: ``hundreds`` below a thousand, ``total`` above."""

    def __init__(self) -> None:
        self.total, self.hundreds, self.words = 0, 0, list[str]()

    def add(self, word: str) -> bool:
        """Whether ``word`` goes on with the number."""
        low = self.hundreds % 100
        fresh = not self.words or self.words[-1] in ("cent", "mille", "million", "milliard")
        if word == "vingt" and self.words[-1:] == ["quatre"]:
            self.hundreds += 76
        elif word in _TENS or word == "vingt":
            if not fresh:
                return False
            self.hundreds += _TENS.get(word, 20)
        elif word in _SIMPLE:
            value = _SIMPLE[word]
            ten = low in (20, 30, 40, 50, 60, 70, 80, 90) and 0 < value < 10
            teen = (low in (60, 80) and 10 <= value <= 16) or (
                self.words[-1:] == ["dix"] and 7 <= value <= 9
            )
            if not (fresh or ten or teen):
                return False
            self.hundreds += value
        elif word == "cent":
            if self.hundreds == 0 and fresh:
                self.hundreds = 100
            elif 2 <= self.hundreds <= 19 and self.words[-1] not in ("cent",):
                self.hundreds *= 100
            else:
                return False
        elif word in ("mille", "million", "milliard"):
            scale = {"mille": 10**3, "million": 10**6, "milliard": 10**9}[word]
            if self.hundreds == 0 and self.words:
                return False
            self.total += (self.hundreds or 1) * scale
            self.hundreds = 0
        else:
            return False
        self.words.append(word)
        return True


def _numbers(run: list[str]) -> Iterator[tuple[Fraction, str, int]]:
    """Value, words, and the index of the last of them."""
    place = 0
    while place < len(run):
        word = _base(run[place])
        if word in _WHOLES:
            yield Fraction(_WHOLES[word]), word, place
            place += 1
            continue
        if word in ("demi", "demie", "moitie", "quart"):
            yield Fraction(1, 4 if word == "quart" else 2), word, place
            place += 1
            continue
        number, start = _Sum(), place
        while place < len(run):
            joins = run[place] == "et" and place + 1 < len(run) and number.hundreds % 10 == 0
            if joins and number.words and _base(run[place + 1]) in ("un", "une", "onze"):
                place += 1
            if not number.add(_base(run[place])):
                place -= run[place - 1] == "et" and place > start
                break
            place += 1
            if run[place - 1].endswith(("ieme", "iemes")):
                break
        value = Fraction(number.total + number.hundreds)
        rest = [_base(word) for word in run[place : place + 2]]
        if number.words and rest[:1] == ["et"] and rest[1:] in (["demi"], ["demie"], ["quart"]):
            value += Fraction(1, 4 if rest[1] == "quart" else 2)
            place += 2
        if number.words and rest[:1] == ["virgule"] and len(rest) > 1:
            zeros, tail, place = place + 1, _Sum(), place + 1
            while place < len(run) and run[place] == "zero":
                place += 1
            zeros = place - zeros
            while place < len(run) and tail.add(_base(run[place])):
                place += 1
            value += _exact(f"0.{'0' * zeros}{tail.total + tail.hundreds}")
        if number.words and number.words not in (["un"], ["une"]):
            yield value, " ".join(run[start:place]), place - 1
        place = max(place, start + 1)


def visible(untrusted_text: str) -> str:
    """``untrusted_text`` without the characters that are not seen."""
    return "".join(
        c
        for c in unicodedata.normalize("NFC", untrusted_text)
        if c in "\n\r\t" or unicodedata.category(c) not in ("Cc", "Cf")
    )


class Judge:
    """Judges drafts of one source; ``allowed`` are list numbers (« 1. »)."""

    def __init__(self, source_text: str, allowed: tuple[str, ...] = ()) -> None:
        self.text = unicodedata.normalize("NFC", source_text)
        self._allowed = set(allowed)
        self._names = {_plain(w) for w in _WORD.findall(self.text) if re.search("[0-9]", w)}
        self.readings = self._readings()
        self._values = {f.value for line in self.readings for f in line if f.value is not None}
        self._values |= {value for value, _ in letters(self.text)}
        self._values |= self._scaled(self.text) | self._fractions()
        if re.search(r"\bune?\b", self.text, re.IGNORECASE):
            self._values.add(Fraction(1))
        self._dotted = {re.sub("[.,]", ".", f.text) for f in figures(self.text) if f.value is None}

    def _readings(self) -> list[list[Figure]]:
        """The source's numbers, blanks between thousands read both ways where that is open."""
        wholes = figures(self.text)
        parts = [
            Figure(m[0], _exact(m[0]), m.start(), m.end(), False)
            for m in re.finditer(r"[0-9]+(?:[.,][0-9]+)?", self.text)
        ]
        open_to_doubt = [
            f
            for f in parts
            if not any(w.start <= f.start < w.end and re.search(r"\s", w.text) for w in wholes)
            or self._doubtful(f, wholes)
        ]
        members = [
            Figure(part, _exact(part), f.start, f.end, False)
            for f in wholes
            if f.value is None
            for part in re.split("[.,]", f.text)
        ]
        return [wholes, open_to_doubt, members]

    def _doubtful(self, part: Figure, wholes: list[Figure]) -> bool:
        whole = next(w for w in wholes if w.start <= part.start < w.end)
        before, after = self.text[: whole.start], self.text[whole.end :]
        return bool(
            re.search(rf"(?:/|[0-9]{_BLANK})\Z", before[-2:])
            or re.match(rf"(?:[/:]|{_BLANK})[0-9]", after)
        )

    def _fractions(self) -> set[Fraction]:
        found = {Fraction(unicodedata.numeric(c)) for c in self.text if c in "½¼¾"}
        halves = re.search(r"[.,]50*(?![0-9])|1/2|h ?30", self.text)
        quarters = re.search(r"[.,][27]50*(?![0-9])|[13]/4|h ?(?:15|45)", self.text)
        self.shares = {Fraction(1, 2)} if halves else set()
        self.shares |= {Fraction(1, 4)} if quarters else set()
        return found

    @staticmethod
    def _scaled(text: str) -> set[Fraction]:
        """« 3 millions »."""
        scales = {"cent": 100, "mille": 1000, "million": 10**6, "milliard": 10**9}
        found = _SCALED.finditer(text)
        return {_exact(m[1]) * scales[m[2].lower()] for m in found}

    def judge(self, untrusted_draft: str) -> tuple[int, list[str]]:
        """How many numbers ``untrusted_draft`` holds, and those it invented."""
        text = self.without_shares(visible(untrusted_draft))
        found = figures(text)
        spoken = letters(text)
        signs = [c for c in untrusted_draft if not c.isascii() and _is_numeral(c)]
        invented = [f"sign {c}" for c in signs if c not in self.text]
        invented += [self._told(text, f) for f in found if not self._holds(text, f)]
        for left, right in pairwise(found):
            if self._recombined(text, left, right):
                invented.append(f"pair {text[max(0, left.start - 5) : right.end + 5]!r}")
        for value, words in letters(self._without_scales(text)):
            shared = value in self.shares and words in ("demi", "demie", "moitie", "quart")
            if value not in self._values and words not in _plain(self.text) and not shared:
                invented.append(f"letters {words!r} = {value}")
        return len(found) + len(spoken) + len(signs), invented

    def without_shares(self, text: str) -> str:
        """« 1/2 » where the source has ½ or « demi » is no date."""

        def told(match: re.Match[str]) -> str:
            return " @ " if Fraction(match[0]) in self._values else match[0]

        return re.sub(r"(?<![0-9])(?<![0-9][/.,])(?:1/2|1/4|3/4)(?![0-9]|[.,/][0-9])", told, text)

    def _without_scales(self, text: str) -> str:
        """« 5 cents » where 500 is the source's: « cents » is no number of its own there."""

        def told(match: re.Match[str]) -> str:
            return "%" if self._scaled(match[0]) <= self._values else match[0]

        return _SCALED.sub(told, text)

    @staticmethod
    def _told(text: str, figure: Figure) -> str:
        return f"digits {text[max(0, figure.start - 8) : figure.end + 8]!r}"

    def in_name(self, text: str, figure: Figure) -> bool:
        """Whether ``figure`` stands in a word that the source holds too."""
        return any(
            w.start() <= figure.start < w.end()
            and self._names.intersection([_plain(w[0]), *_plain(w[0]).split("-")])
            for w in _WORD.finditer(text, max(0, figure.start - 30), figure.end + 30)
        )

    def in_list(self, text: str, figure: Figure) -> bool:
        """Whether ``figure`` only numbers a line."""
        head = text[: figure.start].rpartition("\n")[2]
        return not head.strip(" -–•*#>_(") and any(
            text.startswith(mark, figure.start) for mark in self._allowed
        )

    def _holds(self, text: str, figure: Figure) -> bool:
        if self.in_list(text, figure) or self.in_name(text, figure):
            return True
        if figure.value is None:
            return re.sub("[.,]", ".", figure.text) in self._dotted
        bare = text[figure.start - 1 : figure.start] in (".", ",") and figure.start > 0
        if bare:
            return Fraction(f"0.{figure.text}") in self._values if figure.text.isdigit() else False
        if figure.value in self._values:
            return True
        parts = [_exact(part) for part in figure.text.split() if re.search(r"\s", figure.text)]
        joined = [self._joined(a, b, "blank") for a, b in pairwise(parts)]
        return bool(parts) and all(joined)

    def _recombined(self, text: str, left: Figure, right: Figure) -> bool:
        if left.value is None or right.value is None or self.in_name(text, left):
            return False
        if self.in_name(text, right):
            return False
        kind = _class(text[left.end : right.start])
        if kind is None or (kind == "blank" and left.glued):
            return False
        return not self._joined(left.value, right.value, kind)

    def _joined(self, left: Fraction, right: Fraction, kind: str) -> bool:
        for line in self.readings:
            for a, b in pairwise(line):
                gap = self.text[a.end : b.start]
                if (a.value, b.value) != (left, right) or "\n" in gap:
                    continue
                if kind == _class(gap) or (kind == "range" and gap.strip() in ("à", "a")):
                    return True
        if kind in ("free", "à") and self._near(left, right):
            return True
        return self._spoken(left, right, kind) or self._dated(left, right, kind)

    def _near(self, left: Fraction, right: Fraction) -> bool:
        """« 5 puis 10 » told as « de 5 à 10 »: two numbers of a line, a name between at most."""
        for line in self.readings:
            for place, a in enumerate(line):
                for b in line[place + 1 : place + 3]:
                    between = self.text[a.end : b.start]
                    same = (a.value, b.value) == (left, right)
                    if same and "\n" not in between and len(between) <= 40:
                        return True
        return False

    def _dated(self, left: Fraction, right: Fraction, kind: str) -> bool:
        """« 12.11.26 » told as « 12/11/26 »."""
        pairs = [pair for dotted in self._dotted for pair in pairwise(dotted.split("."))]
        return kind == "stroke" and any((_exact(a), _exact(b)) == (left, right) for a, b in pairs)

    def _spoken(self, left: Fraction, right: Fraction, kind: str) -> bool:
        """« deux à trois » told as « 2 à 3 »."""
        spoken = {value for value, _ in letters(self.text)}
        return kind in ("à", "free", "range") and (left in spoken or right in spoken)


def _class(gap: str) -> str | None:
    """How ``gap`` joins the numbers around it; None if it does not."""
    if "\n" in gap or "\r" in gap:
        return None
    bare = gap.strip().casefold()
    if not bare:
        return "blank"
    if bare == "à":
        return "à"
    for name, pattern in _CLASSES:
        if pattern.fullmatch(bare) and not (bare == "a" and gap != gap.strip()):
            return "glued " + bare if bare == "a" else name
    return "glued " + bare if not re.search(r"\s", gap) and len(gap) <= 8 else None


def _is_numeral(character: str) -> bool:
    return (
        unicodedata.numeric(character, None) is not None
        or unicodedata.category(character)[0] == "N"
    )
