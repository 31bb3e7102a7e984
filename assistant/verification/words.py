"""Words of a text with their offsets, folded, unabbreviated and stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from assistant.documents import Span
from assistant.verification.lexicon import lexicon

_WORD = re.compile(r"[^\W_]*[^\W\d_][^\W_]*")
_PLAIN = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "₂": "2", "’": "'"})
_STEMMER = Stemmer.Stemmer("french")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text. ``stems`` are what it says once folded, unabbreviated and stemmed: several
    for an abbreviation, none for a word that carries no content (« de », « le »)."""

    span: Span
    folded: str
    stems: tuple[str, ...]


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """``text`` without case nor accents: « Hypothyroïdie » is « hypothyroidie »."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, ...]:
    """What a folded word says: its stem, those of what it abbreviates, or nothing."""
    known = lexicon()
    if word in known.empty_words or (len(word) < 2 and word not in known.abbreviations):
        return ()
    meant = known.abbreviations.get(word)
    if meant is None:
        return (_stem(word),)
    return tuple(_stem(part) for part in meant.split() if part not in known.empty_words)


def words(text: str) -> Iterator[Word]:
    """The words of ``text`` in order; numbers are none."""
    for match in _WORD.finditer(text):
        plain = folded(match[0])
        yield Word(Span(*match.span()), plain, stems(plain))


def _stem(word: str) -> str:
    """Stemmed until it stays: « infirmière » and « infirmier » are one word."""
    stem: str = _STEMMER.stemWord(word)
    while (shorter := _STEMMER.stemWord(stem)) != stem:
        stem = shorter
    return lexicon().synonyms.get(stem, stem)
