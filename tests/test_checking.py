"""A check in the app's words: its endings, and its listing in a terminal."""

from __future__ import annotations

import sys

import pytest

from assistant.check_command import checked, findings_as_json, listed
from assistant.checking import Checker
from assistant.documents import Span
from assistant.engine import Engine
from assistant.errors import AparteError, ErrorCode
from assistant.findings import Finding, Kind, Severity

SOURCE, DRAFT = "bisoprolol 5 mg", "Traitement\nbisoprolol 2,5 mg"
DOSE = Finding(
    Kind.DOSE,
    Severity.GRAVE,
    Span(22, 28),
    Span(11, 15),
    "Posologie différente de la source",
    "La source dit 5 mg pour bisoprolol.",
    "bisoprolol",
    "5 mg",
    "2,5 mg",
    "5 mg",
)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ([sys.executable, "-c", "input()"], ErrorCode.CHECK_STOPPED),
        (["/nulle/part"], ErrorCode.CHECK_FAILED),
    ],
)
def test_a_process_that_ends_is_told_in_words_about_the_check(
    command: list[str], code: ErrorCode
) -> None:
    checker = Checker(Engine(command=command))
    try:
        with pytest.raises(AparteError) as told:
            checked(checker, SOURCE, DRAFT)
    finally:
        checker.engine.close()
    assert told.value.code is code


def test_preparing_tells_nothing() -> None:
    checker = Checker(Engine(command=["/nulle/part"]))
    assert checker.prepare().ended
    checker.engine.close()


def test_a_listing_is_a_line_a_point() -> None:
    lines = listed((DOSE,), DRAFT).splitlines()
    assert lines[0] == "Points à vérifier\u00a0: 1."
    assert lines[1] == (
        "  Grave\u00a0: Posologie différente de la source (bisoprolol 2,5 mg), "
        "ligne\u00a02 du brouillon"
    )
    assert lines[-1] == "Ce contrôle ne remplace pas votre relecture."


def test_a_long_listing_says_how_many_are_left() -> None:
    assert "  et 8 de plus" in listed((DOSE,) * 20, DRAFT).splitlines()


def test_nothing_found_is_no_promise() -> None:
    assert listed((), DRAFT) == (
        "Aucun point à vérifier. Ce contrôle ne remplace pas votre relecture."
    )


def test_findings_for_a_program() -> None:
    (told,) = findings_as_json((DOSE,))
    assert (told["kind"], told["severity"]) == ("dose", "grave")
    assert (told["draft_span"], told["source_span"]) == ([22, 28], [11, 15])
