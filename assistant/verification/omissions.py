"""What a draft leaves out of its source that one would miss: told by rules, ranked by gravity."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.documents import Span
from assistant.findings import Finding, Kind, Severity
from assistant.verification.assertions import Qualifier
from assistant.verification.measures import Measure
from assistant.verification.patterns import Matter, matters
from assistant.verification.reading import Reading
from assistant.verification.sentences import Sentence
from assistant.verification.treatments import Fate, Treatment, folded_keeping

_ANTICOAGULANTS = "B01A"


class Omissions:
    """What the source says of weight and the draft does not."""

    def __init__(self, source: Reading, draft: Reading) -> None:
        self.source = source
        self.draft = draft
        self._said = set(draft.places)

    def findings(self) -> Iterator[Finding]:
        """Every omission, the source's order, at most one a sentence and matter."""
        yield from self._treatments()
        for sentence in self.source.sentences:
            if not sentence.is_title:
                yield from self._matters(sentence)
        yield from self._results()
        yield from self._hours()

    def _treatments(self) -> Iterator[Finding]:
        told: set[str] = set()
        for treatment in self.source.treatments:
            if treatment.code in told:
                continue
            mine = [t for t in self.draft.treatments if t.code == treatment.code]
            fates = {t.fate for t in self.source.treatments if t.code == treatment.code} - {None}
            told.add(treatment.code)
            if not mine and not self._names(treatment):
                yield self._drug_left_out(treatment, fates)
            elif mine:
                yield from self._change_left_out(treatment, mine)

    def _names(self, treatment: Treatment) -> bool:
        stems = self.source.stems_in(treatment.span)
        return bool(stems) and all(stem in self._said for stem in stems)

    def _drug_left_out(self, treatment: Treatment, fates: set[Fate | None]) -> Finding:
        name = treatment.name
        if Fate.REFUSED in fates:
            title, severity = "Allergie non reprise", Severity.GRAVE
        elif treatment.code.startswith(_ANTICOAGULANTS):
            title, severity = "Anticoagulant ou antiagrégant non repris", Severity.GRAVE
        elif fates & {Fate.STOPPED, Fate.INCREASED, Fate.DECREASED, Fate.STARTED}:
            title, severity = "Changement de traitement non repris", Severity.GRAVE
        else:
            title, severity = "Médicament non repris", Severity.MINOR
        message = f"La source parle de {name}, le brouillon non."
        return Finding(
            Kind.OMISSION,
            severity,
            None,
            treatment.said,
            title,
            message,
            name,
            treatment.said.cut(self.source.text).strip(" ,:"),
        )

    def _change_left_out(self, treatment: Treatment, mine: list[Treatment]) -> Iterator[Finding]:
        """A drug stopped or changed in the source, of which the draft does not say so."""
        changed = [
            t
            for t in self.source.treatments
            if t.code == treatment.code and t.fate in (Fate.STOPPED, Fate.INCREASED, Fate.DECREASED)
        ]
        fates = {t.fate for t in mine}
        for change in changed:
            if change.fate in fates or fates & {
                Fate.STOPPED,
                Fate.STARTED,
                Fate.INCREASED,
                Fate.DECREASED,
            }:
                continue
            if change.fate is Fate.STOPPED:
                return  # the comparison tells it, at the drug's place in the draft
            yield Finding(
                Kind.OMISSION,
                Severity.GRAVE,
                None,
                change.said,
                "Changement de traitement non repris",
                f"Dans la source, {change.name} est {change.fate}.",
                change.name,
                change.said.cut(self.source.text).strip(" ,:"),
            )
            return

    def _matters(self, sentence: Sentence) -> Iterator[Finding]:
        plain = folded_keeping(sentence.span.cut(self.source.text))
        for matter in matters():
            for match in matter.pattern.finditer(plain):
                place = Span(sentence.span.start + match.start(), sentence.span.start + match.end())
                part = sentence.span if matter.whole else self._part(sentence.span, place)
                if self._is_told(part, matter):
                    continue
                yield Finding(
                    Kind.OMISSION,
                    Severity.GRAVE,
                    None,
                    part,
                    matter.title,
                    "La source le dit, le brouillon non.",
                    "",
                    part.cut(self.source.text).strip(" ,;."),
                )
                break

    def _part(self, sentence: Span, place: Span) -> Span:
        """The part of the sentence that ``place`` stands in: between commas, wide enough to be
        understood."""
        text = self.source.text
        start, end = place.start, place.end
        start = max(
            (text.rfind(m, sentence.start, start) for m in (", ", "; ", " et ", "\n")), default=-1
        )
        start = sentence.start if start < 0 else start + 1
        ends = [i for m in (", ", "; ", "\n") if (i := text.find(m, end, sentence.end)) >= 0]
        end = min([*ends, sentence.end])
        if len(self.source.stems_in(Span(start, end))) < 2:
            start, end = sentence.start, sentence.end
        while start < end and text[start].isspace():
            start += 1
        return Span(start, end)

    def _is_told(self, part: Span, matter: Matter) -> bool:
        """Whether the draft holds most of what the part says, in one place."""
        stems = set(self.source.stems_in(part))
        if not stems:
            return True
        plain = folded_keeping(self.draft.text)
        if len(stems) == 1:
            return matter.pattern.search(plain) is not None and stems <= self._said
        best = 0.0
        for number, sentence in enumerate(self.draft.sentences):
            around = set(self.draft.stems_in(sentence.span))
            if number + 1 < len(self.draft.sentences):
                around |= set(self.draft.stems_in(self.draft.sentences[number + 1].span))
            best = max(best, len(stems & around) / len(stems))
        return best >= 0.5

    def _results(self) -> Iterator[Finding]:
        """A result that changed (« K 3,4 → 4,1 ») and that the draft does not give at all."""
        said = {m.name for m in self.draft.measures}
        for name in dict.fromkeys(m.name for m in self.source.measures if m.name):
            measures = [m for m in self.source.measures if m.name == name]
            last = next((m for m in measures if m.amount != measures[0].amount), None)
            if last is None or last.span == measures[0].span or name in said:
                continue
            sentence = self.source.sentence_at(last.span.start).span
            if measures[0].span.start < sentence.start:
                continue
            span = Span(self._named_at(measures[0], sentence), last.span.end)
            if any(
                Qualifier.FAMILY in self.source.qualifiers_of(w) for w in self.source.words_in(span)
            ):
                continue
            yield Finding(
                Kind.OMISSION,
                Severity.MINOR,
                None,
                span,
                "Valeurs non reprises",
                "La source donne leur évolution, le brouillon non.",
                "",
                span.cut(self.source.text),
            )

    def _named_at(self, measure: Measure, sentence: Span) -> int:
        """Where the name of what is measured starts."""
        words = self.source.words_in(Span(sentence.start, measure.span.start))
        return next(
            (w.span.start for w in reversed(words) if set(w.stems) & measure.of), measure.span.start
        )

    def _hours(self) -> Iterator[Finding]:
        """The hour of a date that the draft gives without it."""
        said = {m.hour for m in self.draft.moments if m.hour}
        dates = [m for m in self.draft.moments if m.day is not None]
        for place, moment in enumerate(self.source.moments):
            before = self.source.moments[place - 1] if place else None
            if moment.hour is None or moment.hour in said or before is None or before.day is None:
                continue
            if moment.span.start - before.span.end > 6 or not any(before.agrees(d) for d in dates):
                continue
            span = Span(before.span.start, moment.span.end)
            yield Finding(
                Kind.OMISSION,
                Severity.MINOR,
                None,
                span,
                "Heure non reprise",
                "La source donne l’heure, le brouillon non.",
                "",
                span.cut(self.source.text),
            )
