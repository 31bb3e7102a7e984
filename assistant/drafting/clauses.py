"""A source cut into the clauses that strict copy files, each with its offsets.

Cuts are careful: a clause that loses its negation or its drug is worse than one that is too
long, so a comma is a border only where what follows plainly opens another subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.documents import Clause, Span
from assistant.drafting.labels import is_title, label_at

# A full stop after one of these never ends a sentence; after a short word or a single letter
# (« irr. », « 10 j. ») it does when a capital or a figure follows.
_TITLES = re.compile(r"drs?|prs?|mr|mme|mlle|m|ste?|cf|env|bd|av|t[eé]l|r[eé]f|art")
_SHORT = re.compile(r"resp|.{1,3}")
_SENTENCE_END = re.compile(r"[.!?…]+[\"»)\]]*(?=\s|$)|[.!?…]+(?=[A-ZÉÈÀÂÎÔÇ][a-zéèêàâîôç])|;")
_BULLET = re.compile(r"\s*(?:[-–—•*·▪‣o]|\(?\d{1,2}[.)°]-?)\s+(?=\S)")
# What may open a clause of its own after a comma: measurements and changes of subject.
_STARTER = re.compile(
    r"""(?:(?i:sous(?=\s)|traitée?s?\s+par|allergi(?:e|que)\s+(?:à|au|aux)|pas\s+d['’]allergie
        |à\s+l['’]examen|auscultation|palpation|adressée?\s+par|vit\s+(?:seule?|avec|en)
        |rdv|contrôle|à\s+revoir|revoir|retour\s+à|sortie\s+le|tabac|alcool)\b
      |(?:TA|PA|FC|FR|SpO2|Sat|GCS|EVA|IMC|ECG|ETT|TDM|IRM|Rx|RP|CRP|NFS|BU|HbA1c|ATCD|TTT)\b)""",
    re.VERBOSE,
)
# A negation holds over the commas that follow it: no cut there.
_COMMA = re.compile(r",\s+")
# Characters; what a model reads of one clause without losing its middle.
_LONGEST = 600
_NEGATION = re.compile(r"\b(?:pas|sans|ni|aucune?s?|absence|non|nie|0|jamais)\b|Ø", re.IGNORECASE)


def clauses(text: str) -> list[Clause]:
    """The clauses of ``text`` in order; together they hold every character but blanks."""
    found = []
    for start, end in _sentences(text):
        for piece_start, piece_end in _pieces(text, start, end):
            label = label_at(text, piece_start, piece_end)
            content, topic = (piece_start, "") if label is None else (label[0], label[1].value)
            alone = content >= piece_end
            if alone or not is_title(text[piece_start:content]):
                content = piece_start
            found.append(Clause(Span(piece_start, piece_end), Span(content, piece_end), topic))
    return found


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\n\r]+", text):
        start, end = line.span()
        bullet = _BULLET.match(text, start, end)
        if bullet:
            # The bullet belongs to no clause's content, yet is covered: it is a blank of layout.
            start = bullet.end()
        for stop in _SENTENCE_END.finditer(text, start, end):
            if _is_border(text, start, stop):
                yield from _trimmed(text, start, stop.end())
                start = stop.end()
        yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(c.isalnum() for c in text[start:end]):
        yield start, end


def _is_border(text: str, start: int, stop: re.Match[str]) -> bool:
    if stop[0] != ".":
        return True
    word = re.search(r"[\w°]+$", text[start : stop.start()])
    if word is None:
        return True
    before = word[0].lower()
    if _TITLES.fullmatch(before) or re.fullmatch(r"[A-ZÉ]", word[0]):  # « Dr. », an initial
        return False
    after = text[stop.end() : stop.end() + 2].strip()
    acronym = len(before) > 1 and word[0].isupper()  # « pas d’HTA. sœur : … » does end there
    return acronym or not (_SHORT.fullmatch(before) and after[:1].islower())


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece_start, piece_end in _split_at_starters(text, start, end):
        while piece_end - piece_start > _LONGEST:
            border = _last_gap(text, piece_start, piece_start + _LONGEST)
            yield from _trimmed(text, piece_start, border)
            piece_start = border
        yield from _trimmed(text, piece_start, piece_end)


def _last_gap(text: str, start: int, end: int) -> int:
    """Where a piece that is too long is cut: after a comma if there is one, else at a space."""
    for gap in (", ", " "):
        found = text.rfind(gap, start + _LONGEST // 2, end)
        if found > 0:
            return found + len(gap)
    return end


def _split_at_starters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for comma in _COMMA.finditer(text, start, end):
        border, following = comma.span()
        opens = _STARTER.match(text, following, end)
        if opens and not _NEGATION.search(text, start, border):
            yield start, border
            start = following
    yield start, end
