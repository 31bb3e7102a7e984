"""Small disturbances of a note as typed: accents, case, apostrophes, typing slips.

Each clause is disturbed by itself and the spans are moved along, so labels stay right.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from models.recipes.examples import Example

_SHORTER = [
    (re.compile(pattern, re.IGNORECASE), short)
    for pattern, short in [
        (r"\bantécédents?\b", "ATCD"),
        (r"\btension artérielle\b", "TA"),
        (r"\bpression artérielle\b", "PA"),
        (r"\bfréquence cardiaque\b", "FC"),
        (r"\bfréquence respiratoire\b", "FR"),
        (r"\bhypertension artérielle\b", "HTA"),
        (r"\btraitement\b", "TTT"),
        (r"\bpatiente?\b", "pt"),
        (r"\bdouleurs?\b", "dlr"),
        (r"\bexamen clinique\b", "ex clin"),
        (r"\bdroite?\b", "D"),
        (r"\bgauche\b", "G"),
        (r"\bjours\b", "j"),
        (r"\bsemaines\b", "sem"),
        (r"\bnormale?s?\b", "nl"),
        (r"\bavec\b", "ac"),
        (r"\bdepuis\b", "dps"),
        (r"\bsans\b", "ss"),
        (r"\btomodensitométrie\b", "TDM"),
        (r"\bscanner\b", "TDM"),
        (r"\béchographie\b", "écho"),
        (r"\bradiographie\b", "Rx"),
        (r"\bhémoglobine\b", "Hb"),
        (r"\bpar jour\b", "/j"),
        (r"\btempérature\b", "T°"),
        (r"\bprise en charge\b", "PEC"),
        (r"\bhospitalisation\b", "hospit"),
        (r"\bchirurgicale?\b", "chir"),
        (r"\bcontrôle\b", "ctrl"),
        (r"\bglobules blancs\b", "GB"),
        (r"\bplaquettes\b", "plaq"),
        (r"\bpost[- ]opératoires?\b", "post op"),
        (r"\bdiabète\b", "db"),
        (r"\b(?:il existe|on note|on notait|on retrouve|il présente|elle présente) ", ""),
    ]
]
_EMPTY = re.compile(
    r"\b(?:le|la|les|un|une|des|du|de la|est|était|étaient|a été|ont été|avait|ainsi que) ",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"^(?:l'|le |la |les |une? )?(.{3,40}?) (?:a |avait |ont |avaient )?"
    r"(?:montr\w+|objectiv\w+|retrouv\w+|révél\w+|trouv\w+|mis en évidence|not\w+) ",
    re.IGNORECASE,
)


def without_accents(text: str) -> str:
    """``text`` less its combining marks."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def telegraphic(clause_text: str, draw: random.Random) -> str:
    """A sentence in the shorthand of notes."""
    text = clause_text
    if draw.random() < 0.6:
        text = _HEADS.sub(lambda m: m[1] + draw.choice([" : ", ": ", " = ", " "]), text)
    for pattern, short in _SHORTER:
        if draw.random() < 0.7:
            text = pattern.sub(short, text)
    text = _EMPTY.sub(lambda m: "" if draw.random() < 0.7 else m[0], text)
    return text.rstrip(".") if draw.random() < 0.5 else text


def slips(text: str, draw: random.Random, rate: float) -> str:
    """Letters dropped, doubled or swapped, at about ``rate`` a letter."""
    letters = list(text)
    for i in range(len(letters) - 1):
        if letters[i].isalpha() and draw.random() < rate:
            kind = draw.randrange(3)
            if kind == 0:
                letters[i] = ""
            elif kind == 1:
                letters[i] *= 2
            else:
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
    return "".join(letters)


def disturbed(example: Example, draw: random.Random) -> Example:
    """``example`` as another hand might have typed it; half the time as it is."""
    if draw.random() < 0.4:
        return example
    changes: list[Callable[[str], str]] = []
    if draw.random() < 0.35:
        changes.append(lambda t: telegraphic(t, draw))
    if draw.random() < 0.25:
        changes.append(without_accents)
    if draw.random() < 0.25:
        changes.append(str.lower)
    if draw.random() < 0.3:
        changes.append(lambda t: slips(t, draw, 0.015))
    if draw.random() < 0.3:
        changes.append(lambda t: t.replace("'", "\u2019"))
    lined = draw.random() < 0.3  # clauses put on lines of their own, or run together
    dropped = 0.15 if draw.random() < 0.3 else 0.0
    text, spans, targets, before = "", [], [], 0
    for (start, end), target in zip(example.spans, example.targets, strict=True):
        gap = example.text[before:start]
        before = end
        if dropped and draw.random() < dropped:
            continue
        piece = example.text[start:end]
        for change in changes:
            piece = change(piece)
        if lined and text:
            gap = draw.choice(["\n", " ", "\n- ", "\n\n"]) if draw.random() < 0.5 else gap
        text += gap
        spans.append((len(text), len(text) + len(piece)))
        targets.append(target)
        text += piece
    if not spans:
        return example
    return Example(example.id, text, spans, targets, example.weight)
