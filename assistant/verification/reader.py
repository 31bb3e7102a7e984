"""Reads a text with EDS-NLP (AP-HP), loaded once; its names of drugs are those of Romedi."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from assistant.documents import Span
from assistant.verification.assertions import Qualified, Qualifier, more
from assistant.verification.measures import measures, unit_at
from assistant.verification.moments import moments
from assistant.verification.patterns import drug_words
from assistant.verification.reading import Reading
from assistant.verification.sentences import sentences
from assistant.verification.treatments import Drug, treatments
from assistant.verification.words import folded, words

_QUALIFIERS = {
    "negation": Qualifier.NEGATED, "hypothesis": Qualifier.DOUBTED, "history": Qualifier.PAST,
}  # fmt: skip
# A word EDS-NLP has no drug for, a dose right after it: « Zorvalix 20 mg ».
_UNKNOWN = re.compile(
    r"(?<![^\W_])([A-ZÉÈ]?[^\W\d_]{5,})\s+(?=\d+(?:[.,]\d+)?\s?(?:mg|µg|mcg|g|UI|ui|gouttes|cp)\b)"
)


class Reader:
    """EDS-NLP's pipeline; some five seconds to load, some ten milliseconds a page."""

    def __init__(self) -> None:
        self._nlp = _pipeline()

    def read(self, text: str) -> Reading:
        """Everything a check needs of ``text``."""
        document = self._nlp(text)
        found = list(words(text))
        apart = moments(text)
        measured = measures(text, found, [moment.span for moment in apart])
        drugs = sorted(_drugs(document, text), key=lambda drug: drug.span.start)
        return Reading(
            text,
            sentences(text),
            found,
            more(text, list(_qualified(document))),
            apart,
            measured,
            treatments(text, drugs, measured),
        )


def _pipeline() -> Any:
    logging.getLogger("edsnlp").setLevel(logging.ERROR)
    from loguru import logger

    logger.disable("edsnlp")
    import edsnlp
    import edsnlp.pipes as eds

    nlp = edsnlp.blank("eds")
    nlp.add_pipe(eds.normalizer())
    nlp.add_pipe(eds.sentences())
    nlp.add_pipe(eds.drugs())
    for qualifier in (eds.negation, eds.hypothesis, eds.history):
        nlp.add_pipe(qualifier(on_ents_only=False))
    return nlp


def _drugs(document: Any, text: str) -> Iterator[Drug]:
    taken: list[Span] = []
    for span in document.spans["drug"]:
        place = Span(span.start_char, span.end_char)
        if _is_no_drug(folded(place.cut(text))) or _is_a_test(text, place):
            continue
        taken.append(place)
        yield Drug(place, span.kb_id_ or folded(place.cut(text)))
    for match in _UNKNOWN.finditer(text):
        place = Span(*match.span(1))
        if not any(t.start < place.end and place.start < t.end for t in taken) and not _is_word(
            match[1]
        ):
            yield Drug(place, folded(match[1]))


def _is_no_drug(name: str) -> bool:
    return name in drug_words()["substances"] or name.startswith("autre")


def _is_a_test(text: str, place: Span) -> bool:
    """« Potassium 3,4 mmol/L » is a result."""
    unit = re.match(r"\s*(?::|à|=)?\s*\d+(?:[.,]\d+)?", text[place.end : place.end + 20])
    if unit is None:
        return False
    written = unit_at(text, place.end + unit.end())
    return written is not None and "/l" in written[0]


def _is_word(word: str) -> bool:
    known = drug_words()
    plain = folded(word)
    return plain in known["ordinary_words"] or (
        word.islower() and not plain.endswith(known["endings"])
    )


def _qualified(document: Any) -> Iterator[Qualified]:
    """Runs of tokens under one qualifier."""
    for name, qualifier in _QUALIFIERS.items():
        start: int | None = None
        end = 0
        for token in document:
            if getattr(token._, name):
                start = token.idx if start is None else start
                end = token.idx + len(token.text)
            elif start is not None:
                yield Qualified(Span(start, end), qualifier)
                start = None
        if start is not None:
            yield Qualified(Span(start, end), qualifier)
