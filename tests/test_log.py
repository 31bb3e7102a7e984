"""The log can't hold a sentence."""

from __future__ import annotations

import pytest

from assistant.documents import Mode
from assistant.log import Happening, close_log, open_log, record, record_fault
from assistant.paths import log_folder

PATIENT = "Mme Quercy, 85 ans"


def logged() -> str:
    return (log_folder() / "aparte.log").read_text("utf-8")


def test_facts_are_numbers_and_names_of_ours() -> None:
    open_log()
    record(Happening.DRAFT_STARTED, mode=Mode.VERIFIED, characters=1200)
    close_log()
    assert "draft_started mode=VERIFIED characters=1200" in logged()


def test_a_sentence_is_refused() -> None:
    with pytest.raises(TypeError):
        record(Happening.DRAFT_STARTED, note=PATIENT)  # type: ignore[arg-type]


def test_a_fault_is_logged_without_its_message() -> None:
    open_log()
    try:
        int(PATIENT)
    except ValueError as fault:
        record_fault(fault)
    close_log()
    assert "class=ValueError at=test_a_fault_is_logged_without_its_message" in logged()
    assert "Quercy" not in logged()
