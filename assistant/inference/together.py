"""A figure lock and a grammar held at once."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.inference.figures.lock import FigureLock
from assistant.inference.figures.state import State
from assistant.inference.grammar.gbnf import Characters
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.grammar.matcher import Point

_FARTHEST = 3000
"""Points that a search for an end looks at before it takes one for granted."""

_NARROW = 16
_COMMON = (
    "\"}],: ]\n'abcdefghijklmnopqrstuvwxyz0123456789.,/-\u00a0\u202féèàâ%°µ"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ(){}[|=+"
)
_Stand = tuple[Point, State | None]
"""A point of the grammar and the lock's state; None where no number is half written."""


class Together:
    """Holds a text to ``grammar`` while ``lock`` keeps its figures to the source.

    Each alone always leaves a way on; both may not (a number that only « 2,5 » can go on with,
    where whole numbers are asked for). So a piece must also lead to some text that both let end.
    That is searched for once from each point, among characters that stand for the others, and
    as if all texts that have come to one point with no number half written were alike.
    """

    def __init__(self, lock: FigureLock, grammar: Grammar) -> None:
        self._lock = lock
        self._grammar = grammar
        self._known: dict[_Stand, bool] = {}
        self._ways: dict[frozenset[Characters], list[str]] = {}

    def can_end(self) -> bool:
        """Whether some text holds to both, as far as the search goes."""
        return self._leads_to_an_end(self._grammar.state.point, self._lock.state)

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended."""
        reached = self._grammar.after(piece)
        if reached is None:
            return False
        state = self._lock.after(piece)
        if state is None:
            return False
        halved = reached.pending or state.pending  # a character: the rest of it is looked at
        return bool(halved) or self._leads_to_an_end(reached.point, state)

    def accept(self, piece: bytes) -> None:
        """Append ``piece``.

        Raises ValueError where ``allows`` says no.
        """
        if not self.allows(piece):
            raise ValueError("the lock and the grammar do not both allow this piece")
        self._grammar.accept(piece)
        self._lock.accept(piece)

    def allows_end(self) -> bool:
        """Whether the text may end here."""
        return self._grammar.allows_end() and self._lock.allows_end()

    def may_show(self) -> bool:
        """Whether the text may be shown, and cut, here: no number is left half written."""
        return self._lock.may_show()

    def first_bytes(self) -> frozenset[int] | None:
        """The bytes a next piece may begin with; None where nearly all of them may."""
        formed, locked = self._grammar.first_bytes(), self._lock.first_bytes()
        if formed is None or locked is None:
            return locked if formed is None else formed
        return formed & locked

    def forced(self) -> tuple[str, bool]:
        """What the grammar forces."""
        return self._grammar.forced()

    def is_over(self) -> bool:
        """Whether nothing but the end may come."""
        return self._grammar.is_over()

    def _leads_to_an_end(self, point: Point, state: State) -> bool:
        """Whether a text that both let end goes through ``point``, depth first."""
        start = self._stand(point, state)
        known = self._known.get(start)
        if known is not None:
            return known
        way = [start]
        seen = {start}
        todo = [(state, iter(self._characters(point)))]
        while todo:
            point, number = way[-1]
            state, characters = todo[-1]
            if (point.ends and number is None) or self._known.get(way[-1]):
                break
            follows = self._next(point, state, characters, seen)
            if follows is None:
                way.pop()
                todo.pop()
                continue
            stand, read = follows
            seen.add(stand)
            way.append(stand)
            todo.append((read, iter(self._characters(stand[0]))))
            if len(seen) > _FARTHEST:
                break
        self._known.update(dict.fromkeys(way if way else seen, bool(way)))
        return bool(way)

    def _next(
        self, point: Point, state: State, characters: Iterator[str], seen: set[_Stand]
    ) -> tuple[_Stand, State] | None:
        """Where the next of ``characters`` leads that both allow and that was not ``seen``, nor
        found to lead nowhere."""
        for character in characters:
            after = self._grammar.matcher.step(point, character)
            read = None if after is None else self._lock.read_on(state, character)
            if after is None or read is None:
                continue
            stand = self._stand(after, read)
            if stand not in seen and self._known.get(stand, True):
                return stand, read
        return None

    def _stand(self, point: Point, state: State) -> _Stand:
        return point, None if self._lock.is_whole(state) else state

    def _characters(self, point: Point) -> list[str]:
        """Characters that may come at ``point``, the likeliest to end the text first: all of a
        narrow range, some of a wide one."""
        kinds = frozenset(characters for characters, _ in point.heads)
        ways = self._ways.get(kinds)
        if ways is None:
            spans = [span for characters in kinds for span in characters.ranges]
            wide = [(low, high) for low, high in spans if high - low >= _NARROW]
            common = [c for c in _COMMON if any(low <= ord(c) <= high for low, high in wide)]
            ends = [(low, min(high + 1, low + _NARROW)) for low, high in spans]
            narrow = {chr(code) for low, end in ends for code in range(low, end)}
            ways = self._ways[kinds] = [*common, *sorted(narrow - set(common))]
        return ways
