"""The lawful spellings of a source's numbers, as tries, and what may follow each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from assistant.inference.figures.numerals import (
    DIGITS,
    Numeral,
    is_invisible,
    is_joined,
    is_numeric,
    spellings,
)
from assistant.inference.figures.units import Units


class Node:
    """A trie whose branches are made when first walked: a source of 400,000 characters has
    too many spellings to build them all. Entries are (spelling, leaf); ``end`` is the leaf of
    the spelling that ends here, or None."""

    __slots__ = ("_branches", "_depth", "_entries", "end")

    def __init__(self, entries: list[tuple[Sequence[str], Any]], depth: int = 0) -> None:
        self._entries = entries
        self._depth = depth
        self._branches: dict[str, Node] | None = None
        self.end = next((leaf for key, leaf in entries if len(key) == depth), None)

    @property
    def branches(self) -> dict[str, Node]:
        """The next symbol of each spelling, and what follows it."""
        if self._branches is None:
            groups: dict[str, list[tuple[Sequence[str], Any]]] = {}
            depth = self._depth
            for entry in self._entries:
                if len(entry[0]) > depth:
                    groups.setdefault(entry[0][depth], []).append(entry)
            self._branches = {s: Node(group, depth + 1) for s, group in groups.items()}
            self._entries = []
        return self._branches


class Place:
    """Where a value stands in the source: indices into its numerals."""

    __slots__ = ("_following", "_numerals", "_units", "positions", "value")

    def __init__(self, value: str, positions: list[int], numerals: list[Numeral | None]) -> None:
        self.value = value
        self.positions = positions
        self._numerals = numerals
        self._following: dict[str, Node] = {}
        self._units: Units | None = None

    @property
    def units(self) -> Units:
        """The units that the value carries there."""
        if self._units is None:
            own = (self._numerals[position] for position in self.positions)
            self._units = frozenset().union(*(numeral.units for numeral in own if numeral))
        return self._units

    def following(self, wanted: str) -> Node:
        """The numbers that ``wanted`` may join to this one."""
        node = self._following.get(wanted)
        if node is None:
            last = len(self._numerals) - 1
            joined = [
                position + 1
                for position in self.positions
                if position < last
                and (own := self._numerals[position]) is not None
                and is_joined(wanted, own.gap)
            ]
            node = self._following[wanted] = spelled(joined, self._numerals)
        return node


def spelled(
    positions: Iterable[int], numerals: list[Numeral | None], *, grouped: bool = True
) -> Node:
    """The spellings in digits of the numerals at ``positions``, leading to their places;
    thousands parted by a blank only if ``grouped``."""
    places: dict[str, Place] = {}
    entries: dict[str, Place] = {}
    written: dict[str, Place] = {}
    for position in positions:
        numeral = numerals[position]
        if numeral is None:
            continue
        place = places.get(numeral.value)
        if place is None:
            place = places[numeral.value] = Place(numeral.value, [], numerals)
        place.positions.append(position)
        written[numeral.written] = place
    for text, place in written.items():
        key = text.translate(_SYMBOLS)
        if text[:1] in DIGITS and key[-1] in DIGITS and (grouped or " " not in key):
            entries[key] = place
    for value, place in places.items():
        if value.count(".") < 2:
            for spelling in spellings(value, grouped=grouped):
                entries[spelling] = place
    return Node(list(entries.items()))


_BLANKS = " \u00a0\u2009\u202f"
_SYMBOLS = str.maketrans("." + _BLANKS, "," + " " * len(_BLANKS))


@lru_cache(maxsize=4096)
def symbol(character: str) -> str:
    """The one form of what may stand inside a number."""
    if character in DIGITS or character in "/,":
        return character
    if character == ".":
        return ","
    return " " if character in _BLANKS else ""


@lru_cache(maxsize=1024)
def plain_characters(beginning: bytes) -> tuple[str, ...]:
    """The first letters or signs, neither numeric nor invisible, whose UTF-8 begins so."""
    lead = beginning[0]
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    point = lead & (0xFF >> (length + 1))
    for byte in beginning[1:]:
        point = point << 6 | byte & 0x3F
    rest = 6 * (length - len(beginning))
    lowest = max(point << rest, (0x80, 0x800, 0x10000)[length - 2])
    found: list[str] = []
    for code in range(lowest, min((point + 1) << rest, 0x110000)):
        character = chr(code)
        if 0xD800 <= code < 0xE000 or is_numeric(character) or is_invisible(character):
            continue
        found.append(character)
        if len(found) == 3:
            break
    return tuple(found)
