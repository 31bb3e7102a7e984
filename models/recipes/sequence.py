"""A note as the token windows that the placement model reads.

The windows are the application's own (``assistant.inference.sequence`` says how they are laid out);
here are the names of the special tokens, and a note with known clauses on its way to windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.documents import Source
from assistant.drafting.draft import breaks_before
from assistant.inference.sequence import Tags, Window, clause_tokens, windows
from models.recipes.hand_labels import as_clauses

CONTEXT = 1024  # tokens in one window

BEGIN, END, PAD, NOTE, CLAUSE, LINE, PARA, ASK = (
    "<s>",
    "</s>",
    "<pad>",
    "<note>",
    "<clause>",
    "<line>",
    "<para>",
    "<ask>",
)


def note_windows(
    text: str, spans: Sequence[tuple[int, int]], tags: Tags, tokenize: Callable[[str], list[int]]
) -> list[Window]:
    """The windows of ``text``, asked about its clauses at ``spans``."""
    cut = as_clauses(text, spans)
    kinds = breaks_before(Source(text), cut)
    pieces = [
        clause_tokens(tags, text[start:end], kind, tokenize)
        for (start, end), kind in zip(spans, kinds, strict=True)
    ]
    return windows(tags, pieces, CONTEXT)
