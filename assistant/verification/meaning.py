"""Things said the other way round: denied, doubted, somebody else's, past in one text only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.documents import Span
from assistant.findings import Finding, Kind, Severity
from assistant.verification.assertions import Qualified, Qualifier
from assistant.verification.lexicon import lexicon
from assistant.verification.reading import Reading
from assistant.verification.treatments import folded_keeping
from assistant.verification.words import Word


@dataclass(frozen=True, slots=True)
class _Texts:
    """What to say of a qualifier that only one text has."""

    kind: Kind
    title: str
    lost: str
    added: str


_TEXTS = {
    Qualifier.NEGATED: _Texts(
        Kind.NEGATION,
        "Négation différente de la source",
        "La source dit que non : « {source} ».",
        "La source ne le nie pas : « {source} ».",
    ),
    Qualifier.DOUBTED: _Texts(
        Kind.CERTAINTY,
        "Certitude différente de la source",
        "La source n’en est pas sûre : « {source} ».",
        "La source l’affirme : « {source} ».",
    ),
    Qualifier.FAMILY: _Texts(
        Kind.PERSON,
        "Personne différente de la source",
        "La source le dit d’un proche : « {source} ».",
        "La source le dit de la personne elle-même : « {source} ».",
    ),
    Qualifier.PAST: _Texts(
        Kind.TIME,
        "Passé ou présent différent de la source",
        "La source le dit ancien : « {source} ».",
        "La source le dit actuel : « {source} ».",
    ),
}
_LONGEST_QUOTE = 80  # characters
# What says so by itself, counted in two sentences of the same words.
_CUES = {
    Qualifier.NEGATED: re.compile(r"\b(?:pas|ps|sans|aucune?s?|absence|ni|jamais|non)\b"),
    Qualifier.DOUBTED: re.compile(
        r"\b(?:suspicion|suspect\w+|possibles?|probables?|probablement)\b"
    ),
    Qualifier.FAMILY: re.compile(
        r"\b(?:(?:pere|mere)(?!\s+d[e'])|frere|soeur|oncle|tante|familia\w+)\b"
    ),
    Qualifier.PAST: re.compile(r"\b(?:ancien(?:ne)?s?|antecedents?|sevree?s?|gueri\w*)\b"),
}
_ASKED = re.compile(r"\?|\b(?:si|s'il|demande|peut)\b")
# How alike, as shared words over all words, and how long twins are.
_TWIN, _FEWEST_TWIN_WORDS = 0.75, 4


class Meaning:
    """The draft's statements whose sense differs from the source's."""

    def __init__(self, source: Reading, draft: Reading) -> None:
        self.source = source
        self.draft = draft

    def findings(self) -> Iterator[Finding]:
        """Every difference, in no order."""
        for qualifier in Qualifier:
            yield from self._lost(qualifier)
            yield from self._added(qualifier)
        yield from self._contraries()
        yield from self._cues()

    def _lost(self, qualifier: Qualifier) -> Iterator[Finding]:
        """Heads that the source qualifies, and that the draft gives bare in the same place."""
        for head, group in self._heads(self.source, qualifier):
            for word in self.draft.places.get(head, ()):
                if self._excused(word, qualifier) or self._in_a_title(self.draft, word.span):
                    continue
                if self._tells_of(word, group.span, self.draft, self.source, qualifier):
                    yield self._finding(qualifier, word, group.span, lost=True)
                    break

    def _added(self, qualifier: Qualifier) -> Iterator[Finding]:
        """Heads that the draft qualifies, and that the source gives bare in the same place."""
        for head, group in self._heads(self.draft, qualifier):
            if qualifier is Qualifier.PAST and self._among_antecedents(group.span):
                continue
            bare = [
                word
                for word in self.source.places.get(head, ())
                if not self._has(self.source, word, qualifier)
                and not self._in_a_title(self.source, word.span)
                and not (qualifier is Qualifier.DOUBTED and self._asked(word.span))
            ]
            near = [
                word
                for word in bare
                if self._tells_of(word, group.span, self.source, self.draft, qualifier)
            ]
            if near:
                mine = self.draft.places[head]
                word = next((w for w in mine if w.span.start >= group.span.start), mine[0])
                yield self._finding(qualifier, word, near[0].span, lost=False)

    def _asked(self, span: Span) -> bool:
        """Whether the source's sentence asks, or sets a condition: it affirms nothing."""
        sentence = self.source.sentence_at(span.start).span.cut(self.source.text)
        return _ASKED.search(folded_keeping(sentence)) is not None

    def _in_a_title(self, reading: Reading, span: Span) -> bool:
        return reading.sentence_at(span.start).is_title

    def _among_antecedents(self, span: Span) -> bool:
        """Whether the draft's title already says that it is past."""
        title = self.draft.sentence_at(span.start).title
        return re.match(r"ant[ée]c|atcd", title, re.IGNORECASE) is not None

    def _heads(self, reading: Reading, qualifier: Qualifier) -> Iterator[tuple[str, Qualified]]:
        """The first stem of each group under ``qualifier``: what is denied, doubted…; once for
        each sentence."""
        done: set[tuple[str, int]] = set()
        for group in reading.qualified:
            head = next(iter(reading.stems_in(group.span)), None)
            if group.qualifier is not qualifier or head is None:
                continue
            key = (head, reading.sentence_at(group.span.start).span.start)
            if key not in done:
                done.add(key)
                yield head, group

    def _tells_of(
        self, word: Word, group: Span, bare: Reading, qualified: Reading, qualifier: Qualifier
    ) -> bool:
        """Whether ``word``, bare in one text, tells of the same as ``group``, qualified in the
        other: their sentences share something more than the word itself, more than the sentence
        of ``word`` shares with any that names it bare too, and nothing of the group is qualified
        in the sentence of ``word``."""
        sentence = set(bare.stems_in(bare.sentence_at(word.span.start).span))
        stems = set(qualified.stems_in(group))
        for near in bare.words_in(bare.sentence_at(word.span.start).span):
            if stems & set(near.stems) and self._has(bare, near, qualifier):
                return False
        there = self._shared(sentence, qualified, group.start)
        others = [
            self._shared(sentence, qualified, other.span.start)
            for stem in word.stems
            for other in qualified.places.get(stem, ())
            if not self._has(qualified, other, qualifier)
        ]
        told = set(qualified.stems_in(qualified.sentence_at(group.start).span))
        alone = len(sentence) <= len(word.stems) or told <= stems
        return (there > 1 or alone) and there > max(others, default=0)

    @staticmethod
    def _shared(sentence: set[str], reading: Reading, place: int) -> int:
        return len(sentence & set(reading.stems_in(reading.sentence_at(place).span)))

    def _has(self, reading: Reading, word: Word, qualifier: Qualifier) -> bool:
        return qualifier in reading.qualifiers_of(word)

    def _excused(self, word: Word, qualifier: Qualifier) -> bool:
        """Whether the draft says the same as the source in its own way."""
        said = self.draft.qualifiers_of(word)
        # To deny what was doubted is told once, as the denial.
        return qualifier in said or (qualifier is Qualifier.DOUBTED and Qualifier.NEGATED in said)

    def _contraries(self) -> Iterator[Finding]:
        """« fébrile » where the source's nearest sentence has « apyrétique »."""
        contraries = lexicon().contraries
        places = self.source.folded_places
        for word in self.draft.words:
            contrary = contraries.get(word.folded)
            if contrary not in places or self._denied(self.draft, word):
                continue
            sentence = set(self.draft.stems_in(self.draft.sentence_at(word.span.start).span))
            same = [
                self._shared(sentence, self.source, w.span.start)
                for w in places.get(word.folded, ())
            ]
            other = max(
                (w for w in places[contrary] if not self._denied(self.source, w)),
                key=lambda w: self._shared(sentence, self.source, w.span.start),
                default=None,
            )
            if other is None or self._shared(sentence, self.source, other.span.start) <= max(
                same, default=-1
            ):
                continue
            said = other.span.cut(self.source.text)
            yield Finding(
                Kind.NEGATION,
                Severity.GRAVE,
                word.span,
                other.span,
                "Contraire de la source",
                f"La source dit « {said} ».",
                "",
                said,
                word.span.cut(self.draft.text),
                said,
            )

    def _denied(self, reading: Reading, word: Word) -> bool:
        return Qualifier.NEGATED in reading.qualifiers_of(word)

    def _cues(self) -> Iterator[Finding]:
        """A sentence copied but for a « pas », a « sans », a « possible »."""
        for sentence in self.draft.sentences:
            twin = self._twin(sentence.span)
            if twin is None:
                continue
            for qualifier, pattern in _CUES.items():
                common = set(self.draft.stems_in(sentence.span)) & set(self.source.stems_in(twin))
                mine = self._found(pattern, self.draft, sentence.span, common)
                theirs = self._found(pattern, self.source, twin, common)
                if len(mine) != len(theirs):
                    lost = len(mine) < len(theirs)
                    where = self._changed(sentence.span, twin)
                    texts = _TEXTS[qualifier]
                    quote = _short(
                        twin.cut(self.source.text), theirs[0].start - twin.start if theirs else 0
                    )
                    yield Finding(
                        texts.kind,
                        Severity.GRAVE,
                        where,
                        twin,
                        texts.title,
                        (texts.lost if lost else texts.added).format(source=quote),
                        draft_value=where.cut(self.draft.text),
                    )

    def _changed(self, sentence: Span, twin: Span) -> Span:
        """Where the draft's sentence parts from its twin: the words around the cue that differs."""
        here, there = sentence.cut(self.draft.text), twin.cut(self.source.text)
        pairs = enumerate(zip(here, there, strict=False))
        common = next((i for i, (a, b) in pairs if a != b), min(len(here), len(there)))
        start = here.rfind(" ", 0, common) + 1
        words = re.compile(r"\S+(?:\s+\S+){0,3}").match(here, start)
        end = words.end() if words else len(here)
        return Span(sentence.start + start, sentence.start + end)

    def _found(
        self, pattern: re.Pattern[str], reading: Reading, sentence: Span, common: set[str]
    ) -> list[Span]:
        """The cues of a sentence that bear on something its twin says too: the content word after
        them, or the one before where none follows."""
        plain = folded_keeping(sentence.cut(reading.text))
        found = []
        for match in pattern.finditer(plain):
            cue = Span(sentence.start + match.start(), sentence.start + match.end())
            after = reading.stems_in(Span(cue.end, sentence.end))
            before = reading.stems_in(Span(sentence.start, cue.start))
            if (after or before[-1:]) and (after or before[-1:])[0] in common:
                found.append(cue)
        return found

    def _twin(self, sentence: Span) -> Span | None:
        """The source's sentence that says nearly the same words, if there is one."""
        mine = set(self.draft.stems_in(sentence))
        if len(mine) < _FEWEST_TWIN_WORDS:
            return None
        best: tuple[float, Span | None] = (_TWIN, None)
        for other in self.source.sentences:
            theirs = set(self.source.stems_in(other.span))
            likeness = len(mine & theirs) / len(mine | theirs)
            if likeness > best[0]:
                best = (likeness, other.span)
        return best[1]

    def _finding(self, qualifier: Qualifier, word: Word, theirs: Span, *, lost: bool) -> Finding:
        texts = _TEXTS[qualifier]
        sentence = self.source.sentence_at(theirs.start).span
        quote = _short(sentence.cut(self.source.text), theirs.start - sentence.start)
        message = (texts.lost if lost else texts.added).format(source=quote)
        severity = (
            Severity.MINOR
            if qualifier is Qualifier.PAST or (qualifier is Qualifier.DOUBTED and not lost)
            else Severity.GRAVE
        )
        return Finding(
            texts.kind,
            severity,
            word.span,
            theirs,
            texts.title,
            message,
            draft_value=word.span.cut(self.draft.text),
        )


def _short(sentence: str, place: int) -> str:
    if len(sentence) <= _LONGEST_QUOTE:
        return sentence
    start = max(0, min(place - _LONGEST_QUOTE // 2, len(sentence) - _LONGEST_QUOTE))
    return ("… " if start else "") + sentence[start : start + _LONGEST_QUOTE].strip() + " …"
