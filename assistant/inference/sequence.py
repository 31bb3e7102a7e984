"""How a note becomes the token sequence that the placement model reads.

This is the contract between training and use; the recipes build their examples with it.

    <s> <note> (marker  tokens(" " + prepared clause)  <ask>)*

``marker`` is <para> where a blank line stands before the clause, <line> where a line break does,
else <clause>. The logits at each <ask>, among the topic tokens alone, are the clause's topics.
No choice is ever fed back, so one pass answers for every clause. Imports no model library.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OVERLAP = 256
"""Tokens of earlier clauses repeated, unscored, at the head of the next window."""

LONGEST_CLAUSE = 192
_HEAD, _TAIL = 128, 64
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Tags:
    """The special tokens of a model trained for placement. ``breaks`` are the markers of a clause
    that follows on its line, that opens a line, that follows a blank line."""

    begin: int
    note: int
    breaks: tuple[int, int, int]
    ask: int
    topics: tuple[str, ...]
    topic_tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One forward pass: ``tokens``, and where in them the clauses ``first``, ``first`` + 1… are
    asked about. Clauses repeated from the window before are not asked about again."""

    tokens: list[int]
    first: int
    asks: list[int]


def prepared(clause_text: str) -> str:
    """The clause as the model reads it: NFC, straight apostrophes, single plain spaces."""
    composed = unicodedata.normalize("NFC", clause_text).replace("\u2019", "'")
    return _BLANKS.sub(" ", composed).strip()


def clause_tokens(
    tags: Tags, clause_text: str, kind: int, tokenize: Callable[[str], list[int]]
) -> list[int]:
    """Marker, text, <ask>. Of a very long clause the model reads the beginning and the end."""
    tokens = tokenize(" " + prepared(clause_text))
    if len(tokens) > LONGEST_CLAUSE:
        tokens = tokens[:_HEAD] + tokens[-_TAIL:]
    return [tags.breaks[kind], *tokens, tags.ask]


def windows(tags: Tags, pieces: Sequence[list[int]], context: int) -> list[Window]:
    """``pieces`` packed into windows of at most ``context`` tokens (at least LONGEST_CLAUSE + 4).

    Each window but the first begins with the last clauses of the one before, as many as fit in
    OVERLAP tokens.
    """
    found: list[Window] = []
    next_clause = 0
    while next_clause < len(pieces):
        first = begin = next_clause
        repeated = 0
        while begin > 0 and repeated + len(pieces[begin - 1]) <= OVERLAP:
            begin -= 1
            repeated += len(pieces[begin])
        if repeated + len(pieces[first]) + 2 > context:
            begin = first
        tokens, asks = [tags.begin, tags.note], []
        for index in range(begin, len(pieces)):
            if len(tokens) + len(pieces[index]) > context:
                break
            tokens += pieces[index]
            if index >= first:
                asks.append(len(tokens) - 1)
        found.append(Window(tokens, first, asks))
        next_clause = first + len(asks)
    return found
