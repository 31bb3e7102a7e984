"""Sentences of French text, as spans: nothing is changed, nothing between two is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.documents import Span

_END = re.compile(r"[.!?…]+(?:[ \u00a0\u202f]?[»”\")\]])*(?=\s)|\n")
# What follows a full stop without ending the sentence: « M. Durand », « art. 4 », « p. 12 ».
_SHORTENED = re.compile(
    r"(?:\b(?:M|MM|Mme|Dr|Pr|art|arr|p|pp|n|no|vol|éd|ex|cf|c.-à-d|etc|env|max|min|réf|coll|doi)"
    r"|\b[A-ZÀ-Ý]|\b[RLD])\.$",
)
# A mark or a reference that stands after the full stop still belongs to the sentence.
_BELONGS = re.compile(r"\s*(?:\[[^\[\]\n]{1,60}\]|\((?:source|sources)[^()\n]{1,40}\))[.]?")


def sentences(text: str, within: Span | None = None) -> Iterator[Span]:
    """The spans of the sentences of ``text``, spaces around them left out, in order."""
    start, stop = (0, len(text)) if within is None else (within.start, within.end)
    at = start
    while at < stop:
        end = _end_of_sentence(text, at, stop)
        span = _trimmed(text, at, end)
        if len(span):
            yield span
        at = end


def _end_of_sentence(text: str, at: int, stop: int) -> int:
    look = at
    while match := _END.search(text, look, stop):
        end = match.end()
        follows = text[end : end + 40].lstrip()
        goes_on = follows[:1].islower() or _SHORTENED.search(text[max(at, end - 12) : end])
        if text[match.start()] != "\n" and goes_on:
            look = end
            continue
        while belonging := _BELONGS.match(text, end, stop):
            end = belonging.end()
        return end
    return stop


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
