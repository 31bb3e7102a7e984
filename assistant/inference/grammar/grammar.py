"""A grammar as a constraint on what a model writes."""

from __future__ import annotations

import codecs
from typing import NamedTuple, Self

from assistant.errors import AparteError, ErrorCode
from assistant.inference.grammar.gbnf import parse
from assistant.inference.grammar.matcher import Matcher, Point
from assistant.inference.grammar.schema import gbnf_of


class GrammarState(NamedTuple):
    """How far a text was read, and the first bytes of a character that is not whole yet.
    Immutable: keeping one is keeping a snapshot."""

    point: Point
    pending: bytes = b""


class Grammar:
    """Holds a text to a GBNF grammar."""

    def __init__(self, gbnf: str) -> None:
        """Raises AparteError (GRAMMAR_INVALID)."""
        self.matcher = Matcher(parse(gbnf))
        self.state = GrammarState(self.matcher.start)
        self._tried: tuple[GrammarState, bytes, GrammarState | None] = (self.state, b"", None)

    @classmethod
    def of_schema(cls, json_schema: str) -> Self:
        """A grammar whose texts are JSON values valid against ``json_schema``.

        Raises AparteError (SCHEMA_UNREADABLE, SCHEMA_UNSUPPORTED).
        """
        gbnf = gbnf_of(json_schema)
        try:
            return cls(gbnf)
        except AparteError as fault:  # a schema that goes round in circles, or is endless
            raise AparteError(ErrorCode.SCHEMA_UNSUPPORTED, keyword="$ref") from fault

    def allows(self, piece: bytes) -> bool:
        """Whether ``piece`` may be appended. A control token, which has no text, never may: it
        would change nothing and could come without end."""
        return self.after(piece) is not None

    def accept(self, piece: bytes) -> None:
        """Append ``piece``.

        Raises ValueError where ``allows`` says no.
        """
        state = self.after(piece)
        if state is None:
            raise ValueError("the grammar does not allow this piece")
        self.state = state

    def allows_end(self) -> bool:
        """Whether the text is a whole text of the grammar."""
        return self.state.point.ends and not self.state.pending

    def may_show(self) -> bool:
        """Whether what was written may be shown: the beginning of such a text always may."""
        return True

    def first_bytes(self) -> frozenset[int] | None:
        """The bytes a next piece may begin with; None where nearly all of them may."""
        return None if self.state.pending else self.matcher.first_bytes(self.state.point)

    def forced(self) -> tuple[str, bool]:
        """The text that must come next, "" where there is a choice; whether nothing follows it."""
        return ("", False) if self.state.pending else self.matcher.forced(self.state.point)

    def is_over(self) -> bool:
        """Whether nothing but the end may come."""
        return self.allows_end() and not self.state.point.heads

    def after(self, piece: bytes) -> GrammarState | None:
        """The state after ``piece``, or None. The last answer is kept: ``accept`` follows
        ``allows``."""
        if self._tried[0] is not self.state or self._tried[1] != piece:
            self._tried = (self.state, piece, self._read(piece))
        return self._tried[2]

    def _read(self, piece: bytes) -> GrammarState | None:
        if not piece:
            return None
        data = self.state.pending + piece
        try:
            text, used = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            return None
        point: Point | None = self.state.point
        for character in text:
            if point is None:
                return None
            point = self.matcher.step(point, character)
        if point is None:
            return None
        pending = data[used:]
        if pending and not point.may_hold(*_span(pending)):
            return None
        return GrammarState(point, pending)


def _span(pending: bytes) -> tuple[int, int]:
    """The lowest and the highest code point whose UTF-8 begins with ``pending``."""
    lead = pending[0]
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    code = lead & (0x7F >> length)
    for byte in pending[1:]:
        code = code << 6 | byte & 0x3F
    rest = 6 * (length - len(pending))
    lowest = max(code << rest, (0x80, 0x800, 0x10000)[length - 2])
    return lowest, ((code + 1) << rest) - 1
