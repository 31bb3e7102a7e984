"""The check of a draft, with the real EDS-NLP: what it finds, and what it leaves in peace."""

from __future__ import annotations

import pytest

from assistant.drafting.sources import example_sources
from assistant.findings import Finding, Kind, Severity
from assistant.verification.check import Check

NOTE = """\
CRH provisoire. Mme Quercy, 85 ans, du 12 au 18/11/26. Adressée par le SAU.
Motif : chute à domicile, décompensation cardiaque.
ATCD : FA permanente, HTA, FEVG altérée (38 % en 2024). Allergie amoxicilline (éruption, 2011).
Père : AVC à 60 ans.
TTT entrée : apixaban 2,5 mg × 2, bisoprolol 5 mg le matin, furosémide 40 mg, ramipril 5 mg.
TA 148/82, FC 96, apyrétique. Créat 128 µmol/L, K 3,4 → 4,1. Rx bassin : pas de fracture.
Suspicion d’embolie pulmonaire. Douleur du genou droit. Méthotrexate 10 mg 1 fois par semaine.
Ramipril arrêté le 13/11. TSH prélevée le 17/11, résultat en attente.
Cs cardio Dr Vidal 09/12 à 10 h 30."""


def kinds(findings: list[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings if finding.kind is not Kind.OMISSION}


@pytest.mark.parametrize(
    "line",
    [
        "Bisoprolol 5 mg le matin.",
        "Apixaban 2,5 mg matin et soir.",
        "Apixaban 2,5 mg deux fois par jour.",
        "Créatinine à 128 µmol/L, kaliémie de 3,4 puis 4,1.",
        "Pression artérielle 148/82 mmHg, pouls 96/min.",
        "Pas de fracture du bassin.",
        "Elle n’a pas de fièvre.",
        "Une embolie pulmonaire est suspectée.",
        "Gonalgie, douleur du genou droit.",
        "Hospitalisée du 12 au 18 novembre 2026.",
        "Son père a fait un AVC à 60 ans.",
        "Méthotrexate 10 mg par semaine.",
        "Le ramipril a été arrêté le 13 novembre.",
        "Consultation de cardiologie le 9 décembre à 10 h 30 (Dr Vidal).",
        "Insuffisance cardiaque, fraction d’éjection de 38 % en 2024.",
    ],
)
def test_what_the_source_says_in_other_words_is_left_in_peace(check: Check, line: str) -> None:
    findings, _ = check.check(NOTE, line)
    assert not [f for f in findings if f.severity is Severity.GRAVE and f.kind is not Kind.OMISSION]


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("Bisoprolol 2,5 mg le matin.", Kind.DOSE, "2,5 mg"),
        ("Bisoprolol 5 g le matin.", Kind.UNIT, "5 g"),
        ("Bisoprolol 5 mg matin et soir.", Kind.RHYTHM, "matin et soir"),
        ("Méthotrexate 10 mg par jour.", Kind.RHYTHM, "par jour"),
        ("Bisoprolol et amlodipine.", Kind.DRUG, "amlodipine"),
        ("Créatinine à 182 µmol/L.", Kind.FIGURE, "182 µmol/L"),
        ("Créatinine à 128 mmol/L.", Kind.UNIT, "128 mmol/L"),
        ("Créatinine à 96 µmol/L.", Kind.FIGURE, "96 µmol/L"),
        ("Kaliémie 3,8.", Kind.FIGURE, "3,8"),
        ("Fracture du bassin.", Kind.NEGATION, "Fracture"),
        ("Patiente fébrile.", Kind.NEGATION, "fébrile"),
        ("Pas de chute.", Kind.NEGATION, "chute"),
        ("Embolie pulmonaire.", Kind.CERTAINTY, "Embolie"),
        ("Douleur du genou gauche.", Kind.SIDE, "gauche"),
        ("AVC à 60 ans.", Kind.PERSON, "AVC"),
        ("Consultation de cardiologie le 19 décembre.", Kind.DATE, "19 décembre"),
        ("Ramipril arrêté le 15/11.", Kind.DATE, "15/11"),
        ("Ramipril poursuivi.", Kind.FATE, "poursuivi"),
        ("Furosémide augmenté.", Kind.FATE, "augmenté"),
        ("Elle vit seule avec un chat.", Kind.STATEMENT, "Elle vit seule avec un chat."),
    ],
)  # fmt: skip
def test_an_error_is_found_at_its_place(check: Check, line: str, kind: Kind, words: str) -> None:
    findings, _ = check.check(NOTE, line)
    found = [f for f in findings if f.kind is kind and f.draft_span]
    assert found, findings
    assert [f.draft_span.cut(line) for f in found if f.draft_span] == [words]


@pytest.mark.parametrize(
    ("without", "title"),
    [
        ("Allergie amoxicilline (éruption, 2011).", "Allergie non reprise"),
        ("TSH prélevée le 17/11, résultat en attente.", "Résultat en attente non repris"),
        ("apixaban 2,5 mg × 2,", "Anticoagulant ou antiagrégant non repris"),
        ("Cs cardio Dr Vidal 09/12 à 10 h 30.", "Suivi prévu non repris"),
    ],
)
def test_what_matters_and_is_left_out_is_told(check: Check, without: str, title: str) -> None:
    findings, _ = check.check(NOTE, NOTE.replace(without, ""))
    assert [f.title for f in findings if f.severity is Severity.GRAVE] == [title]


def test_a_source_says_all_of_itself(check: Check) -> None:
    for source in example_sources():
        findings, origins = check.check(source.text, source.text)
        assert findings == []
        assert all(origin.share == pytest.approx(1) for origin in origins)


def test_a_figure_of_another_drug_is_said_to_be_so(check: Check) -> None:
    findings, _ = check.check(NOTE, "Bisoprolol 2,5 mg le matin.")
    (finding,) = [f for f in findings if f.kind is Kind.DOSE]
    assert finding.message == "2,5 mg figure bien dans la source, mais pour l’apixaban."
    assert (finding.source_value, finding.replacement) == ("5 mg", "5 mg")


def test_each_sentence_knows_where_it_comes_from(check: Check) -> None:
    draft = "Pas de fracture du bassin. Ramipril arrêté le 13 novembre."
    _, origins = check.check(NOTE, draft)
    assert [o.places[0].cut(NOTE)[:10] for o in origins] == ["Rx bassin ", "Ramipril a"]
