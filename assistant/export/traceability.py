"""The traceability sheet: how a document was made and reviewed, without a word of the patient."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.export.letter import Letter, french_date
from assistant.findings import Kind, Severity


class Decision(StrEnum):
    """What the reader decided of a finding."""

    CORRECTED = "corrigé"
    KEPT = "gardé"


@dataclass(frozen=True, slots=True)
class Decided:
    """A finding that was decided: its kind and severity alone."""

    kind: Kind
    severity: Severity
    decision: Decision


def sheet(letter: Letter, decided: Sequence[Decided], guides: Sequence[str] = ()) -> str:
    """The sheet as text, one fact a line. ``guides`` are titles with their versions."""
    facts = _facts(letter, decided, guides)
    return (
        "\n".join(["Fiche de traçabilité", *(f"{name} : {value}" for name, value in facts)]) + "\n"
    )


def sheet_json(letter: Letter, decided: Sequence[Decided], guides: Sequence[str] = ()) -> str:
    """The sheet for a program."""
    making = letter.making
    words = {
        "document": making.form,
        "mode": making.mode,
        "model": making.model,
        "model_sha256": making.model_sha256,
        "version": making.version,
        "reviewed": letter.reviewed.astimezone().isoformat(timespec="seconds"),
        "reviewer": letter.reviewer,
        "rewritten": round(making.rewritten, 3),
        "findings": [
            {"kind": d.kind.value, "severity": d.severity.value, "decision": d.decision.value}
            for d in decided
        ],
        "guides": list(guides),
        "mention": letter.mention,
    }
    return json.dumps(words, ensure_ascii=False, indent=1) + "\n"


def _facts(
    letter: Letter, decided: Sequence[Decided], guides: Sequence[str]
) -> list[tuple[str, str]]:
    making = letter.making
    counts = Counter((d.severity, d.decision) for d in decided)
    points = ", ".join(
        f"{count} {_agreed(severity, count)} {_agreed(decision, count)}"
        for (severity, decision), count in sorted(counts.items())
    )
    return [
        ("Document", making.form_title),
        ("Façon de rédiger", making.mode),
        ("Modèle", making.model),
        ("Empreinte du modèle", making.model_sha256 or "aucune"),
        ("Version d’Aparté", making.version),
        ("Relu le", french_date(letter.reviewed)),
        ("Relu par", letter.reviewer or "non renseigné"),
        (
            "Part réécrite par la personne qui signe",
            f"{making.rewritten:.0%}".replace("%", "\u00a0%"),
        ),
        ("Points signalés par le contrôle", points or "aucun"),
        ("Guides consultés", ", ".join(guides) or "aucun"),
        ("Mention portée", letter.mention),
    ]


def _agreed(word: str, count: int) -> str:
    return f"{word}s" if count > 1 else str(word)
