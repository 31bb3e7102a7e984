"""How a note becomes the token sequence that the placement model reads.

The application builds exactly these ids (``assistant.inference.sequence``); what both need stands
there.

    <s> <note> (marker  ids(" " + prepared clause)  <ask>)*

``marker`` is <para> when a blank line stands between this clause and the one before it (or the
start of the note), <line> when one line break does, else <clause>. The logits at each <ask>,
restricted to the topic tokens, are the topic's distribution. No choice is ever fed back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.inference.sequence import LONGEST_CLAUSE, OVERLAP, prepared

CONTEXT = 1024  # tokens in one window
_HEAD, _TAIL = 128, 64  # what is kept of a clause longer than LONGEST_CLAUSE

BEGIN, END, NOTE, CLAUSE, LINE, PARA, ASK = (
    "<s>",
    "</s>",
    "<note>",
    "<clause>",
    "<line>",
    "<para>",
    "<ask>",
)


def marker(gap: str) -> str:
    """The token before a clause, from the characters between it and the clause before."""
    breaks = gap.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return PARA if breaks >= 2 else LINE if breaks == 1 else CLAUSE


@dataclass(frozen=True, slots=True)
class Window:
    """Ids of one forward pass, and where the clauses ``first..`` are asked about in it."""

    ids: list[int]
    first_scored: int  # index of the first clause whose answer counts
    asks: list[tuple[int, int]]  # (clause index, position in ids), context clauses included


def clause_pieces(
    text: str,
    spans: Sequence[tuple[int, int]],
    encode: Callable[[str], list[int]],
    special: Callable[[str], int],
) -> list[list[int]]:
    """The ids of each clause: marker, text, <ask>."""
    pieces, before = [], 0
    for start, end in spans:
        ids = encode(" " + prepared(text[start:end]))
        if len(ids) > LONGEST_CLAUSE:
            ids = ids[:_HEAD] + ids[-_TAIL:]
        pieces.append([special(marker(text[before:start])), *ids, special(ASK)])
        before = end
    return pieces


def windows(pieces: Sequence[list[int]], head: list[int], context: int = CONTEXT) -> list[Window]:
    """``pieces`` packed greedily into windows of at most ``context`` ids.

    ``head`` is [<s>, <note>]. Each window but the first begins with the last clauses of the one
    before, as many as fit in OVERLAP ids; their answers are those of the earlier window.
    """
    found: list[Window] = []
    scored = 0
    while scored < len(pieces):
        first = scored
        while scored and first and sum(map(len, pieces[first - 1 : scored])) <= OVERLAP:
            first -= 1
        ids, asks, index = list(head), [], first
        while index < len(pieces) and len(ids) + len(pieces[index]) <= context:
            ids += pieces[index]
            asks.append((index, len(ids) - 1))
            index += 1
        found.append(Window(ids, scored, asks))
        scored = index
    return found
