"""Sentences of French text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.sentences import sentences


def split(text: str) -> list[str]:
    return [span.cut(text) for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux. Trois.", ["Un.", "Deux.", "Trois."]),
        ("M. Durand vient. Il part.", ["M. Durand vient.", "Il part."]),
        ("Voir l’art. 4 du code. Fin.", ["Voir l’art. 4 du code.", "Fin."]),
        ("Dose : 2,5 mg. Vraiment ? Oui.", ["Dose : 2,5 mg.", "Vraiment ?", "Oui."]),
        ("« Pas de fièvre. » Il sort.", ["« Pas de fièvre. »", "Il sort."]),
        ("Signez. [loi] (source 6) Puis classez.", ["Signez. [loi] (source 6)", "Puis classez."]),
        ("Un article\nEt sa suite", ["Un article", "Et sa suite"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(max_size=200))
def test_nothing_is_lost_between_two_sentences(text: str) -> None:
    at = 0
    for span in sentences(text):
        assert not text[at : span.start].strip()
        assert span.cut(text).strip()
        at = span.end
    assert not text[at:].strip()
