"""The sentences of the found passages that answer best, verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.documents import Span
from assistant.retrieval.embedder import Embedder
from assistant.retrieval.search import Candidate, Findings
from assistant.retrieval.sentences import sentences
from assistant.retrieval.words import read_terms

_PASSAGES = 2
_SENTENCES = 4
_WHOLE = 320  # characters; a passage up to here is quoted whole
_GAP = 0.85  # of the best passage's score: one far behind is left out
_FEWEST_LETTERS = 20
_LEANS = re.compile(
    r"(?:Ils?|Elles?|Cela|Ceci|Ce|C’est|Ces|Cette|Celui|Celle|Ceux|Celles|Sinon|Ainsi|Donc|Mais|Car"
    r"|Puis|Ensuite|Pourtant|Toutefois|Cependant|En revanche|Au contraire|Dans ce cas|De même|Alors"
    r"|Leurs?|Ses|Son|Sa|Y|Là|Le sien)\b"
)
_EXAMPLES = ("exemple", "contre-exemple", "cas fictif")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, or a short passage, of the found passage number ``found``, at a span of its
    guide."""

    found: int
    span: Span


def quotes(findings: Findings, embedder: Embedder) -> list[Quote]:
    """What to quote: at most four sentences of at most two passages, best passage first and
    in the order of each passage."""
    quotable = [
        (found, candidate)
        for found, candidate in enumerate(findings.candidates)
        if not _is_example(candidate)
    ]
    chosen: list[Quote] = []
    for found, candidate in quotable[:_PASSAGES]:
        if candidate.score < _GAP * quotable[0][1].score:
            break
        room = _SENTENCES - len(chosen)
        chosen += [Quote(found, span) for span in _best_of(candidate, findings, embedder, room)]
    return chosen


def _best_of(
    candidate: Candidate, findings: Findings, embedder: Embedder, room: int
) -> Sequence[Span]:
    passage = candidate.passage
    if room <= 0:
        return ()
    found = list(sentences(passage.text))
    if len(passage.text) <= _WHOLE and len(found) <= room:
        kept = found
    else:
        wanted = {name for term in findings.asked.terms for name in term.names}
        texts = [span.cut(passage.text) for span in found]
        cosines = embedder.embed_passages(texts) @ findings.asked.vector
        shares = [_share(text, wanted) for text in texts]
        worthy = [i for i, text in enumerate(texts) if len(text) >= _FEWEST_LETTERS]
        order = sorted(worthy, key=lambda i: -(float(cosines[i]) + shares[i]))
        kept = [found[i] for i in _with_what_they_need(order[: min(2, room)], texts)]
    start = passage.span.start
    return [Span(start + span.start, start + span.end) for span in kept]


def _with_what_they_need(chosen: list[int], texts: list[str]) -> list[int]:
    """The sentences chosen, with the one that announces the list they are in, and the one before
    each that leans on it (« Il… », « Sinon… »); in order."""
    needed = set(chosen)
    if texts[0].endswith(":"):
        needed.add(0)
    for number in chosen:
        while number > 0 and _LEANS.match(texts[number]):
            number -= 1
            needed.add(number)
    return sorted(needed)


def _is_example(candidate: Candidate) -> bool:
    """Fiction, or what should not be done: found, but never quoted as an answer."""
    return any(heading.casefold().startswith(_EXAMPLES) for heading in candidate.passage.section)


def _share(text: str, wanted: set[str]) -> float:
    """The share of the wanted terms that ``text`` holds."""
    held = {name for term in read_terms(text) for name in term.names}
    return len(held & wanted) / len(wanted) if wanted else 0.0
