"""Numbers in letters, read in a text word by word as it comes."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.inference.figures.number_words import (
    NUMBER_WORDS,
    READABLE,
    SCALES,
    TENS,
    Words,
    canonical_word,
    in_letters,
    is_ordinal,
)
from assistant.inference.figures.numerals import folded, is_invisible, is_numeric, scaled_value
from assistant.inference.figures.spellings import Node, symbol
from assistant.inference.figures.state import State
from assistant.inference.figures.units import ANY, Unit, Units

_LONGEST_WORD = 24
_LINKS = frozenset("-‐‑")
# Number words that vocabularies make longer ones from: « cent|imètres », « mil|ligrammes ».
_OPEN_WORDS = frozenset({"cent", "mil"})
TENS_ET = "vingt et"  # what State.before holds after « vingt et », « soixante et »…


class Letters:
    """Reads the numbers in letters of a text. ``told`` are those of its source, with the units they
    carry there, ``units`` the units of each value, however written; ``names`` are the words that
    hold digits, told from their first letter."""

    def __init__(
        self, told: Mapping[Words, Units], units: Mapping[str, Units], names: Node
    ) -> None:
        phrases = dict(told)
        for value, known in units.items():
            for words in in_letters(value):
                given = ANY if is_ordinal(words) else known
                phrases[words] = phrases.get(words, frozenset()) | given
        self._phrases = Node(list(phrases.items()))
        self._units = units
        self._names = names

    def read(self, state: State, after: State, character: str) -> State | None:
        """``after`` with the number in letters read on; ``state`` is before the character."""
        if character.isalpha() and not is_numeric(character):
            word = (state.word + folded(character))[-_LONGEST_WORD:]
            if _must_go_on(state.phrase) and not self._begins_branch(state, word):
                return None
            name = after.name
            if name is None and not state.last.isalnum() and not after.by_name:
                name = self._names.branches.get(folded(character))
            return after._replace(word=word, name=name, line_head=False, last=character)
        if state.word:
            ended = self._end_word(state, character)
            if ended is None:
                return None
            if is_invisible(character):
                return after  # « de<soft hyphen>ux », « ze<accent>ro » are read in one
            return after._replace(
                word="", phrase=ended.phrase, link=ended.link, before=ended.before,
                carried=ended.carried, since=ended.since,
            )  # fmt: skip
        if state.phrase is None:
            return after if symbol(character) == " " else after._replace(before="")
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
        phrase = reached = self._after_word(state, word)
        if phrase is _REFUSED:
            return None
        link = character if character in _LINKS or symbol(character) == " " else ""
        if not link:
            if _must_go_on(phrase):
                return None
            phrase = None
        if reached is not None and reached.end is not None and word != "et":
            state = state._replace(carried=reached.end, since="")
        if word == "et" and state.before in TENS:
            word = TENS_ET
        if symbol(character) != " " and phrase is None:
            word = ""  # « pour cent » is said in one breath, on one line
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
            units = self._scaled_units(state, SCALES[word])
            return _REFUSED if units is None else Node([((), units)])
        return self._phrases.branches.get(word, _REFUSED)

    def _is_no_quantity(self, state: State, word: str) -> bool:
        """« 12 sept. », « pour cent »."""
        if word == "sept":
            return _follows_digits(state)
        return word in ("cent", "mille") and state.before == "pour"

    def _scaled_units(self, state: State, scale: int) -> Units | None:
        """« 3 millions » is lawful if the source holds 3000000, however written: what that carries
        there, or None."""
        scaled = {scaled_value(place.value, scale) for place in state.places}
        found = [self._units[value] for value in scaled if value in self._units]
        return frozenset[Unit]().union(*found) if found else None

    def may_pause(self, state: State) -> bool:
        """Whether a piece may end here. A whole number word that is not lawful, or not yet, must
        be the beginning of one that is (« cinq » of « cinquante »)."""
        word = state.word
        if is_ordinary(word):
            return True
        if word in _OPEN_WORDS or self._end_word(state, " ") is not None:
            return True
        nodes = [self._phrases] if state.phrase is None else [state.phrase]
        if state.before in ("et", TENS_ET) and not _must_go_on(state.phrase):
            nodes.append(self._phrases)
        return any(k.startswith(word) and k != word for node in nodes for k in node.branches)


def is_ordinary(word: str) -> bool:
    """Whether ``word``, folded and perhaps empty, tells no number if it ends here."""
    return not word or canonical_word(word) not in READABLE


def more_letters(state: State, letters: str) -> State:
    """``state`` once its word, that is part of no number, goes on with ``letters``."""
    if not letters:
        return state
    return state._replace(word=(state.word + folded(letters))[-_LONGEST_WORD:], last=letters[-1])


_REFUSED = Node([])
_SPENT = Node([((), ANY)])


def _must_go_on(phrase: Node | None) -> bool:
    return phrase is not None and phrase.end is None


def _after_and(phrase: Node) -> Node:
    """After « vingt et »: what the number may go on with, if it must or may."""
    node = phrase.branches.get("et")
    if phrase.end is None:
        return node or _REFUSED
    if node is None:
        return _SPENT
    node.end = ANY  # « vingt et trente » are two numbers: nothing is half written
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
