"""Whether a question looks like text about a patient, which the guides have no use for.

Rules only: they run in the app before anything is searched, kept or logged. They look for what
identifies (numbers, names, dates of birth) and for what is pasted from a record.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources

_LONGEST_QUESTION = 600  # characters; under it, a question; over it, a record
_MOST_LINES = 4
_NIR = re.compile(
    r"(?<!\d)[1-478]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[ab])\s?\d{3}\s?\d{3}"
    r"(?:\s?\d{2})?(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\d)(?:\+33\s?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,20}")
_RECORD_NUMBER = re.compile(r"\b(?:IPP|NDA|NIP|n°\s?(?:de\s)?(?:dossier|séjour))\s*:?\s*\d{4,}",
                            re.IGNORECASE)  # fmt: skip
_DATE = r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)?\d{2}"
_MONTHS = (
    "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre"
    "|décembre|decembre"
)
_BIRTH = re.compile(
    rf"\b(?:née?|ddn|date\s+de\s+naissance)\s*(?:\(e\)\s*)?(?:le|:|en)?\s*"
    rf"(?:{_DATE}|\d{{1,2}}(?:er)?\s+(?:{_MONTHS})\s+\d{{4}}|(?:19|20)\d{{2}})",
    re.IGNORECASE,
)
_GIVEN = r"[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
_NAME = re.compile(
    r"\b(?:M\.|Mr\.?|Mme\.?|Mlle\.?|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle)\s+"
    rf"(?:{_GIVEN}|[A-ZÀ-Ý]{{2,}}(?:[-\s][A-ZÀ-Ý]{{2,}})?|[A-ZÀ-Ý]\.)(?![\w’'])"
)
_NAME_AND_AGE = re.compile(
    rf"\b{_GIVEN}(?:\s+[A-ZÀ-Ý][\wÀ-ÿ-]{{0,30}}\.?)?\s?,\s?\d{{1,3}}\s?(?:ans?|mois|jours)\b"
)
_PATIENT_NAME = re.compile(rf"\b[Pp]atiente?\s+({_GIVEN})(?![\w’'])")
_AGE = re.compile(r"(?<![\d,.])\d{1,3}\s?(?:ans?|mois|jours)\b", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:un|une|le|la|mon|ma|notre|ce|cette|d’un|d’une|d'un|d'une)?\s*"
    r"(?:patiente?|homme|femme|garçon|fille|fillette|enfant|nourrisson|bébé|monsieur|madame|mme|mr|"
    r"résidente?|h|f)\b",
    re.IGNORECASE,
)
_VITAL = re.compile(
    r"\b(?:TA|PA)\s*:?\s*(?:à\s*)?\d{1,3}\s?/\s?\d{1,3}"
    r"|\b(?:FC|FR|SpO2|SaO2|sat|T°|température|temp|glycémie|glycemie|dextro|créat\w*|creat\w*|CRP"
    r"|Hb|hémoglobine|INR|kaliémie|K\+|natrémie|DFG|poids|IMC|EVA)\s*[:=à]*\s*\d+(?:[.,]\d+)?",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:mg|µg|mcg|g/L|mmol|UI|gouttes|cp|gél|ml)\b", re.IGNORECASE
)
_ABOUT_SOMEONE = re.compile(
    r"\b(?:mon|ma|notre|ce|cette)\s+(?:patiente?|résidente?|malade)\b", re.IGNORECASE
)


class Sign(StrEnum):
    """What in a question looks like a patient's text."""

    NIR = "numéro de sécurité sociale"
    RECORD = "numéro de dossier"
    PHONE = "numéro de téléphone"
    MAIL = "adresse électronique"
    BIRTH = "date de naissance"
    NAME = "nom de personne"
    CASE = "âge et maladie d’une personne"
    NOTES = "notes collées"


def patient_signs(question: str) -> tuple[Sign, ...]:
    """What in ``question`` looks like text about a patient; empty for a question on method."""
    found = [
        sign
        for sign, pattern in (
            (Sign.NIR, _NIR),
            (Sign.RECORD, _RECORD_NUMBER),
            (Sign.PHONE, _PHONE),
            (Sign.MAIL, _MAIL),
            (Sign.BIRTH, _BIRTH),
            (Sign.NAME, _NAME),
            (Sign.NAME, _NAME_AND_AGE),
        )
        if pattern.search(question)
    ]
    named = _PATIENT_NAME.search(question)
    if named and Sign.NAME not in found and not _illness().search(named[1]):
        found.append(Sign.NAME)
    if _is_case(question):
        found.append(Sign.CASE)
    if _is_notes(question):
        found.append(Sign.NOTES)
    return tuple(dict.fromkeys(found))


def about_one_patient(text: str) -> bool:
    """True if a document holds a social security number whose key is right, or a name with a date
    of birth or a record's number: no guide does, a patient's record does."""
    if any(_has_right_key(match.group()) for match in _NIR.finditer(text)):
        return True
    return bool(_NAME.search(text) and (_BIRTH.search(text) or _RECORD_NUMBER.search(text)))


def _has_right_key(nir: str) -> bool:
    """The last two of fifteen characters are 97 less the rest of the others by 97; Corsica's
    departments count as 19 and 18."""
    digits = nir.replace(" ", "").upper().replace("2A", "19").replace("2B", "18")
    return len(digits) == 15 and digits.isdigit() and int(digits[13:]) == 97 - int(digits[:13]) % 97


def _is_case(question: str) -> bool:
    """Someone of some age with some illness, or with measures."""
    aged = _AGE.search(question) and _PERSON.search(question)
    measured = _VITAL.search(question) or _DOSE.search(question)
    ill = _illness().search(question) is not None
    about_someone = _ABOUT_SOMEONE.search(question)
    return bool((aged and (ill or measured)) or (about_someone and measured and ill))


def _is_notes(question: str) -> bool:
    lines = sum(1 for line in question.splitlines() if line.strip())
    measures = len(_VITAL.findall(question)) + len(_DOSE.findall(question))
    return len(question) > _LONGEST_QUESTION or lines > _MOST_LINES or measures >= 3


@cache
def _illness() -> re.Pattern[str]:
    file = resources.files("assistant.retrieval") / "illnesses.toml"
    table = tomllib.loads(file.read_text("utf-8"))
    words = "|".join(re.escape(word) for word in table["words"])
    endings = "|".join(re.escape(ending) for ending in table["endings"])
    spared = "|".join(re.escape(word) for word in table["spared"])
    return re.compile(
        rf"\b(?:{words})\w*|\b(?!(?:{spared})\b)\w{{3,30}}(?:{endings})s?\b", re.IGNORECASE
    )
