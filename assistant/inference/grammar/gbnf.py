"""Grammars in GBNF, llama.cpp's notation, read into rules.

The notation is that of llama.cpp (grammars/README.md): ``name ::= …``, literals, [classes], « . »,
groups, « | », and the repetitions * + ? {m,n}; not its token rules (« <[12]> »), which hold for
one vocabulary only. What llama.cpp's parser lets pass and then never ends, or ends the process, is
refused here with the line it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.errors import AparteError, ErrorCode

ROOT = "root"
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_MOST_REPEATS = 2000
_DEEPEST_GROUP = 64
_LONGEST = 400_000
_MOST_RULES = 5000

HALVES = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: no text holds one."""

_BLANKS = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_DEFINES = re.compile(r"::=")
_COUNTS = re.compile(r"\{[ \t]*([0-9]{1,9})[ \t]*(,?)[ \t]*([0-9]{1,9})?[ \t]*\}")
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([trn\\\"\[\]-]))"
)
_NAMED_ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}


@dataclass(frozen=True, slots=True, eq=False)
class Characters:
    """One character, of ``ranges``: inclusive code points, in order, apart from one another."""

    ranges: tuple[tuple[int, int], ...]

    @property
    def only(self) -> str | None:
        """The one character there is, or None."""
        (low, high), *others = self.ranges
        return chr(low) if low == high and not others else None


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """``parts``, one after the other."""

    parts: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of ``options``."""

    options: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """``item``, ``least`` to ``most`` times; None is any number."""

    item: Symbol
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """The rule called ``name``."""

    name: str


Symbol = Characters | Series | Choice | Repeat | Rule
Rules = Mapping[str, Symbol]


def parse(gbnf: str) -> Rules:
    """The rules of ``gbnf``, each reachable from « root », able to end and without left recursion.

    Raises AparteError (GRAMMAR_INVALID) with the line.
    """
    if len(gbnf) > _LONGEST or HALVES.search(gbnf):
        raise AparteError(ErrorCode.GRAMMAR_INVALID, line=1)
    parser = _Parser(gbnf)
    rules = parser.rules()
    _check(rules, parser.lines)
    return rules


class _Parser:
    def __init__(self, gbnf: str) -> None:
        self._text = gbnf
        self._at = 0
        self._depth = 0
        self.lines: dict[str, int] = {}
        """Where each rule is defined, or else first named."""

    def rules(self) -> dict[str, Symbol]:
        found: dict[str, Symbol] = {}
        self._skip(_BLANK_LINES)
        while self._at < len(self._text):
            name = self._take(_NAME)
            if name in found or len(found) >= _MOST_RULES:
                raise self._fault()
            self.lines[name] = self._line
            self._skip(_BLANKS)
            self._take(_DEFINES)
            self._skip(_BLANK_LINES)
            found[name] = self._choice(nested=False)
            if self._at < len(self._text) and self._text[self._at] not in "\r\n":
                raise self._fault()
            self._skip(_BLANK_LINES)
        return found

    def _choice(self, *, nested: bool) -> Symbol:
        options = [self._series(nested=nested)]
        while self._next == "|":
            self._at += 1
            self._skip(_BLANK_LINES)
            options.append(self._series(nested=nested))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _series(self, *, nested: bool) -> Symbol:
        parts: list[Symbol] = []
        while (item := self._item()) is not None:
            self._skip(_BLANK_LINES if nested else _BLANKS)
            if (counts := self._counts()) is not None:
                item = Repeat(item, *counts)
                self._skip(_BLANK_LINES if nested else _BLANKS)
            parts.append(item)
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _item(self) -> Symbol | None:
        sign = self._next
        if sign == '"':
            return Series(tuple(Characters(((c, c),)) for c in self._until('"')))
        if sign == "[":
            return self._class()
        if sign == ".":
            self._at += 1
            return Characters(_apart([(0, _LAST_CHARACTER)], negated=False))
        if sign == "(":
            return self._group()
        if sign and _NAME.match(sign):
            line, name = self._line, self._take(_NAME)
            self.lines.setdefault(name, line)
            return Rule(name)
        return None

    def _group(self) -> Symbol:
        self._depth += 1
        if self._depth > _DEEPEST_GROUP:
            raise self._fault()
        self._at += 1
        self._skip(_BLANK_LINES)
        inside = self._choice(nested=True)
        if self._next != ")":
            raise self._fault()
        self._at += 1
        self._depth -= 1
        return inside

    def _class(self) -> Characters:
        start = self._at
        negated = self._text.startswith("[^", start)
        self._at += negated
        ranges: list[tuple[int, int]] = []
        codes = self._until("]")
        for low in codes:
            high = low
            if self._next == "-" and not self._text.startswith("-]", self._at):
                self._at += 1
                high = next(codes, -1)
            if high < low:
                raise self._fault()
            ranges.append((low, high))
        apart = _apart(ranges, negated=negated)
        if not ranges or not apart:  # a class of nothing would let the text never end
            raise self._fault()
        return Characters(apart)

    def _until(self, closing: str) -> Iterator[int]:
        """The code points up to ``closing``, escapes read."""
        self._at += 1
        while self._next != closing:
            if self._next == "":
                raise self._fault()
            yield self._code()
        self._at += 1

    def _code(self) -> int:
        if self._next != "\\":
            self._at += 1
            return ord(self._text[self._at - 1])
        match = _ESCAPE.match(self._text, self._at)
        if match is None:
            raise self._fault()
        self._at = match.end()
        if match[4]:
            return ord(_NAMED_ESCAPES.get(match[4], match[4]))
        code = int(match[1] or match[2] or match[3], 16)
        if code > _LAST_CHARACTER or _SURROGATES[0] <= code <= _SURROGATES[1]:
            raise self._fault()
        return code

    def _counts(self) -> tuple[int, int | None] | None:
        sign = self._next
        if sign == "{":
            match = _COUNTS.match(self._text, self._at)
            if match is None:
                raise self._fault()
            least = int(match[1])
            most = int(match[3]) if match[3] else None if match[2] else least
            if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
                raise self._fault()
            if match[3] and not match[2]:
                raise self._fault()
            self._at = match.end()
            return least, most
        known = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign)
        if known is not None:
            self._at += 1
        return known

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    @property
    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _skip(self, blanks: re.Pattern[str]) -> None:
        match = blanks.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, wanted: re.Pattern[str]) -> str:
        match = wanted.match(self._text, self._at)
        if match is None:
            raise self._fault()
        self._at = match.end()
        return match[0]

    def _fault(self) -> AparteError:
        return AparteError(ErrorCode.GRAMMAR_INVALID, line=self._line)


def _apart(ranges: list[tuple[int, int]], *, negated: bool) -> tuple[tuple[int, int], ...]:
    """``ranges`` in order and apart, or all that is in none of them; never half a surrogate pair,
    which no text holds."""
    if negated:
        ranges = _gaps([*ranges, _SURROGATES])
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    first, last = _SURROGATES
    whole: list[tuple[int, int]] = []
    for low, high in joined:
        whole += [(low, min(high, first - 1)), (max(low, last + 1), high)]
    return tuple((low, high) for low, high in whole if low <= high)


def _gaps(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found, start = [], 0
    for low, high in sorted(ranges):
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST_CHARACTER:
        found.append((start, _LAST_CHARACTER))
    return found


# --- what a grammar must not do --------------------------------------------------------------


def _check(rules: Rules, lines: Mapping[str, int]) -> None:
    if ROOT not in rules:
        raise AparteError(ErrorCode.GRAMMAR_INVALID, line=1)
    for symbol in rules.values():
        for name in _named(symbol):
            if name not in rules:
                raise AparteError(ErrorCode.GRAMMAR_INVALID, line=lines[name])
    ending = _least(rules, lambda symbol, known: _is_made(symbol, known, nothing=False))
    empty = _least(rules, lambda symbol, known: _is_made(symbol, known, nothing=True))
    for name in rules:
        if name not in ending or _is_its_own_head(name, rules, empty):
            raise AparteError(ErrorCode.GRAMMAR_INVALID, line=lines[name])


def _named(symbol: Symbol) -> Iterator[str]:
    match symbol:
        case Rule(name):
            yield name
        case Series(parts) | Choice(parts):
            for part in parts:
                yield from _named(part)
        case Repeat(item, _, _):
            yield from _named(item)


def _least(rules: Rules, holds: Callable[[Symbol, set[str]], bool]) -> set[str]:
    """The smallest set of rules of which ``holds`` is true, given those in it."""
    known: set[str] = set()
    while True:
        more = {name for name, symbol in rules.items() if name in known or holds(symbol, known)}
        if more == known:
            return known
        known = more


def _is_made(symbol: Symbol, known: set[str], *, nothing: bool) -> bool:
    """Whether ``symbol`` can be made of a text that ends, or of an empty one if ``nothing``, where
    the rules ``known`` can."""
    match symbol:
        case Characters():
            return not nothing
        case Rule(name):
            return name in known
        case Series(parts):
            return all(_is_made(part, known, nothing=nothing) for part in parts)
        case Choice(options):
            return any(_is_made(option, known, nothing=nothing) for option in options)
        case Repeat(item, least, _):
            return least == 0 or _is_made(item, known, nothing=nothing)


def _is_its_own_head(name: str, rules: Rules, empty: set[str]) -> bool:
    """Whether a text of rule ``name`` may begin with another one: it would be read without end."""
    todo, seen = [rules[name]], set[str]()
    while todo:
        for head in _heads(todo.pop(), empty):
            if head == name:
                return True
            if head not in seen:
                seen.add(head)
                todo.append(rules[head])
    return False


def _heads(symbol: Symbol, empty: set[str]) -> Iterable[str]:
    match symbol:
        case Rule(name):
            yield name
        case Choice(options):
            for option in options:
                yield from _heads(option, empty)
        case Repeat(item, _, _):
            yield from _heads(item, empty)
        case Series(parts):
            for part in parts:
                yield from _heads(part, empty)
                if not _is_made(part, empty, nothing=True):
                    return
