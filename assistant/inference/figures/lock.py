"""The figure lock: a draft can hold no number that its source does not hold.

A machine reads the draft character by character as tokens are tried, in time linear in the
piece. It refuses a piece after which the text would hold an unlawful number, or could no longer
be completed: while digits are being written they are the beginning of some lawful number, and
« 4 » of « 4 820 », where 4 is not lawful, leaves no other way than « 820 ». Composites (« 14/8 »,
a date, « 5 à 10 », a telephone) are wholes or stretches of one, never put together from two.
What a number is, is decided in ``numerals`` and ``number_words``.
"""

from __future__ import annotations

import codecs
import copy
import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from assistant.inference.figures.number_words import (
    NUMBER_WORDS,
    READABLE,
    SCALES,
    TENS,
    canonical_word,
    in_letters,
)
from assistant.inference.figures.numerals import (
    DIGITS,
    LINE_ENDS,
    folded,
    is_invisible,
    is_numeric,
    joint,
    read,
    scaled_value,
)
from assistant.inference.figures.spellings import Node, Place, plain_characters, spelled, symbol

_LONGEST_JOINT = 11  # « milliards » with a blank on each side
_LONGEST_WORD = 24
_LINKS = frozenset("-‐‑")
# What may stand before the number of a list at the head of a line: « - 1. », « **1. ».
_LINE_MARKS = frozenset(" \t\u00a0\u202f-–•*#>_(")
_ENUMERATOR = re.compile(r"[0-9]+(?:[.°]?[)-]|[.°])")
# Number words that vocabularies make longer ones from: « cent|imètres », « cent|rolobulaire ».
_OPEN_WORDS = frozenset({"cent"})
# Characters of several bytes that a number in progress may go on with.
_PROBES = "\u00a0\u202féèàâ"
TENS_ET = "vingt et"  # what State.before holds after « vingt et », « soixante et »…


class State(NamedTuple):
    """How far the text was read. Immutable: keeping one is keeping a snapshot."""

    pending: bytes = b""
    """The first bytes of a character that is not whole yet."""
    last: str = "\n"
    line_head: bool = True
    inside: tuple[Node, ...] = ()
    """The spellings that the number in digits under way may still become."""
    places: tuple[Place, ...] = ()
    """The number just ended; ``gap`` is what was written since."""
    gap: str = ""
    glued: bool = False
    """The number follows a letter (« J15 »): a blank after it ends it."""
    name: Node | None = None
    """The name holding digits, or the list number, that is being written."""
    by_name: bool = False
    """Digits were written that only ``name`` makes lawful."""
    word: str = ""
    phrase: Node | None = None
    """The number in letters under way, at the end of its last whole word."""
    link: str = ""
    before: str = ""
    """The last whole word, folded."""


class FigureLock:
    """The lock of one draft. ``allowed`` are numbers of the form: « 1. » or « 2) » hold at the
    head of a line only; anything else (« 24 h ») is as if the source held it."""

    def __init__(self, source_text: str, allowed: Iterable[str] = ()) -> None:
        forms = [form.strip() for form in allowed]
        enumerators = [form for form in forms if _ENUMERATOR.fullmatch(form)]
        others = [form for form in forms if form not in enumerators]
        reading = read("\n".join([source_text, *others]))
        numerals = reading.numerals
        self._numerals = numerals
        self._digits = spelled(range(len(numerals)), numerals)
        self._ungrouped: Node | None = None
        self._values = {numeral.value for numeral in numerals if numeral is not None}
        phrases = {words for value in self._values for words in in_letters(value)}
        self._phrases = Node([(words, True) for words in phrases | reading.phrases])
        self._names = Node([(name, True) for name in reading.names])
        self._enumerators = Node([(form, True) for form in enumerators])
        self._characters = reading.characters
        self._pairs = reading.pairs
        self.state = State()
        self._tried: tuple[State, bytes, State | None] = (self.state, b"", self.state)

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended: the text stays lawful and can be completed."""
        return self._after(piece) is not None

    def accept(self, piece: bytes) -> None:
        """Append ``piece``.

        Raises ValueError where ``allows`` says no.
        """
        state = self._after(piece)
        if state is None:
            raise ValueError("the figure lock does not allow this piece")
        self.state = state

    def allows_end(self) -> bool:
        """Whether the text may end here: no number is left half written."""
        state: State | None = self.state
        if self.state.pending:
            state = self._step(self.state, "\ufffd")
        return state is not None and self._step(state, "\n") is not None

    def fork(self) -> Self:
        """A lock at the same point, to go on apart; sharing all that was built. For draft tokens,
        keeping ``state`` and putting it back is as good."""
        return copy.copy(self)

    def _after(self, piece: bytes) -> State | None:
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
        reached = state
        for character in text:
            after = self._step(reached, character)
            if after is None:
                return None
            reached = after
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
            after = self._step(state, probe)
            if after is not None and self._may_pause(after):
                return True
        return any(
            c.encode().startswith(pending) and self._step(state, c) is not None
            for c in self._characters
        )

    def _may_pause(self, state: State) -> bool:
        """Whether a piece may end here. A whole number word that is not lawful, or not yet, must
        be the beginning of one that is (« cinq » of « cinquante »)."""
        word = state.word
        if not word or canonical_word(word) not in READABLE:
            return True
        if word in _OPEN_WORDS or self._end_word(state, " ") is not None:
            return True
        nodes = [self._phrases] if state.phrase is None else [state.phrase]
        if state.before in ("et", TENS_ET) and not _must_go_on(state.phrase):
            nodes.append(self._phrases)
        return any(k.startswith(word) and k != word for node in nodes for k in node.branches)

    # --- one character ----------------------------------------------------------------------

    def _step(self, state: State, character: str) -> State | None:
        """The state after ``character``, or None where it is not lawful."""
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
        after = self._letters(state, after, character)
        if after is None:
            return None
        if character in LINE_ENDS:
            return after._replace(last="\n", line_head=True)
        return after._replace(last=character)

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
            return after
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

    # --- letters ----------------------------------------------------------------------------

    def _letters(self, state: State, after: State, character: str) -> State | None:
        """``after`` with the number in letters read on; ``state`` is before the character."""
        if character.isalpha() and not is_numeric(character):
            word = (state.word + folded(character))[-_LONGEST_WORD:]
            if _must_go_on(state.phrase) and not self._begins_branch(state, word):
                return None
            name = after.name
            if name is None and not state.last.isalnum() and not after.by_name:
                name = self._names.branches.get(folded(character))
            return after._replace(word=word, name=name, line_head=False)
        if state.word:
            ended = self._end_word(state, character)
            if ended is None:
                return None
            if is_invisible(character):
                return after  # « de<soft hyphen>ux », « ze<accent>ro » are read in one
            return after._replace(
                word="", phrase=ended.phrase, link=ended.link, before=ended.before
            )
        if state.phrase is None:
            # « pour cent » holds over one blank only.
            return after if character.isspace() else after._replace(before="")
        if character.isspace() and state.link.isspace() and not _must_go_on(state.phrase):
            return after
        if _must_go_on(state.phrase):
            return None
        return after._replace(phrase=None, link="")

    def _begins_branch(self, state: State, word: str) -> bool:
        branches = state.phrase.branches if state.phrase is not None else {}
        return any(key.startswith(word) or canonical_word(word) == key for key in branches)

    def _end_word(self, state: State, character: str) -> State | None:
        """``state`` once ``character`` has ended its word, or None where that is not lawful."""
        word = canonical_word(state.word)
        phrase = self._after_word(state, word)
        if phrase is _REFUSED:
            return None
        link = character if character in _LINKS or symbol(character) == " " else ""
        if not link:
            if _must_go_on(phrase):
                return None
            phrase = None
        if word == "et" and state.before in TENS:
            word = TENS_ET
        if not character.isspace() and phrase is None:
            word = ""  # « pour cent » is said in one breath
        return state._replace(word="", phrase=phrase, link=link, before=word)

    def _after_word(self, state: State, word: str) -> Node | None:
        """Where in the numbers in letters ``word`` leads: None for an ordinary word."""
        if state.phrase is not None:
            if word == "et":
                return _after_and(state.phrase)
            if word in state.phrase.branches:
                return state.phrase.branches[word]
            if _must_go_on(state.phrase) or _continues(state.before, word):
                return _REFUSED
        if word not in NUMBER_WORDS or self._is_no_quantity(state, word):
            return None
        if word in SCALES and _follows_digits(state):
            return _SPENT if self._scales(state, SCALES[word]) else _REFUSED
        return self._phrases.branches.get(word, _REFUSED)

    def _is_no_quantity(self, state: State, word: str) -> bool:
        """« 12 sept. », « pour cent »."""
        if word == "sept":
            return _follows_digits(state)
        return word in ("cent", "mille") and state.before == "pour"

    def _scales(self, state: State, scale: int) -> bool:
        """« 3 millions » is lawful if the source holds 3000000, however written."""
        return any(scaled_value(place.value, scale) in self._values for place in state.places)


_REFUSED = Node([])
_SPENT = Node([((), True)])


def _must_go_on(phrase: Node | None) -> bool:
    return phrase is not None and phrase.end is None


def _after_and(phrase: Node) -> Node:
    """After « vingt et »: what the number may go on with, if it must or may."""
    node = phrase.branches.get("et")
    if phrase.end is None:
        return node or _REFUSED
    if node is None:
        return _SPENT
    node.end = True  # « vingt et trente » are two numbers: nothing is half written
    return node


def _continues(before: str, word: str) -> bool:
    """Whether ``word`` right after the number word ``before`` is read as one number with it."""
    if before == "et":
        return word in ("demi", "quart")
    if before == TENS_ET:  # « soixante et onze »
        return word in ("un", "onze", "unieme", "onzieme", "demi", "quart")
    if word == "un":
        return before in TENS or before in SCALES
    return word in NUMBER_WORDS or word in ("virgule", "unieme")


def _follows_digits(state: State) -> bool:
    """Whether the word under way stands after a number in digits, a blank between."""
    gap = state.gap
    return bool(state.places) and gap[:1].isspace() and folded(gap.strip()) == state.word
