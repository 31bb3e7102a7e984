"""Documents that leave, read back by other libraries."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import docx
import pypdf
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.document_type import document_types
from assistant.errors import AparteError, ErrorCode
from assistant.export.fhir import fhir
from assistant.export.letter import Letter, Making, Paragraph, Table, parts_of
from assistant.export.pdf import pdf
from assistant.export.traceability import Decided, Decision, sheet, sheet_json
from assistant.export.word import word
from assistant.findings import Kind, Severity

TEXT = """\
Cher confrère,
Motif d’hospitalisation
Chute à domicile & décompensation <cardiaque>.

Traitement de sortie
Apixaban\t2,5 mg matin et soir\tinchangé
Ramipril\tarrêté le 13/11
Suites
Kaliémie à J7, TSH « en attente ».
"""
MENTION = "Brouillon assisté par IA, relu par Dr Colas le 22\u00a0novembre\u00a02026."


def letter(form: str = "lettre_liaison", text: str = TEXT) -> Letter:
    kind = document_types()[form]
    headings = [h.title for h in kind.headings]
    making = Making("essai", "ab" * 32, form, kind.title, "copie", "0.1", 0.125)
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    return Letter(kind.title, parts_of(text, headings), making, moment, "Dr Colas")


def test_a_text_is_cut_at_its_headings_and_loses_nothing() -> None:
    made = letter()
    assert [part.heading for part in made.parts] == [
        "", "Motif d’hospitalisation", "Traitement de sortie", "Suites",
    ]  # fmt: skip
    assert made.parts[2].blocks == (
        Table((
            ("Apixaban", "2,5 mg matin et soir", "inchangé"),
            ("Ramipril", "arrêté le 13/11", ""),
        )),
    )  # fmt: skip


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), max_size=8))
def test_no_line_is_lost_whatever_it_holds(lines: list[str]) -> None:
    parts = parts_of("\n".join(lines), ["Motif", "Suites"])
    kept = " ".join(
        piece
        for part in parts
        for piece in (
            part.heading,
            *(b.text if isinstance(b, Paragraph) else " ".join(map(" ".join, b.rows))
              for b in part.blocks),
        )
    )  # fmt: skip
    for line in "\n".join(lines).splitlines():
        assert line.strip().rstrip(" :") in kept


@pytest.mark.parametrize("form", document_types())
def test_every_form_goes_out_in_every_format(form: str) -> None:
    heading = document_types()[form].headings[0].title
    made = letter(form, f"{heading}\nTA 148/82, +\u00a04 kg, SpO₂ 91 %, 75 µg → 50 µg.\n")
    read = docx.Document(io.BytesIO(word(made)))
    words = [p.text for p in read.paragraphs]
    assert words[0] == made.title
    assert heading in words
    assert words[-1] == MENTION
    assert read.core_properties.comments == MENTION
    pages = pypdf.PdfReader(io.BytesIO(pdf(made)))
    text = " ".join(" ".join(page.extract_text() for page in pages.pages).split())
    for wanted in (made.title, heading, "148/82", "Brouillon assisté par IA"):
        assert " ".join(wanted.split()) in text
    assert pages.metadata is not None
    assert pages.metadata.subject == MENTION
    Bundle.model_validate_json(fhir(made))
    composition = json.loads(fhir(made))["entry"][0]["resource"]
    assert composition["title"] == made.title
    assert [s["title"] for s in composition["section"]] == [heading, "Mention"]


def test_tables_stay_tables() -> None:
    read = docx.Document(io.BytesIO(word(letter())))
    (table,) = read.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Apixaban", "2,5 mg matin et soir", "inchangé"],
        ["Ramipril", "arrêté le 13/11", ""],
    ]
    assert "<td>Apixaban</td>" in fhir(letter())
    assert "&lt;cardiaque&gt;" in fhir(letter())


def test_the_hospitals_template_keeps_its_header(tmp_path: Path) -> None:
    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "CHU fictif, médecine polyvalente"
    template.save(str(tmp_path / "modele.docx"))
    read = docx.Document(io.BytesIO(word(letter(), tmp_path / "modele.docx")))
    assert read.sections[0].header.paragraphs[0].text == "CHU fictif, médecine polyvalente"
    (tmp_path / "faux.docx").write_text("ceci n’est pas un document")
    with pytest.raises(AparteError) as refused:
        word(letter(), tmp_path / "faux.docx")
    assert refused.value.code is ErrorCode.TEMPLATE_UNREADABLE


def test_the_sheet_says_how_and_nothing_of_the_patient() -> None:
    decided = [
        Decided(Kind.DOSE, Severity.GRAVE, Decision.CORRECTED),
        Decided(Kind.STATEMENT, Severity.MINOR, Decision.KEPT),
        Decided(Kind.DATE, Severity.MINOR, Decision.KEPT),
    ]
    told = sheet(letter(), decided, ["Vérifier un brouillon avant de le signer 1.0"])
    assert "1 grave corrigé, 2 mineurs gardés" in told
    assert "12\u00a0%" in told
    assert "Apixaban" not in told + sheet_json(letter(), decided)
    assert json.loads(sheet_json(letter(), decided))["findings"][0] == {
        "kind": "dose", "severity": "grave", "decision": "corrigé",
    }  # fmt: skip


def test_the_mention_is_always_there() -> None:
    assert letter().text.endswith(f"{MENTION}\n")
