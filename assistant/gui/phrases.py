"""What the window says, in French: counts, durations and the sentences that depend on a state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from assistant.documents import Coverage, Mode
from assistant.drafting.document_type import DocumentType
from assistant.model_store.fit import gigabytes

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
NBSP = "\u00a0"
THIN = "\u202f"

SOURCE_MISSING = "Il manque la source"
NOTHING_LEAVES = "Aucune donnée ne sort de ce poste"
MODES = {Mode.STRICT_COPY: "Copie stricte", Mode.VERIFIED: "Rédaction vérifiée"}
MODE_HELP = {
    Mode.STRICT_COPY: "Vos phrases sont rangées sous les rubriques du document, mot pour mot. "
    "Rien n’est réécrit.",
    Mode.VERIFIED: "Le texte est rédigé par le modèle avec les seuls nombres de votre source, "
    "puis comparé à elle" + NBSP + ": les points à vérifier sont à côté.",
}
NOT_COPIED = f"Pas de copie stricte pour ce document{NBSP}: il faut un modèle qui rédige."
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


def about(seconds: float) -> str:
    """« moins d’une seconde », or about how long."""
    return "moins d’une seconde" if seconds < 1 else f"environ {duration(seconds)}"


def words_per_minute(value: float) -> str:
    """« 1 200 mots par minute », to two digits that count."""
    step = 10 ** max(len(str(round(value))) - 2, 0)
    return f"{count(round(value / step) * step, 'mot')} par minute"


def day(moment: date) -> str:
    """« 22 novembre 2026 »."""
    number = "1er" if moment.day == 1 else str(moment.day)
    return f"{number}{NBSP}{_MONTHS[moment.month - 1]}{NBSP}{moment.year}"


def day_and_time(moment: datetime) -> str:
    """« 14 mai 2026 à 10 h 12 »."""
    day = f"1er{NBSP}" if moment.day == 1 else f"{moment.day}{NBSP}"
    return f"{day}{_MONTHS[moment.month - 1]}{NBSP}{moment.year} à {clock(moment)}"


def words_in_context(context: int) -> int:
    """About how many words of a source fit ``context`` tokens, room for the draft set aside: a
    French word is about two tokens."""
    return round((context - min(1500, context // 3) - 400) / 200) * 100


def largest_model(size: int) -> str:
    """What file of a model fits, in words."""
    if size < 50 << 20:
        return "Aucun autre modèle, tant que d’autres programmes occupent la mémoire"
    return f"Un fichier de modèle de {gigabytes(size)} environ, au plus"


def sentence_case(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def feminine(form: DocumentType) -> bool:
    """Whether the document's noun is feminine (« la lettre »)."""
    return form.noun.startswith("la ")


def agreed(form: DocumentType, participle: str) -> str:
    """``participle`` agreed with the document: « écrite » for a letter."""
    return participle + "e" if feminine(form) else participle


def once_written(form: DocumentType) -> str:
    """« Une fois la lettre écrite »: why what is for a draft is off."""
    return f"Une fois {form.noun} {agreed(form, 'écrit')}"


def plan_title(form: DocumentType) -> str:
    """« La lettre suivra ce plan »."""
    return f"{sentence_case(form.noun)} suivra ce plan"


def reading_wait(seconds_left: float | None) -> str:
    """« Encore 35 secondes environ. », or what happens when nobody knows yet."""
    if seconds_left is None:
        return "La lecture vient d’abord, puis la rédaction."
    return f"Encore {duration(seconds_left)} environ, puis la rédaction."


def too_long(fitting: int, whole: int) -> str:
    """« Ce modèle ne lira que les 3 200 premiers mots, sur 4 000. », both in words."""
    return (
        f"Ce modèle ne lira que les {number(fitting)} premiers mots, sur{NBSP}{number(whole)}. "
        "Pour tout garder, arrêtez et coupez la source en plusieurs documents."
    )


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


def about_used(used: int, total: int) -> str:
    """« environ 81 % repris », where what is used is told by comparing sentences."""
    return f"environ {percent(used, total)}{NBSP}% repris"


def used_fact(used: int, unsorted: int, total: int, form: DocumentType) -> str:
    """« 81 % repris dans la lettre », or « 81 % repris, dont 20 % à classer »; in characters."""
    share = f"{percent(used, total)}{NBSP}% repris"
    if unsorted:
        return f"{share}, dont {percent(unsorted, total)}{NBSP}% à classer"
    return f"{share} dans {form.noun}"
