"""Where in the source each sentence of a draft comes from, and which come from nowhere.

A sentence is aligned with the source's sentences that hold most of its content, each word weighed
by how rare it is in the source; words that are not there may be met by near ones, where an
embedder says how near.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from assistant.documents import Span
from assistant.findings import Finding, Kind, Origin, Severity
from assistant.verification.reading import Reading
from assistant.verification.sentences import Sentence

# How near two words of folded text are, from 0 to 1.
Nearness = Callable[[str, str], float]

_ENOUGH = 0.45
# Where a treatment is told, its doses and rhythm are compared elsewhere; its words are few.
_ENOUGH_OF_A_TREATMENT = 0.3
_MOST_PLACES = 3
# Of one beginning: « plaq » and « plaquettes », « orbite » and « orbitaire ».
_SHORTEST_BEGINNING, _COMMON_BEGINNING = 4, 0.65
_OF_A_FIGURE = 1.5  # how much a figure weighs among words
_CUT_SHORT, _RELATED = 0.9, 0.7
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
# « Examen clinique : » names what follows and says nothing.
_HEADING = re.compile(r"[^\W\d_][^:;.,\n\d]{2,40}\s?:\s")
_GREETING = re.compile(
    r"^(?:(?:bien\s+)?(?:ch[eè]re?s?|mon\s+cher|ma\s+ch[eè]re)\b|bien\s+(?:confraternel|cordial|[àa]\s+vous)"
    r"|(?:tr[eè]s\s+)?cordialement|confraternel|je\s+(?:vous|te)\s+(?:remercie|prie)|merci|veuillez|avec\s+mes|salutations|sinc[eè]res|dr\.?\s|docteur\s"
    r"|je\s+reste\s+[àa]|à\s+compl[ée]ter|non\s+pr[ée]cis[ée])",
    re.IGNORECASE,
)


class Support:
    """The alignment of a draft with its source."""

    def __init__(self, source: Reading, draft: Reading, nearness: Nearness | None = None) -> None:
        self.source = source
        self.draft = draft
        self._nearness = nearness
        self._known: dict[str, dict[int, float]] = {}

    @cached_property
    def origins(self) -> list[Origin]:
        """One for each sentence of the draft that says something; titles and greetings do not."""
        return [
            self._origin(sentence)
            for sentence in self.draft.sentences
            if not sentence.is_title and not _GREETING.match(sentence.span.cut(self.draft.text))
        ]

    def findings(self) -> Iterator[Finding]:
        """The sentences that the source does not support."""
        for origin in self.origins:
            if origin.share >= self._enough(origin.sentence):
                continue
            text = origin.sentence.cut(self.draft.text)
            yield Finding(
                Kind.STATEMENT,
                Severity.MINOR,
                origin.sentence,
                origin.places[0] if origin.places and origin.share > 0 else None,
                "Phrase sans appui dans la source",
                f"Rien dans la source ne dit : « {text if len(text) < 90 else text[:88] + '…'} »",
                draft_value=text,
            )

    def _enough(self, sentence: Span) -> float:
        known = {t.code for t in self.source.treatments}
        told = any(
            sentence.start <= t.span.start < sentence.end and t.code in known
            for t in self.draft.treatments
        )
        return _ENOUGH_OF_A_TREATMENT if told else _ENOUGH

    def _origin(self, sentence: Sentence) -> Origin:
        stems = list(dict.fromkeys(self._said(self.draft, sentence.span)))
        if not stems:
            return Origin(sentence.span, (), 1.0)
        weights = {stem: self._weight(stem) for stem in stems}
        total = sum(weights.values())
        left, held = set(stems), 0.0
        places: list[Span] = []
        for _ in range(_MOST_PLACES):
            best, met = self._best(left, weights)
            gained = sum(weights[stem] * near for stem, near in met.items())
            if best is None or gained <= 0 or (places and gained < 0.15 * total):
                break
            places.append(best)
            held += gained
            left -= met.keys()
        return Origin(sentence.span, tuple(places), held / total)

    def _best(
        self, stems: set[str], weights: dict[str, float]
    ) -> tuple[Span | None, dict[str, float]]:
        """The source's sentence that meets most of ``stems``, and how well it meets each."""
        best: tuple[float, Span | None, dict[str, float]] = (0.0, None, {})
        for number in self._candidates(stems):
            met = {stem: near for stem in stems if (near := self._met(stem).get(number, 0.0)) > 0}
            score = sum(weights[stem] * near for stem, near in met.items())
            if score > best[0]:
                best = (score, self.source.sentences[number].span, met)
        return best[1], best[2]

    def _candidates(self, stems: set[str]) -> Sequence[int]:
        return sorted({n for stem in stems for n in self._met(stem)})

    def _met(self, stem: str) -> dict[int, float]:
        """The source's sentences that say ``stem``, or a word near it, and how near."""
        if stem not in self._known:
            there = dict.fromkeys(self._where.get(stem, ()), 1.0)
            for other in self._where:
                near = 0.0 if other == stem else self._near(stem, other)
                if near > 0:
                    for number in self._where[other]:
                        there[number] = max(near, there.get(number, 0.0))
            self._known[stem] = there
        return self._known[stem]

    def _near(self, stem: str, other: str) -> float:
        near = _beginning(stem, other)
        return near if self._nearness is None else max(near, self._nearness(stem, other))

    def _said(self, reading: Reading, span: Span) -> list[str]:
        """The stems of a sentence and its figures, without the heading it begins with."""
        heading = _HEADING.match(reading.text, span.start, span.end)
        if heading and reading.stems_in(Span(heading.end(), span.end)):
            span = Span(heading.end(), span.end)
        figures = (
            f"#{float(figure[0].replace(',', '.')):g}"
            for figure in _FIGURE.finditer(reading.text, span.start, span.end)
        )
        return [*reading.stems_in(span), *figures]

    @cached_property
    def _stems(self) -> list[frozenset[str]]:
        """The stems and figures of each sentence of the source."""
        return [
            frozenset(
                [
                    *self.source.stems_in(sentence.span),
                    *self._said(self.source, sentence.span),
                ]
            )
            for sentence in self.source.sentences
        ]

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, stems in enumerate(self._stems):
            for stem in stems:
                found.setdefault(stem, []).append(number)
        return found

    def _weight(self, stem: str) -> float:
        """Rare words count more; those the source never says count like its rarest."""
        count = len(self._where.get(stem, ())) or 1
        rarity = 1.0 + math.log((1 + len(self._stems)) / (1 + count))
        return rarity * (_OF_A_FIGURE if stem[0] == "#" else 1.0)


def _beginning(one: str, other: str) -> float:
    """How near two stems are by how they begin."""
    if one[:_SHORTEST_BEGINNING] != other[:_SHORTEST_BEGINNING] or one[0] == "#":
        return 0.0
    shorter, longer = sorted((len(one), len(other)))
    if shorter < _SHORTEST_BEGINNING:
        return 0.0
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), shorter)
    if common == shorter:
        return _CUT_SHORT
    return _RELATED if common >= max(5, _COMMON_BEGINNING * longer) else 0.0
