"""How far the figure lock has read a text."""

from __future__ import annotations

from typing import NamedTuple

from assistant.inference.figures.spellings import Node, Place
from assistant.inference.figures.units import Units


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
    carried: Units | None = None
    """What the last number carries, while its unit may still be written; ``since`` is what was
    written since, plain."""
    since: str = ""
