"""Terms: stems, meanings, slips of the keyboard."""

from __future__ import annotations

import pytest

from assistant.retrieval.spelling import edit_distance
from assistant.retrieval.words import read_terms, term_names


def names(text: str) -> set[str]:
    return set(term_names(read_terms(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTA", "hypertension artérielle"),
        ("l’IA", "une intelligence artificielle"),
        ("CR", "compte-rendu"),
        ("CR", "comptes rendus"),
        ("le DPO", "le délégué à la protection des données"),
        ("hopital", "l’hôpital"),
        ("ATCD", "antécédents"),
        ("la DSI", "le service informatique"),
    ],
)
def test_forms_of_one_meaning_meet(one: str, other: str) -> None:
    assert names(one) & names(other)


def test_negations_are_kept_and_marks_are_not() -> None:
    assert "san" in names("sans relire") or "sans" in names("sans relire")
    assert names("Relisez. [avis de l’équipe] (source 3)") == names("Relisez.")


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("halucination", "hallucination", 1),
        ("vérifeir", "vérifier", 1),
        ("dose", "dose", 0),
        ("abc", "xyz", 2),
        ("a", "abcd", 2),
    ],
)
def test_edit_distance_counts_up_to_its_limit(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 1) == distance
