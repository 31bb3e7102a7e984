"""Text to the terms that the search by words compares: French stems, and meanings that several
forms share (« HTA », « hypertension artérielle »)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import Stemmer

_WORD = re.compile(r"[^\W_]+")
# What a guide says about its own sentences, which no question asks for.
_MARK = re.compile(
    r"\[(?:loi|référence publique|étude|avis de l’équipe|à vérifier)\]|\(sources?[^()\n]{1,40}\)"
)
_SHORT_PLURAL = 4  # letters; « pas », « sans » are no plurals
_MEANING = "="  # begins the term of a shared meaning; no stem does


@dataclass(frozen=True, slots=True)
class Term:
    """A word that carries a subject, and the terms under which it is found: its stem first, then
    the meanings of the forms it belongs to."""

    word: str
    names: tuple[str, ...]


def read_terms(text: str) -> list[Term]:
    """The terms of ``text``, in order."""
    words = [word.casefold() for word in _WORD.findall(_MARK.sub(" ", text))]
    stems = [_stem(word) for word in words]
    names: list[list[str]] = [[stem] for stem in stems]
    meanings, empty_words = _meanings(), _empty_words()
    for at, stem in enumerate(stems):
        for form, meaning in meanings.get(stem, ()):
            if tuple(stems[at : at + len(form)]) == form:
                for place in range(at, at + len(form)):
                    if meaning not in names[place]:
                        names[place].append(meaning)
    return [
        Term(word, tuple(known))
        for word, known in zip(words, names, strict=True)
        if word not in empty_words
    ]


def term_names(terms: list[Term]) -> list[str]:
    """What the search by words counts: every stem, and each meaning once for all its words."""
    counted: list[str] = []
    before: tuple[str, ...] = ()
    for term in terms:
        counted.append(term.names[0])
        counted += [meaning for meaning in term.names[1:] if meaning not in before]
        before = term.names
    return counted


def plain(word: str) -> str:
    """``word`` in small letters, without accents."""
    opened = word.casefold().replace("œ", "oe").replace("æ", "ae")
    if opened.isascii():
        return opened
    split = unicodedata.normalize("NFD", opened)
    return "".join(c for c in split if not unicodedata.combining(c))


@cache
def _meanings() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """By first stem: the forms that begin with it, and what each means."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for forms in _table()["same"]:
        meaning = _MEANING + plain(forms[0]).replace(" ", "-")
        for form in forms:
            stems = tuple(_stem(word.casefold()) for word in _WORD.findall(form))
            found.setdefault(stems[0], []).append((stems, meaning))
    return {first: tuple(forms) for first, forms in found.items()}


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(_table()["empty"].split())


def _table() -> dict[str, Any]:
    written = (resources.files("assistant.retrieval") / "words.toml").read_text("utf-8")
    return tomllib.loads(written)


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french")


@lru_cache(200_000)
def _stem(word: str) -> str:
    stem = plain(_stemmer().stemWord(word))
    # The stemmer leaves the plural of « rendus », « avis » and the like.
    return stem[:-1] if len(stem) > _SHORT_PLURAL and stem[-1] in "sx" else stem
