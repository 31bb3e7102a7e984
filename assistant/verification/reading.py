"""Everything a check reads in one text, by EDS-NLP and by our own rules."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.documents import Span
from assistant.verification.assertions import Qualified, Qualifier
from assistant.verification.measures import Measure
from assistant.verification.moments import Moment
from assistant.verification.sentences import Sentence
from assistant.verification.treatments import Treatment, folded_keeping
from assistant.verification.words import Word

_SIDE = re.compile(
    r"\b(?:(?P<right>droite?s?|dte?s?|dt)|(?P<left>gauches?|gche?s?)"
    r"|(?P<both>bilat\w*|des deux cotes))\b"
)
_LETTER = re.compile(
    r"(?<=[^\W\d_]\s)(?P<letter>[DG])(?=[\s.,;)]|$)"
    r"|\b(?:bras|main|pied|jambe|genou|hanche|[ée]paule|cheville|sein)\s(?P<small>[dg])(?=[\s.,;)]|$)"
)
_SHORT_SIDES = {
    **dict.fromkeys(("mid", "msd", "od", "fid", "lid", "lsd"), "droite"),
    **dict.fromkeys(("mig", "msg", "og", "fig", "lig", "lsg"), "gauche"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """« droite », « gauche » or « bilatéral », and the stems of what has that side."""

    span: Span
    side: str
    of: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """A text and what was read in it; every list is in the order of the text."""

    text: str
    sentences: list[Sentence]
    words: list[Word]
    qualified: list[Qualified]
    moments: list[Moment]
    measures: list[Measure]
    treatments: list[Treatment]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts."""
        return [word.span.start for word in self.words]

    @cached_property
    def places(self) -> dict[str, list[Word]]:
        """Each stem's words."""
        found: dict[str, list[Word]] = {}
        for word in self.words:
            for stem in word.stems:
                found.setdefault(stem, []).append(word)
        return found

    @cached_property
    def folded_places(self) -> dict[str, list[Word]]:
        """Each folded word's places."""
        found: dict[str, list[Word]] = {}
        for word in self.words:
            found.setdefault(word.folded, []).append(word)
        return found

    @cached_property
    def sides(self) -> list[Side]:
        """The sides that the text names."""
        return list(self._sides())

    def words_in(self, span: Span) -> list[Word]:
        """The words that start within ``span``."""
        first, last = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        return self.words[first:last]

    def stems_in(self, span: Span) -> list[str]:
        """The stems within ``span``, in order."""
        return [stem for word in self.words_in(span) for stem in word.stems]

    def sentence_at(self, place: int) -> Sentence:
        """The sentence that holds ``place``, or the last one before it."""
        index = bisect_right([s.span.start for s in self.sentences], place) - 1
        return self.sentences[max(index, 0)]

    def qualifiers_of(self, word: Word) -> frozenset[Qualifier]:
        """How ``word`` is said."""
        return self._by_word.get(word.span.start, frozenset())

    @cached_property
    def _by_word(self) -> dict[int, frozenset[Qualifier]]:
        found: dict[int, set[Qualifier]] = {}
        for qualified in self.qualified:
            for word in self.words_in(qualified.span):
                found.setdefault(word.span.start, set()).add(qualified.qualifier)
        for word in self.words:
            title = self.sentence_at(word.span.start)
            if re.match(r"ant[ée]c|atcd", title.title, re.IGNORECASE):
                found.setdefault(word.span.start, set()).add(Qualifier.PAST)
            if re.search(r"famil", title.title, re.IGNORECASE):
                found.setdefault(word.span.start, set()).add(Qualifier.FAMILY)
        return {start: frozenset(kinds) for start, kinds in found.items()}

    def _sides(self) -> Iterator[Side]:
        plain = folded_keeping(self.text)
        for match in _SIDE.finditer(plain):
            side = "droite" if match["right"] else "gauche" if match["left"] else "bilatéral"
            yield Side(Span(*match.span()), side, self._sided(Span(*match.span())))
        for match in _LETTER.finditer(self.text):
            letter = "letter" if match["letter"] else "small"
            span = Span(*match.span(letter))
            side = "droite" if match[letter].upper() == "D" else "gauche"
            yield Side(span, side, self._sided(span))
        for word in self.words:
            if word.folded in _SHORT_SIDES:
                of = frozenset(s for s in word.stems if s not in ("droit", "gauch"))
                yield Side(word.span, _SHORT_SIDES[word.folded], of)

    def _sided(self, span: Span) -> frozenset[str]:
        """The stems of what has the side: the words before it in its part of the sentence, else
        those after."""
        sentence = self.sentence_at(span.start).span
        before = self.text[sentence.start : span.start]
        cut = max(before.rfind(mark) for mark in ",;:(") + 1
        near = [w for w in self.words_in(Span(sentence.start + cut, span.start)) if w.stems][-3:]
        stems = {stem for word in near for stem in word.stems} - {"droit", "gauch"}
        if not stems:
            after = [w for w in self.words_in(Span(span.end, sentence.end)) if w.stems][:2]
            stems = {stem for word in after for stem in word.stems}
        return frozenset(stems - {"droit", "gauch"})
