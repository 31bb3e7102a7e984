"""Sentences that depend on numbers."""

import pytest

from assistant.drafting.document_type import document_types
from assistant.gui import phrases


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "une seconde"),
        (8.2, "8\u00a0secondes"),
        (34, "35\u00a0secondes"),
        (57.4, "55\u00a0secondes"),
        (57.6, "une minute"),
        (61, "une minute"),
        (170, "3\u00a0minutes"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert phrases.duration(seconds) == said


def test_zero_and_one_are_singular() -> None:
    assert phrases.sections_done(0, 12) == "0\u00a0rubrique sur\u00a012"
    assert phrases.sections_done(1, 12) == "1\u00a0rubrique sur\u00a012"
    assert phrases.sections_done(9, 12) == "9\u00a0rubriques sur\u00a012"


def test_thousands_have_a_narrow_space() -> None:
    assert phrases.count(4820, "mot") == "4\u202f820\u00a0mots"


def test_a_share_is_100_only_when_all_is_there() -> None:
    assert phrases.percent(999, 1000) == 99
    assert phrases.percent(1, 1000) == 1
    assert phrases.percent(0, 1000) == 0
    assert phrases.percent(1000, 1000) == 100


def test_the_plan_is_named_after_the_document() -> None:
    titles = {form.id: phrases.plan_title(form) for form in document_types().values()}
    assert titles["lettre_liaison"] == "La lettre suivra ce plan"
    assert titles["consultation"] == "Le compte rendu suivra ce plan"
    assert titles["resume"] == "Le résumé suivra ce plan"


def test_participles_agree() -> None:
    forms = document_types()
    assert phrases.agreed(forms["lettre_liaison"], "écrit") == "écrite"
    assert phrases.agreed(forms["resume"], "écrit") == "écrit"


def test_what_lacks_is_named() -> None:
    assert phrases.missing([]) == ""
    assert (
        phrases.missing(["Suites", "État à la sortie"]) == "manque\u00a0: suites, état à la sortie"
    )
