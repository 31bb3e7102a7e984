"""The forms that ship."""

from __future__ import annotations

import pytest

from assistant.drafting.document_type import document_type, document_types
from assistant.drafting.prompts import prompt_for
from assistant.drafting.topics import Topic
from assistant.errors import AparteError, ErrorCode


def test_the_forms_are_shown_in_their_order() -> None:
    assert list(document_types()) == ["consultation", "lettre_liaison", "resume"]


@pytest.mark.parametrize("form_id", ["consultation", "lettre_liaison", "resume"])
def test_a_form_has_a_place_for_every_topic_of_care(form_id: str) -> None:
    form = document_type(form_id)
    assert {t for t in Topic if form.heading_of(t) is None} == {Topic.OTHER}


@pytest.mark.parametrize("form_id", ["consultation", "lettre_liaison", "resume"])
def test_a_prompt_names_every_heading(form_id: str) -> None:
    form = document_type(form_id)
    prompt = prompt_for(form)
    assert all(heading.title in prompt.before for heading in form.headings)
    assert form.noun in prompt.after


def test_an_unknown_form_is_told_with_the_known_ones() -> None:
    with pytest.raises(AparteError) as told:
        document_type("certificat")
    assert told.value.code is ErrorCode.UNKNOWN_FORM
    assert "lettre_liaison" in told.value.sentence
