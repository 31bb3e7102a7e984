"""What is said of a point: its evidence, its actions, its decision. In French, on one screen."""

from __future__ import annotations

import re
import textwrap

from assistant.findings import Finding, Kind
from assistant.gui.phrases import NBSP, THIN, count
from assistant.gui.points import Decision, Point

SHORT = 22
LONGEST_QUOTE = 220

SOURCE, DRAFT = "Source", "Brouillon"
ABSENT = "ne le dit pas"
NOT_A_REREADING = "Ce contrôle ne remplace pas votre relecture."
TO_COME = "Les points à vérifier viendront ici"
TO_COME_HOW = (
    "Une fois le brouillon écrit, ou collé, chaque nombre, médicament et date est comparé à la "
    "source. Ce qui diffère, ce qui manque et ce qui n’a pas d’appui s’affiche dans cette colonne."
)
GRAVE_MEANS = f"Grave{NBSP}: à décider avant l’export"
MINOR_MEANS = f"Mineur{NBSP}: à voir, sans bloquer"
SOURCE_MISSING = "Il manque la source"
SOURCE_MISSING_HOW = "Collez-la à gauche pour lui comparer ce brouillon."
CHECKING = "Contrôle en cours"
CHECKING_SLOWLY = "Il se prépare. Comptez quelques secondes."
NOTHING_FOUND = "Aucun point à vérifier"
NOTHING_FOUND_HOW = "Le contrôle n’a trouvé ni différence avec la source, ni oubli."

_TYPOGRAPHY = (
    (re.compile(r"«\s*"), f"«{NBSP}"),
    (re.compile(r"\s*»"), f"{NBSP}»"),
    (re.compile(r" :"), f"{NBSP}:"),
    (re.compile(r"\s*([;?!])(?=\s|$)"), rf"{THIN}\1"),
    (re.compile(r"(\d) (?=[^\W\d]|[%°])"), rf"\1{NBSP}"),
)


def typeset(text: str) -> str:
    """``text`` on one line, with French no-break spaces."""
    line = " ".join(text.split(" "))
    for pattern, by in _TYPOGRAPHY:
        line = pattern.sub(by, line)
    return line


def shortened(text: str, length: int = SHORT) -> str:
    """``text`` on one line of at most ``length`` characters."""
    return textwrap.shorten(text, length, placeholder="…")


def evidence(finding: Finding) -> str:
    """The line under a closed point's title."""
    mine, theirs = _line(finding.draft_value), _line(finding.source_value)
    if finding.kind is Kind.STATEMENT:
        return quoted(mine)
    of = f"{finding.subject}{NBSP}: " if finding.subject else ""
    if finding.kind is Kind.OMISSION:
        return theirs if not of or finding.subject.casefold() in theirs.casefold() else of + theirs
    if mine and theirs:
        return f"{of}{mine}, source{NBSP}: {theirs}"
    return of + (mine or theirs) if mine or theirs else typeset(finding.message)


def reason(finding: Finding) -> str:
    """Why it is a point; a sentence that is shown is not quoted again."""
    if finding.kind is Kind.STATEMENT:
        return "Rien dans la source ne le dit."
    return typeset(finding.message)


def compared(finding: Finding) -> list[tuple[str, str]]:
    """What the source says and what the draft says, by name; empty where it does not say it."""
    theirs, mine = _short_value(finding.source_value), _short_value(finding.draft_value)
    if finding.kind is Kind.OMISSION:
        return [(SOURCE, theirs)]
    if finding.kind is Kind.STATEMENT:
        return [(DRAFT, mine)]
    return [(SOURCE, theirs), (DRAFT, mine)]


def main_action(finding: Finding) -> str:
    """What corrects the draft."""
    if finding.kind is Kind.OMISSION:
        return "Ajouter au brouillon"
    if finding.kind is Kind.STATEMENT:
        return "Supprimer la phrase"
    if finding.replacement is not None:
        return f"Remplacer par {_named(finding.replacement)}"
    return "Corriger le passage"


def other_action(finding: Finding) -> str:
    """What leaves the draft as it is."""
    if finding.kind is Kind.OMISSION:
        return "Laisser de côté"
    if finding.kind is Kind.STATEMENT or not finding.draft_value:
        return "Garder"
    return f"Garder {_named(finding.draft_value)}"


def decided(point: Point) -> str:
    """« Gardé : bisoprolol 2,5 mg »."""
    finding = point.finding
    words = {
        Decision.KEPT: ("Gardé", finding.draft_value),
        Decision.LEFT_OUT: ("Laissé de côté", finding.source_value),
        Decision.REPLACED: ("Corrigé", finding.replacement or ""),
        Decision.ADDED: ("Ajouté", finding.source_value),
        Decision.REMOVED: ("Supprimé", finding.draft_value),
    }
    if point.decision is None:
        return ""
    verb, value = words[point.decision]
    of = [finding.subject, _line(value)] if finding.kind is not Kind.OMISSION else [_line(value)]
    what = " ".join(part for part in of if part) or finding.title
    return f"{verb}{NBSP}: {what}"


def spoken(point: Point) -> str:
    """All of a point in one sentence, for the ear."""
    finding = point.finding
    rank = "Grave" if point.grave else "Mineur"
    said = decided(point) or f"{evidence(finding)}. {typeset(finding.message)}"
    return f"{rank}{NBSP}: {finding.title}. {said}"


def graves_to_decide(number: int) -> str:
    """« 2 points graves à décider »."""
    if number == 1:
        return f"1{NBSP}point grave à décider"
    return f"{number}{NBSP}points graves à décider"


def found(number: int) -> str:
    """« 5 points »."""
    return count(number, "point")


def quoted(text: str) -> str:
    """``text`` between guillemets."""
    return f"«{NBSP}{text}{NBSP}»"


def _short_value(value: str) -> str:
    line = _line(shortened(value, LONGEST_QUOTE))
    figure = len(line) <= SHORT and any(character.isdigit() for character in line)
    return line.replace(" ", NBSP) if figure else line


def _line(text: str) -> str:
    return typeset(" ".join(text.split()))


def _named(value: str) -> str:
    """A figure as it is, words between guillemets, both short enough for a button."""
    short = shortened(value)
    if any(character.isdigit() for character in short):
        return _line(short).replace(" ", NBSP)
    return quoted(short)
