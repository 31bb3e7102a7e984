"""What training never reads: the documents that the development question sets are made from."""

from __future__ import annotations

import re
import zlib

from models.recipes.embedder.sections import ADVICE, CARDS, DOCUMENTATION, Section

# Whole codes: an article's neighbours would give its words away.
_CODES = {
    "LEGITEXT000006071190": "recherche",
    "LEGITEXT000006070719": "pénal",
    "LEGITEXT000045476241": "pénitentiaire",
    "LEGITEXT000006074067": "mutualité",
    "LEGITEXT000006070987": "postes et communications électroniques",
}
_ONE_IN = 5  # documents of a documentation, substances of the medicine cards
_SUBSTANCES = re.compile(r"Substances? actives? : (.*)")


def substances(card: str) -> str:
    """The active substances of a medicine card, without doses; "" where none is told."""
    told = _SUBSTANCES.search(card)
    return re.sub(r"\d[^;]*", "", told[1]).strip(" .") if told else ""


def is_held_out(section: Section) -> bool:
    """Whether ``section`` belongs to a document left to the question sets."""
    if section.source == ADVICE:
        return True
    if section.source in DOCUMENTATION:
        return zlib.crc32(section.document.encode()) % _ONE_IN == 0
    if section.source == CARDS:
        return zlib.crc32(substances(section.body).encode()) % _ONE_IN == 0
    return any(code in section.document for code in _CODES)
