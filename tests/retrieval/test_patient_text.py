"""What looks like a patient's text is stopped; a question on method goes through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.patient_text import Sign, about_one_patient, patient_signs


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("Que faire pour Mme Martin ?", Sign.NAME),
        ("M. DUPONT refuse", Sign.NAME),
        ("le patient Durand demande son dossier", Sign.NAME),
        ("NIR 2 85 07 75 123 456 12", Sign.NIR),
        ("née le 12/03/1954", Sign.BIRTH),
        ("DDN : 3 avril 1960", Sign.BIRTH),
        ("rappeler le 06 12 34 56 78", Sign.PHONE),
        ("écrire à jean.durand@exemple.fr", Sign.MAIL),
        ("IPP 80012345", Sign.RECORD),
        ("Un homme de 67 ans diabétique, que faire ?", Sign.CASE),
        ("F 45 ans toux fébrile depuis 3 j", Sign.CASE),
        ("TA 14/8, FC 90, SpO2 96", Sign.NOTES),
        ("Motif : chute.\nATCD : HTA.\nTTT : ramipril.\nExamen : RAS.\nCAT : retour.", Sign.NOTES),
    ],
)
def test_text_about_a_patient_is_seen(question: str, sign: Sign) -> None:
    assert sign in patient_signs(question)


@pytest.mark.parametrize(
    "question",
    [
        "Puis-je coller le nom du patient dans un outil en ligne ?",
        "L’IA peut-elle résumer le dossier d’un patient de 80 ans ?",
        "Un médecin de 45 ans peut-il se former ?",
        "Quelle dose de colchicine avec un DFG à 30 ?",
        "Faut-il garder les brouillons 10 ans ?",
        "Que dit le RGPD du 27 avril 2016 ?",
        "Comment écrire « Mme » dans une lettre ?",
        "Le patient Alzheimer peut-il consentir ?",
        "qui est responsable, le médecin ou l’éditeur ?",
    ],
)
def test_a_question_on_method_goes_through(question: str) -> None:
    assert patient_signs(question) == ()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Assuré : 2 85 07 75 123 456 55.", True),
        ("Assuré : 2 85 07 75 123 456 50.", False),
        ("Mme DURAND, née le 3/04/1950, entre pour une chute.", True),
        ("M. Martin, IPP : 8001234", True),
        ("Cas fictif. M. K., 71 ans, chute ce matin.", False),
        ("Appelez le 01 23 45 67 89. Commande n° 285077512345612.", False),
    ],
)
def test_a_record_is_told_from_a_guide(text: str, about: bool) -> None:
    assert about_one_patient(text) == about


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert set(patient_signs(text)) <= set(Sign)


@pytest.mark.parametrize("bit", ["a", "1 ", "M. ", "né le ", "patient ", "12/", "06 ", "un "])
def test_no_text_takes_long(bit: str) -> None:
    assert Sign.NOTES in patient_signs(bit * 20_000)
