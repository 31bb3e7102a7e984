"""A text followed character by character through a grammar's rules.

A point in the text is the set of stacks that its characters may have led to (the algorithm of
llama.cpp's own grammar sampler, src/llama-grammar.cpp). Stacks and points are made once each and
a point remembers where each character led, so that a character costs a look-up, a snapshot costs
nothing, and what must come next can be read off a point.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.errors import AparteError, ErrorCode
from assistant.inference.grammar.gbnf import (
    ROOT,
    Characters,
    Choice,
    Repeat,
    Rule,
    Rules,
    Series,
    Symbol,
)

_MOST_STACKS = 20_000
_LONGEST_FORCED = 400


class Stack:
    """What is left to be matched: ``symbol``, then ``rest``. Never made twice."""

    __slots__ = ("rest", "symbol")

    def __init__(self, symbol: Symbol, rest: Stack | None) -> None:
        self.symbol = symbol
        self.rest = rest


class Point:
    """Where a text stands: ``heads`` are the characters that may come, each with what follows it;
    ``ends`` says whether it may end here."""

    __slots__ = ("after", "ends", "first_bytes", "forced", "heads")

    def __init__(self, heads: tuple[tuple[Characters, Stack | None], ...], *, ends: bool) -> None:
        self.heads = heads
        self.ends = ends
        self.after: dict[str, Point | None] = {}
        # Worked out when first asked for.
        self.forced: tuple[str, bool] | None = None
        self.first_bytes: frozenset[int] | None = None

    def may_hold(self, lowest: int, highest: int) -> bool:
        """Whether a character between these two code points may come."""
        return any(
            low <= highest and lowest <= high
            for characters, _ in self.heads
            for low, high in characters.ranges
        )


class Matcher:
    """Follows texts of ``rules``."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._stacks: dict[tuple[Symbol, Stack | None], Stack] = {}
        self._repeats: dict[tuple[Symbol, int, int | None], Repeat] = {}
        self._points: dict[tuple[frozenset[Stack], bool], Point] = {}
        self.start = self._point([self._stack(rules[ROOT], None)])

    def step(self, point: Point, character: str) -> Point | None:
        """The point after ``character``, or None where it may not come.

        Raises AparteError (GRAMMAR_INVALID) for a grammar with too many ways to read one text.
        """
        known = point.after.get(character, _UNKNOWN)
        if known is not _UNKNOWN:
            return known
        code = ord(character)
        rests = [
            rest
            for characters, rest in point.heads
            if any(low <= code <= high for low, high in characters.ranges)
        ]
        found = point.after[character] = self._point(rests) if rests else None
        return found

    def forced(self, point: Point) -> tuple[str, bool]:
        """The characters that must come from ``point`` on, "" where there is a choice, an end
        being one; whether nothing may follow them."""
        if point.forced is None:
            text, reached = "", point
            while len(text) < _LONGEST_FORCED and (only := _only(reached)):
                after = self.step(reached, only)
                if after is None:
                    break
                text, reached = text + only, after
            point.forced = text, reached.ends and not reached.heads
        return point.forced

    def first_bytes(self, point: Point) -> frozenset[int]:
        """The bytes that the characters which may come at ``point`` begin with."""
        if point.first_bytes is None:
            point.first_bytes = frozenset(
                byte
                for characters, _ in point.heads
                for low, high in characters.ranges
                for byte in range(chr(low).encode()[0], chr(high).encode()[0] + 1)
            )
        return point.first_bytes

    def _point(self, stacks: Iterable[Stack | None]) -> Point:
        heads, ends = self._heads(stacks)
        key = frozenset(heads), ends
        point = self._points.get(key)
        if point is None:
            tops = [(s.symbol, s.rest) for s in heads if isinstance(s.symbol, Characters)]
            point = self._points[key] = Point(tuple(tops), ends=ends)
        return point

    def _heads(self, stacks: Iterable[Stack | None]) -> tuple[set[Stack], bool]:
        """The stacks with a character on top that ``stacks`` lead to; whether one is empty."""
        todo, seen, heads, ends = list(stacks), set[Stack](), set[Stack](), False
        while todo:
            stack = todo.pop()
            if stack is None:
                ends = True
            elif stack not in seen:
                seen.add(stack)
                if isinstance(stack.symbol, Characters):
                    heads.add(stack)
                else:
                    todo += self._opened(stack.symbol, stack.rest)
            if len(seen) > _MOST_STACKS:
                raise AparteError(ErrorCode.GRAMMAR_INVALID, line=1)
        return heads, ends

    def _opened(self, symbol: Symbol, rest: Stack | None) -> list[Stack | None]:
        match symbol:
            case Series(parts):
                for part in reversed(parts):
                    rest = self._stack(part, rest)
                return [rest]
            case Choice(options):
                return [self._stack(option, rest) for option in options]
            case Rule(name):
                return [self._stack(self._rules[name], rest)]
            case Repeat(item, least, most):
                ways = [rest] if least == 0 else []
                if most != 0:
                    fewer = None if most is None else most - 1
                    again = self._repeat(item, max(0, least - 1), fewer)
                    ways.append(self._stack(item, self._stack(again, rest)))
                return ways
            case Characters():
                return [self._stack(symbol, rest)]

    def _stack(self, symbol: Symbol, rest: Stack | None) -> Stack:
        stack = self._stacks.get((symbol, rest))
        if stack is None:
            stack = self._stacks[symbol, rest] = Stack(symbol, rest)
        return stack

    def _repeat(self, item: Symbol, least: int, most: int | None) -> Repeat:
        repeat = self._repeats.get((item, least, most))
        if repeat is None:
            repeat = self._repeats[item, least, most] = Repeat(item, least, most)
        return repeat


_UNKNOWN = Point((), ends=False)


def _only(point: Point) -> str | None:
    """The one character that may come at ``point``; None if there are several, or an end."""
    if point.ends:
        return None
    found = {characters.only for characters, _ in point.heads}
    return found.pop() if len(found) == 1 else None
