"""The forms that ship."""

from __future__ import annotations

import re

import pytest

from assistant.documents import Mode
from assistant.drafting.document_type import _read, document_type, document_types
from assistant.drafting.labels import fold
from assistant.drafting.prompts import filing_prompt_for, prompt_for
from assistant.drafting.topics import Topic
from assistant.errors import AparteError, ErrorCode

FORMS = list(document_types())
NUMBERS = {4: "Quatre", 7: "Sept", 8: "Huit", 11: "Onze", 12: "Douze", 15: "Quinze"}


def test_the_forms_are_shown_in_their_order() -> None:
    assert FORMS == [
        "consultation", "hospitalisation", "lettre_liaison", "adressage", "synthese_medicale",
        "saed", "dar", "rcp", "resume", "mots_simples",
    ]  # fmt: skip


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_has_a_place_for_every_topic_of_care(form_id: str) -> None:
    form = document_type(form_id)
    assert {t for t in Topic if form.heading_of(t) is None} == {Topic.OTHER}


@pytest.mark.parametrize("form_id", FORMS)
def test_a_prompt_says_the_headings_and_what_is_never_written(form_id: str) -> None:
    form = document_type(form_id)
    prompt = prompt_for(form)
    assert all(heading.title in prompt.before for heading in form.headings)
    assert all(words in prompt.before for words in form.never)
    assert form.noun in prompt.after
    assert len(filing_prompt_for(form).tags) == len(form.headings) + 1


@pytest.mark.parametrize("form_id", FORMS)
def test_no_form_lets_a_diagnosis_a_dose_or_a_triage_be_added(form_id: str) -> None:
    never = fold(" ".join(document_type(form_id).never))
    assert all(word in never for word in ("diagnostic", "dose", "urgence"))


@pytest.mark.parametrize("form_id", FORMS)
def test_what_the_user_reads_of_a_form_is_typeset(form_id: str) -> None:
    form = document_type(form_id)
    read = [form.title, form.plan, form.noun, *(h.title for h in form.headings)]
    read += [required.to_complete for required in form.required]
    assert not any("'" in words or re.search(r" [:;?!»]|« ", words) for words in read)
    assert form.plan.startswith(f"{NUMBERS[len(form.headings)]} rubriques")


def test_the_letter_asks_for_the_six_items_of_the_code() -> None:
    asked = {required.reference for required in document_type("lettre_liaison").required}
    assert asked == {f"R. 1112-1-2, {number}°" for number in range(1, 7)}


def test_what_a_letter_lacks_is_to_be_completed() -> None:
    form = document_type("lettre_liaison")
    texts = {required.heading: "Noté." for required in form.required}
    texts["Patient et médecin traitant"] = "Mme R., 71 ans, MT Dr Lemoine."
    texts["Résultats en attente"] = "  "
    lacking = [required.to_complete for required in form.to_complete(texts)]
    assert lacking == [
        "À compléter\u00a0: les dates et les modes d’entrée et de sortie",
        "À compléter\u00a0: les résultats encore attendus, ou leur absence",
    ]
    texts["Patient et médecin traitant"] += " Séjour du 12 au 18/11."
    assert len(form.to_complete(texts)) == 1


def test_plain_words_are_written_never_copied() -> None:
    form = document_type("mots_simples")
    assert form.served_by([Mode.STRICT_COPY]) == ()
    assert form.served_by(list(Mode)) == (Mode.VERIFIED,)
    assert all(Mode.STRICT_COPY in document_type(f).modes for f in FORMS if f != form.id)


def test_an_unknown_form_is_told_with_the_known_ones() -> None:
    with pytest.raises(AparteError) as told:
        document_type("certificat")
    assert told.value.code is ErrorCode.UNKNOWN_FORM
    assert "lettre_liaison" in told.value.sentence


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ('topics = ["motif"]', 'topics = ["motif", "identite"]'),  # twice in the form
        ('topics = ["motif"]', 'topics = ["raison"]'),
        ('heading = "Motif"', 'heading = "Raison"'),
        ('item = "le motif"', 'item = "le motif"\ncue = "("'),
        ("order = 1", "order ="),
    ],
)
def test_a_malformed_form_is_refused(line: str, instead: str) -> None:
    toml = (
        'order = 1\ntitle = "Essai"\nnoun = "l’essai"\nplan = "Deux."\ninstructions = ""\n'
        "never = []\n"
        '[[heading]]\ntitle = "Qui"\ntopics = ["identite"]\n'
        '[[heading]]\ntitle = "Motif"\ntopics = ["motif"]\n'
        '[[required]]\nheading = "Motif"\nitem = "le motif"\n'
    )
    assert _read("essai", toml)[1].title == "Essai"
    with pytest.raises(AparteError) as told:
        _read("essai", toml.replace(line, instead))
    assert told.value.code is ErrorCode.FORM_INVALID
