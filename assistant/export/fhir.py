"""A letter as a FHIR R4B document: a Bundle whose first entry is a Composition.

The patient is named by nothing: who files the document adds the identity of their own system.
Types are LOINC codes (CI-SIS for the letter at discharge, 11490-0).
"""

from __future__ import annotations

import uuid
from html import escape

from fhir.resources.R4B.bundle import Bundle

from assistant.export.letter import Letter, Paragraph, Part

_LOINC = {
    "consultation": ("11488-4", "Consult note"),
    "hospitalisation": ("34105-7", "Hospital Discharge summary"),
    "lettre_liaison": ("11490-0", "Physician Discharge summary"),
    "adressage": ("57133-1", "Referral note"),
    "synthese_medicale": ("60591-5", "Patient summary Document"),
    "saed": ("34746-8", "Nurse Note"),
    "dar": ("34746-8", "Nurse Note"),
    "rcp": ("72134-0", "Cancer event report"),
    "resume": ("34133-9", "Summarization of episode note"),
    "mots_simples": ("69730-0", "Instructions"),
}


def fhir(letter: Letter) -> str:
    """The Bundle as JSON, valid against ``fhir.resources`` R4B."""
    bundle = Bundle.model_validate(_bundle(letter))
    return bundle.model_dump_json(indent=1)


def _bundle(letter: Letter) -> dict[str, object]:
    moment = letter.reviewed.astimezone().isoformat(timespec="seconds")
    author, composition = f"urn:uuid:{uuid.uuid4()}", f"urn:uuid:{uuid.uuid4()}"
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"},
        "timestamp": moment,
        "entry": [
            {"fullUrl": composition, "resource": _composition(letter, author, moment)},
            {"fullUrl": author, "resource": _author(letter)},
        ],
    }


def _composition(letter: Letter, author: str, moment: str) -> dict[str, object]:
    code, display = _LOINC.get(letter.making.form, ("34133-9", "Summarization of episode note"))
    sections = [
        {"title": part.heading or letter.title, "text": {"status": "generated", "div": _html(part)}}
        for part in letter.parts
        if part.blocks
    ]
    mention = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(letter.mention)}</p></div>'
    return {
        "resourceType": "Composition",
        "language": "fr-FR",
        "status": "preliminary",
        "type": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]},
        "date": moment,
        "author": [{"reference": author}],
        "title": letter.title,
        "section": [
            *sections,
            {"title": "Mention", "text": {"status": "generated", "div": mention}},
        ],
    }


def _author(letter: Letter) -> dict[str, object]:
    who: dict[str, object] = {"resourceType": "Practitioner"}
    if letter.reviewer:
        who["name"] = [{"text": letter.reviewer}]
    return who


def _html(part: Part) -> str:
    pieces = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            pieces.append(f"<p>{escape(block.text)}</p>")
        else:
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                for row in block.rows
            )
            pieces.append(f"<table><tbody>{rows}</tbody></table>")
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(pieces)}</div>'
