"""What a check of a draft finds: differences from its source, and where its sentences come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.documents import Span


class Kind(StrEnum):
    """What differs. The values are stable: scripts read them."""

    FIGURE = "chiffre"
    UNIT = "unite"
    OWNER = "attribution"
    DRUG = "medicament"
    DOSE = "dose"
    RHYTHM = "frequence"
    FATE = "devenir"
    DATE = "date"
    SIDE = "cote"
    NEGATION = "negation"
    CERTAINTY = "certitude"
    PERSON = "personne"
    TIME = "temps"
    STATEMENT = "phrase"
    OMISSION = "omission"


class Severity(StrEnum):
    """How much the text differs; never a clinical risk."""

    GRAVE = "grave"
    MINOR = "mineur"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``draft_span`` is empty of an omission, ``source_span`` of what the source
    does not hold. ``subject`` is what both values are of; ``replacement`` what the draft's span
    could become, where the source says it."""

    kind: Kind
    severity: Severity
    draft_span: Span | None
    source_span: Span | None
    title: str
    message: str
    subject: str = ""
    source_value: str = ""
    draft_value: str = ""
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A sentence of the draft, the source's places it comes from, best first, and the share of
    its content that they hold, from 0 to 1."""

    sentence: Span
    places: tuple[Span, ...]
    share: float
