"""The figure lock: a draft can hold no number that its source does not hold, nor give one a unit
that it does not carry there.

A machine reads the draft character by character as tokens are tried, in time linear in the
piece. It refuses a piece after which the text would hold an unlawful number, or could no longer
be completed: while digits are being written they are the beginning of some lawful number, and
« 4 » of « 4 820 », where 4 is not lawful, leaves no other way than « 820 ». Composites (« 14/8 »,
a date, « 5 à 10 », a telephone) are wholes or stretches of one, never put together from two.
What a number is, is decided in ``numerals`` and ``number_words``; what unit it may be given, in
``units``.
"""

from __future__ import annotations

import codecs
import copy
import re
from collections.abc import Iterable
from typing import Self

from assistant.inference.figures.letters import Letters, is_ordinary, more_letters
from assistant.inference.figures.numerals import (
    DIGITS,
    LINE_ENDS,
    Numeral,
    folded,
    is_invisible,
    is_numeric,
    joint,
    named,
    read,
)
from assistant.inference.figures.spellings import Node, plain_characters, spelled, symbol
from assistant.inference.figures.state import State
from assistant.inference.figures.unit_reader import may_pause, with_unit
from assistant.inference.figures.units import Unit, Units

_LONGEST_JOINT = 11  # « milliards » with a blank on each side
# What may stand before the number of a list at the head of a line: « - 1. », « **1. ».
_LINE_MARKS = frozenset(" \t\u00a0\u202f-–•*#>_(")
_ENUMERATOR = re.compile(r"[0-9]+(?:[.°]?[)-]|[.°])")
# Characters of several bytes that a number in progress may go on with.
_PROBES = "\u00a0\u202féèàâ"


class FigureLock:
    """The lock of one draft. ``allowed`` are numbers of the form: « 1. » or « 2) » hold at the
    head of a line only; anything else (« 24 h ») is as if the source held it. ``names`` are words
    of the form: the digits in them (« hba1c ») hold there and nowhere else."""

    def __init__(
        self, source_text: str, allowed: Iterable[str] = (), names: Iterable[str] = ()
    ) -> None:
        forms = [form.strip() for form in allowed]
        enumerators = [form for form in forms if _ENUMERATOR.fullmatch(form)]
        others = [form for form in forms if form not in enumerators]
        reading = read("\n".join([source_text, *others]))
        numerals = reading.numerals
        self._numerals = numerals
        self._digits = spelled(range(len(numerals)), numerals)
        self._ungrouped: Node | None = None
        self._followers = reading.followers
        held = reading.names | {name for text in names for name, _, _ in named(text)}
        names_held = Node([(name, True) for name in held])
        self._letters = Letters(reading.phrases, _units_of(numerals), names_held)
        self._enumerators = Node([(form, True) for form in enumerators])
        self._characters = reading.characters
        self._pairs = reading.pairs
        self.state = State()
        self._tried: tuple[State, bytes, State | None] = (self.state, b"", self.state)
        self._asked: tuple[State, bool] = (self.state, True)

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended: the text stays lawful and can be completed."""
        return self.after(piece) is not None

    def accept(self, piece: bytes) -> None:
        """Append ``piece``.

        Raises ValueError where ``allows`` says no.
        """
        state = self.after(piece)
        if state is None:
            raise ValueError("the figure lock does not allow this piece")
        self.state = state

    def allows_end(self) -> bool:
        """Whether the text may end here: no number is left half written."""
        return self.is_whole(self.state)

    def is_whole(self, state: State) -> bool:
        """Whether no number is left half written in ``state``. The last answer is kept: the same
        is asked before a piece is accepted and after."""
        if _is_calm(state) and not state.pending and is_ordinary(state.word):
            return True
        if self._asked[0] is not state:
            after = self.read_on(state, "\ufffd") if state.pending else state
            self._asked = state, after is not None and self.read_on(after, "\n") is not None
        return self._asked[1]

    def may_show(self) -> bool:
        """Whether the text may be shown, and cut, here: no number is left half written."""
        return self.allows_end()

    def first_bytes(self) -> frozenset[int] | None:
        """The bytes a next piece may begin with; None where no number is half written, since
        nearly all of them may."""
        if self.allows_end():
            return None
        return frozenset(byte for byte in range(256) if self.allows(bytes([byte])))

    def forced(self) -> tuple[str, bool]:
        """Nothing: a number half written has several spellings left."""
        return "", False

    def is_over(self) -> bool:
        """Never: a text under the lock may always go on."""
        return False

    def fork(self) -> Self:
        """A lock at the same point, to go on apart; sharing all that was built. For draft tokens,
        keeping ``state`` and putting it back is as good."""
        return copy.copy(self)

    def after(self, piece: bytes) -> State | None:
        """The state after ``piece``, or None. The last answer is kept: ``accept`` follows
        ``allows``."""
        if self._tried[0] is self.state and self._tried[1] == piece:
            return self._tried[2]
        after = self._read(self.state, piece)
        self._tried = (self.state, piece, after)
        return after

    def _read(self, state: State, piece: bytes) -> State | None:
        if not piece:
            return state
        data = state.pending + piece
        text, used = codecs.utf_8_decode(data, "replace", False)
        reached, at = state, 0
        while at < len(text):
            after = self.read_on(reached, text[at])
            if after is None:
                return None
            reached, at = after, at + 1
            if _is_calm(reached) and text[at - 1].isalpha():
                end = _end_of_letters(text, at)
                reached, at = more_letters(reached, text[at:end]), end
        if not self._may_pause(reached):
            return None
        pending = data[used:]
        if pending and not self._completes(reached, pending):
            return None
        return reached._replace(pending=pending)

    def _completes(self, state: State, pending: bytes) -> bool:
        """Whether some lawful character begins with the bytes ``pending``."""
        probes = [c for c in _PROBES if c.encode().startswith(pending)]
        probes += plain_characters(pending)
        for probe in probes:
            after = self.read_on(state, probe)
            if after is not None and self._may_pause(after):
                return True
        return any(
            c.encode().startswith(pending) and self.read_on(state, c) is not None
            for c in self._characters
        )

    def _may_pause(self, state: State) -> bool:
        """Whether a piece may end here, a word or a unit being perhaps half written."""
        if state.carried is not None and not may_pause(state.carried, state.since, self._followers):
            return False
        return self._letters.may_pause(state)

    # --- one character ----------------------------------------------------------------------

    def read_on(self, state: State, character: str) -> State | None:
        """The state after ``character``, or None where it is not lawful."""
        after = self._read_number(state, character)
        if after is None or (state.carried is None and after.carried is None):
            return after
        if state.carried is not None:
            went_on = with_unit(state.carried, state.since, character)
            if went_on is None:
                return None
            if after.since:
                return after._replace(carried=went_on[0], since=went_on[1])
        if after.carried is None or after.since:
            return after
        begun = with_unit(after.carried, "", character)  # a number ended right here
        return None if begun is None else after._replace(carried=begun[0], since=begun[1])

    def _read_number(self, state: State, character: str) -> State | None:
        """``read_on`` but for the unit: a number that ends leaves what it carries in the state, and
        nothing since."""
        if character in DIGITS:
            after = self._digit(state, character)
        elif state.inside or state.places or state.by_name or state.name is not None:
            after = self._after_digits(state, character)
        elif state.line_head and not character.isalnum():
            head = character in _LINE_MARKS or character in LINE_ENDS
            after = state if head else state._replace(line_head=False)
        else:
            after = state
        if after is None:
            return None
        if is_numeric(character) and not self._is_of_source(state, character):
            return None
        after = self._letters.read(state, after, character)
        if after is None:
            return None
        if character in LINE_ENDS:
            return after._replace(last="\n", line_head=True)
        return after if after.last == character else after._replace(last=character)

    def _is_of_source(self, state: State, character: str) -> bool:
        near = state.last in DIGITS or is_numeric(state.last)
        return character in self._characters and (not near or state.last + character in self._pairs)

    def _digit(self, state: State, digit: str) -> State | None:
        name = state.name
        if name is None and state.line_head:
            name = self._enumerators
        name = name.branches.get(digit) if name is not None else None
        if is_numeric(state.last) and state.last + digit not in self._pairs:
            return None
        glued = state.glued
        inside = [node.branches[digit] for node in state.inside if digit in node.branches]
        if state.gap or not (state.inside or state.by_name):
            wanted = joint(state.gap) if state.places else None
            if wanted == " " and state.glued:
                wanted = None
            if state.last in ".,":
                pass  # « ,5 » may be read as 0,5: only a decimal under way goes on so
            elif wanted is not None:
                trees = [place.following(wanted) for place in state.places]
                inside += [tree.branches[digit] for tree in trees if digit in tree.branches]
                glued = False
            elif state.places or not state.inside:
                glued = state.last.isalpha()
                tree = self._glued if glued else self._digits
                inside += [tree.branches[digit]] if digit in tree.branches else []
        if not inside and name is None:
            return None
        return state._replace(
            inside=tuple(inside), places=(), gap="", glued=glued,
            name=name, by_name=not inside, line_head=False,
        )  # fmt: skip

    def _after_digits(self, state: State, character: str) -> State | None:
        """A character that is no digit, near digits or in a name."""
        name, named = state.name, False
        if name is not None:
            named = name.end is not None and not character.isalnum()
            sign = folded(character) if character.isalpha() else character
            name = name.branches.get(sign)
        state = state._replace(name=name, line_head=False)
        if not (state.inside or state.places or state.by_name):
            return state
        after = None if state.by_name else self._past_number(state, character)
        if after is not None:
            if state.gap or not after.places or name is not None or named:
                return after
            units = frozenset[Unit]().union(*(place.units for place in after.places))
            return after._replace(carried=units, since="")
        if name is None and not named:
            return None
        return state._replace(inside=(), places=(), gap="", by_name=name is not None)

    def _past_number(self, state: State, character: str) -> State | None:
        if is_invisible(character):
            return None
        if state.gap:
            if not state.places:
                return None
            inside: tuple[Node, ...] = ()
            places = state.places
        else:
            sign = symbol(character)
            within = [node.branches[sign] for node in state.inside if sign in node.branches]
            inside = () if state.glued and sign == " " else tuple(within)
            places = tuple(node.end for node in state.inside if node.end is not None)
            if not places and not inside:
                return None
        gap = state.gap + character
        if character in LINE_ENDS or len(gap) > _LONGEST_JOINT:
            if not places:
                return None
            return state._replace(inside=(), places=(), gap="", glued=False)
        if character.isspace() and state.gap and state.gap[-1].isspace():
            gap = state.gap
        return state._replace(inside=inside, places=places, gap=gap)

    @property
    def _glued(self) -> Node:
        """The numbers that may follow a letter: « J15 120 » are two."""
        if self._ungrouped is None:
            places = range(len(self._numerals))
            self._ungrouped = spelled(places, self._numerals, grouped=False)
        return self._ungrouped


def _is_calm(state: State) -> bool:
    """Whether no number and no name is under way: letters can only make a word longer."""
    return not (
        state.inside or state.places or state.by_name or state.name is not None
        or state.phrase is not None or state.carried is not None
    )  # fmt: skip


def _end_of_letters(text: str, at: int) -> int:
    while at < len(text) and text[at].isalpha() and not is_numeric(text[at]):
        at += 1
    return at


def _units_of(numerals: Iterable[Numeral | None]) -> dict[str, Units]:
    """What each value carries, wherever it stands."""
    found: dict[str, Units] = {}
    for numeral in numerals:
        if numeral is not None:
            found[numeral.value] = found.get(numeral.value, frozenset()) | numeral.units
    return found
