"""A text cut into lines and sentences, and under which title each of them stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.documents import Span

_END = re.compile(
    r"(?<![\s(][A-Z])(?<!\bDr)(?<!\bPr)(?<!\bMr)(?<!\bM)(?<!\bMme)(?<!\birr)(?<!\benv)(?<!\bcf)"
    r"[.!?…]+[\"»)\]]*(?=\s+(?:[A-ZÉÈÀÂÎÔÇŒ«\"(•–-]|\d)|\s*$)|(?<=[a-zé]{4})[.!?](?=\s+[a-zé])|;"
)
_LINE = re.compile(r"[^\n\r]+")
_BULLET = re.compile(r"\s*(?:[-–—•*·▪]|\(?\d{1,2}[.)])\s+")
_TITLE_END = re.compile(r"\s*:\s*$")
_NAMED_TITLE = re.compile(
    r"(?:ant[ée]c[ée]dents?|traitements?|mode de vie|examens?|biologie|imagerie|r[ée]sultats?"
    r"|[ée]volution|conclusion|ordonnance|conseils|suivi|suites|allergies?|histoire|motif|bilan|pilulier"
    r"|d[ée]marches|situation|[ée]valuation|demande|conduite [àa] tenir)\b(?:\s+\w+){0,4}$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 7  # words


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a line without a full stop. ``title`` is what it stands under, or empty;
    ``is_title`` for a title itself."""

    span: Span
    title: str = ""
    is_title: bool = False


def sentences(text: str) -> list[Sentence]:
    """The sentences of ``text`` in order; titles are lines of their own or « ATCD : » heads."""
    found: list[Sentence] = []
    title = ""
    lines = list(_LINE.finditer(text))
    for number, line in enumerate(lines):
        if not line[0].strip():
            continue
        start, end = line.span()
        apart = number == 0 or "\n" in text[lines[number - 1].end() : start].replace("\n", "", 1)
        followed = number + 1 < len(lines) and bool(lines[number + 1][0].strip())
        if _is_title(line[0], apart, followed):
            title = _TITLE_END.sub("", line[0].strip(" #*"))
            found.append(Sentence(_trimmed(text, start, end), title, is_title=True))
            continue
        if apart and number and _blank_before(text, start):
            title = title if found and found[-1].is_title else ""
        bullet = _BULLET.match(text, start, end)
        start = bullet.end() if bullet else start
        for stop in _END.finditer(text, start, end):
            if stop.end() > start and text[start : stop.end()].strip(" .;"):
                found.append(Sentence(_trimmed(text, start, stop.end()), title))
                start = stop.end()
        if text[start:end].strip(" .;"):
            found.append(Sentence(_trimmed(text, start, end), title))
    return found


def _blank_before(text: str, start: int) -> bool:
    return text[:start].rstrip(" \t").endswith(("\n\n", "\r\n\r\n"))


def _is_title(line: str, apart: bool, followed: bool) -> bool:
    bare = line.strip(" #*")
    if not bare or len(bare.split()) > _LONGEST_TITLE or re.search(r"[.!?;,]$", bare):
        return False
    if _TITLE_END.search(bare):
        return not re.search(r"\d", bare)
    if _NAMED_TITLE.match(bare) and followed and not re.search(r"[\d:\t]", bare):
        return True
    return (
        apart and followed and not re.search(r"\d", bare) and bare[:1].isupper() and ":" not in bare
    )


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
