"""What the window says, in French: counts, durations and the sentences that depend on a state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.documents import Coverage, Mode
from assistant.drafting.document_type import DocumentType

NBSP = "\u00a0"
THIN = "\u202f"

SOURCE_MISSING = "Il manque la source"
NOTHING_LEAVES = "Aucune donnée ne sort de ce poste"
MODES = {Mode.STRICT_COPY: "Copie stricte", Mode.VERIFIED: "Rédaction à relire"}
MODE_HELP = {
    Mode.STRICT_COPY: "Vos phrases sont rangées sous les rubriques du document, mot pour mot. "
    "Rien n’est réécrit.",
    # « vérifiée » once the check against the source exists, not before.
    Mode.VERIFIED: "Le texte est rédigé par le modèle avec les seuls nombres de votre source. "
    "Le reste n’y est pas encore comparé" + NBSP + ": relisez-le.",
}
UNSORTED_NOTE = "Aucune rubrique sûre pour ces passages" + NBSP + ": à placer, ou à retirer."


def number(value: int) -> str:
    """``value`` with narrow spaces between thousands."""
    return f"{value:,}".replace(",", THIN)


def count(value: int, noun: str) -> str:
    """« 1 mot », « 2 mots »: French counts zero and one as singular."""
    return f"{number(value)}{NBSP}{noun}{'s' if value > 1 else ''}"


def percent(part: int, whole: int) -> int:
    """A whole percentage that says 100 only when everything is there, and 0 only for nothing."""
    if not whole or part >= whole:
        return 100
    return min(max(round(100 * part / whole), 1 if part else 0), 99)


def clock(moment: datetime) -> str:
    """« 19 h 36 »."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


def duration(seconds: float) -> str:
    """About how long: « 8 secondes », « 35 secondes », « une minute », « 3 minutes »."""
    if seconds < 1.5:
        return "une seconde"
    if seconds < 10:
        return count(round(seconds), "seconde")
    if seconds < 57.5:
        return count(5 * max(round(seconds / 5), 2), "seconde")
    minutes = max(round(seconds / 60), 1)
    return "une minute" if minutes == 1 else count(minutes, "minute")


def exact_duration(seconds: float) -> str:
    """How long it took: « 41 secondes », « 1 minute 5 »."""
    whole = max(round(seconds), 1)
    if whole < 60:
        return count(whole, "seconde")
    return f"{count(whole // 60, 'minute')}" + (f"{NBSP}{whole % 60}" if whole % 60 else "")


def sentence_case(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def feminine(form: DocumentType) -> bool:
    """Whether the document's noun is feminine (« la lettre »)."""
    return form.noun.startswith("la ")


def agreed(form: DocumentType, participle: str) -> str:
    """``participle`` agreed with the document: « écrite » for a letter."""
    return participle + "e" if feminine(form) else participle


def plan_title(form: DocumentType) -> str:
    """« La lettre suivra ce plan »."""
    return f"{sentence_case(form.noun)} suivra ce plan"


def reading_wait(seconds_left: float | None) -> str:
    """« Encore 35 secondes environ. », or what happens when nobody knows yet."""
    if seconds_left is None:
        return "La lecture vient d’abord, puis la rédaction."
    return f"Encore {duration(seconds_left)} environ, puis la rédaction."


def writing_wait(seconds_left: float | None, reading_seconds: float | None) -> str:
    """« Encore 50 secondes environ. Lecture faite en 41 secondes. », as far as it is known."""
    parts = []
    if seconds_left is not None:
        parts.append(f"Encore {duration(seconds_left)} environ.")
    if reading_seconds is not None:
        parts.append(f"Lecture faite en {exact_duration(reading_seconds)}.")
    return " ".join(parts) or "Encore un instant."


def sections_done(done: int, total: int) -> str:
    """« 9 rubriques sur 12 »."""
    return f"{count(done, 'rubrique')} sur{NBSP}{total}"


def missing(titles: Sequence[str]) -> str:
    """« manque : résultats en attente, suites »; empty when nothing is missing."""
    if not titles:
        return ""
    named = (title[:1].lower() + title[1:] for title in titles)
    return f"manque{NBSP}: {', '.join(named)}"


def coverage_title(coverage: Coverage) -> str:
    """« Source lue en entier », or the share that was read."""
    if coverage.complete:
        return "Source lue en entier"
    return f"{percent(coverage.read, coverage.total)}{NBSP}% de la source lue"


def used_fact(used: int, unsorted: int, total: int, form: DocumentType) -> str:
    """« 81 % repris dans la lettre », or « 81 % repris, dont 20 % à classer »; in characters."""
    share = f"{percent(used, total)}{NBSP}% repris"
    if unsorted:
        return f"{share}, dont {percent(unsorted, total)}{NBSP}% à classer"
    return f"{share} dans {form.noun}"
