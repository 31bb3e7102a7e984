"""How much: words of a text, characters under spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from assistant.documents import Span

_WORD = re.compile(r"\S+")


@lru_cache(maxsize=4)
def _word_ends(text: str) -> tuple[int, ...]:
    return tuple(match.end() for match in _WORD.finditer(text))


def words(text: str, until: int | None = None) -> int:
    """How many words of ``text`` end before the character ``until``, or in all."""
    ends = _word_ends(text)
    return len(ends) if until is None else bisect_right(ends, until)


def joined(spans: Sequence[Span], text: str) -> tuple[Span, ...]:
    """``spans`` in order, those with nothing but blanks between them made one."""
    made: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if made and not text[made[-1].end : span.start].strip():
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return tuple(made)


def covered(spans: Sequence[Span]) -> int:
    """How many characters ``spans`` cover, each counted once."""
    total = end = 0
    for span in sorted(spans, key=lambda span: span.start):
        total += max(span.end - max(span.start, end), 0)
        end = max(end, span.end)
    return total
