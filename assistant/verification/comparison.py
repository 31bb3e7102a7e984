"""The facts of a draft against those of its source, as wholes: a dose with its drug and rhythm, a
result with its test, a date with its event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.documents import Span
from assistant.findings import Finding, Kind, Severity
from assistant.verification.measures import Measure
from assistant.verification.moments import Moment
from assistant.verification.reading import Reading, Side
from assistant.verification.treatments import Fate, Treatment
from assistant.verification.words import folded

_DAY_LETTERS = {"J": "j", "S": "sem", "M": "mois"}
_OPPOSED = {
    Fate.INCREASED: {Fate.DECREASED, Fate.STOPPED},
    Fate.DECREASED: {Fate.INCREASED},
    Fate.CONTINUED: {Fate.STOPPED},
    Fate.STARTED: {Fate.STOPPED, Fate.REFUSED},
}
_SHORTEST_NAME = 4  # letters
_BEFORE = ("entree", "entrée", "antéc", "antec", "habituel", "personnel", "domicile")


class Comparison:
    """The draft's facts that the source does not hold, or holds of something else."""

    def __init__(self, source: Reading, draft: Reading) -> None:
        self.source = source
        self.draft = draft

    def findings(self) -> Iterator[Finding]:
        """Every difference, in no order."""
        for treatment in self.draft.treatments:
            yield from self._treatment(treatment)
        for measure in self.draft.measures:
            if not self._is_a_dose(measure):
                yield from self._measure(measure)
        for moment in self.draft.moments:
            yield from self._moment(moment)
        for side in self.draft.sides:
            yield from self._side(side)

    # Treatments.

    def _treatment(self, treatment: Treatment) -> Iterator[Finding]:
        same = [t for t in self.source.treatments if t.code == treatment.code]
        if not same:
            if not self._named_in_source(treatment):
                yield Finding(
                    Kind.DRUG,
                    Severity.GRAVE,
                    treatment.span,
                    None,
                    "Médicament absent de la source",
                    f"La source ne parle pas de « {treatment.name} ».",
                    draft_value=treatment.name,
                )
            return
        for dose in treatment.doses:
            yield from self._dose(treatment, dose, same)
        yield from self._rhythm(treatment, same)
        yield from self._fate(treatment, same)

    def _named_in_source(self, treatment: Treatment) -> bool:
        stems = self.draft.stems_in(treatment.span)
        if bool(stems) and all(stem in self.source.places for stem in stems):
            return True
        name = folded(treatment.name)  # « méro » is how meropenem is said
        return any(
            len(word.folded) >= _SHORTEST_NAME and name.startswith(word.folded)
            for word in self.source.words
        )

    def _dose(
        self, treatment: Treatment, dose: Measure, same: Sequence[Treatment]
    ) -> Iterator[Finding]:
        pool = [(t, d) for t in same for d in t.doses]
        if any(_same_dose(dose, d) for _, d in pool):
            return
        written = dose.span.cut(self.draft.text)
        kind, reason = Kind.DOSE, ""
        comparable = [(t, d) for t, d in pool if d.kind == dose.kind or not d.kind] or pool
        if any(d.value == dose.value and d.kind for _, d in pool):
            kind = Kind.UNIT
            comparable = [(t, d) for t, d in pool if d.value == dose.value]
        else:
            other = next(
                (
                    t
                    for t in self.source.treatments
                    for d in t.doses
                    if t.code != treatment.code and _same_dose(dose, d)
                ),
                None,
            )
            if other is not None:
                reason = (
                    f"{written} figure bien dans la source, mais pour {_with_article(other.name)}."
                )
        if not comparable and any(
            m.value == dose.value and t.said.start <= m.span.start < t.said.end
            for t in same
            for m in self.source.measures
        ):
            return
        if not comparable:
            yield Finding(
                kind,
                Severity.GRAVE,
                dose.span,
                same[0].span,
                "Dose absente de la source",
                reason or f"La source ne donne aucune dose de {treatment.name}.",
                treatment.name,
                "",
                written,
            )
            return
        said = comparable[-1][1]
        expected = said.span.cut(self.source.text)
        title = (
            "Unité différente de la source"
            if kind is Kind.UNIT
            else "Posologie différente de la source"
        )
        yield Finding(
            kind,
            Severity.GRAVE,
            dose.span,
            said.span,
            title,
            reason or f"La source dit {expected} pour {treatment.name}.",
            treatment.name,
            expected,
            written,
            expected,
        )

    def _rhythm(self, treatment: Treatment, same: Sequence[Treatment]) -> Iterator[Finding]:
        mine = treatment.rhythm
        if mine is None:
            return
        dosed = [t for t in same if any(_same_dose(d, o) for d in treatment.doses for o in t.doses)]
        said = [t.rhythm for t in (dosed or same) if t.rhythm] or [
            t.rhythm for t in same if t.rhythm
        ]
        written = mine.span.cut(self.draft.text)
        if not said:
            severity = Severity.GRAVE if mine.times or mine.needed else Severity.MINOR
            yield Finding(
                Kind.RHYTHM,
                severity,
                mine.span,
                same[0].span,
                "Fréquence absente de la source",
                f"La source ne dit pas à quelle fréquence prendre {treatment.name}.",
                treatment.name,
                "",
                written,
            )
            return
        if any(mine.agrees(other) for other in said):
            return
        expected = said[-1].span.cut(self.source.text)
        yield Finding(
            Kind.RHYTHM,
            Severity.GRAVE,
            mine.span,
            said[-1].span,
            "Fréquence différente de la source",
            f"La source dit « {expected} » pour {treatment.name}.",
            treatment.name,
            expected,
            written,
            expected,
        )

    def _fate(self, treatment: Treatment, same: Sequence[Treatment]) -> Iterator[Finding]:
        fates = [t.fate for t in same if t.fate is not None]
        last = next((t for t in reversed(same) if t.fate is not None), None)
        mine = treatment.fate
        where = treatment.fate_span or treatment.span
        if mine is None:
            yield from self._silent_stop(treatment, last)
            return
        if mine in fates or self._shown_by_doses(treatment, mine, same):
            return
        if mine in (Fate.STOPPED, Fate.REFUSED, Fate.INCREASED, Fate.DECREASED) or (
            last is not None and last.fate in _OPPOSED.get(mine, ())
        ):
            expected = f"{last.fate}" if last is not None and last.fate else ""
            message = (
                f"Dans la source, {treatment.name} est {expected}."
                if expected
                else f"La source ne dit pas que {treatment.name} est {mine}."
            )
            yield Finding(
                Kind.FATE,
                Severity.GRAVE,
                where,
                (last or same[-1]).said,
                "Devenir du traitement différent de la source",
                message,
                treatment.name,
                expected,
                str(mine),
            )

    def _shown_by_doses(self, treatment: Treatment, mine: Fate, same: Sequence[Treatment]) -> bool:
        """« augmenté » where the source went from 40 mg to the draft's 60 mg."""
        pool = [d.amount for t in same for d in t.doses if d.kind in ("mass", "mg/j")]
        return any(
            (mine is Fate.INCREASED and min(pool) < d.amount)
            or (mine is Fate.DECREASED and max(pool) > d.amount)
            for d in treatment.doses
            if pool and d.kind in ("mass", "mg/j")
        )

    def _silent_stop(self, treatment: Treatment, last: Treatment | None) -> Iterator[Finding]:
        """A drug the source stops, or forbids, and the draft names as if it went on."""
        if last is None or last.fate not in (Fate.STOPPED, Fate.REFUSED):
            return
        said = [t.fate for t in self.draft.treatments if t.code == treatment.code]
        title = self.draft.sentence_at(treatment.span.start).title.casefold()
        if last.fate in said or any(part in title for part in _BEFORE) or "allerg" in title:
            return
        mentions = [t for t in self.source.treatments if t.code == treatment.code]
        if last.fate is Fate.STOPPED and len(mentions) > 1 and mentions[-1] is not last:
            return
        yield Finding(
            Kind.FATE,
            Severity.GRAVE,
            treatment.span,
            last.said,
            "Traitement arrêté, écrit sans le dire"
            if last.fate is Fate.STOPPED
            else "Traitement contre-indiqué, écrit sans le dire",
            f"Dans la source, {treatment.name} est {last.fate}.",
            treatment.name,
            str(last.fate),
            "",
        )

    # Measures.

    @cached_property
    def _doses(self) -> set[Span]:
        return {dose.span for t in self.draft.treatments for dose in t.doses}

    def _is_a_dose(self, measure: Measure) -> bool:
        if measure.span in self._doses:
            return True
        rhythms = (t.rhythm.span for t in self.draft.treatments if t.rhythm)
        return any(r.start <= measure.span.start < r.end for r in rhythms)

    def _measure(self, measure: Measure) -> Iterator[Finding]:
        if measure.in_letters and measure.value == 1:
            return
        equal = [
            m
            for m in self.source.measures
            # A number without a unit says as much only of the same thing.
            if measure.same_amount(m)
            and (m.kind or not measure.kind or m.of & measure.of or self._alike(m, measure))
        ]
        if equal:
            yield from self._owner(measure, equal)
        elif not self._is_a_day(measure):
            yield from self._figure(measure)

    def _alike(self, theirs: Measure, mine: Measure) -> bool:
        """Whether the sentences of both share words."""
        sentence = self.draft.sentence_at(mine.span.start).span
        return len(self._around(theirs) & set(self.draft.stems_in(sentence))) > 1

    def _is_a_day(self, measure: Measure) -> bool:
        """« à 7 jours » or « 7e jour » where the source has « J7 », « 18 h », « le 15 »."""
        after = self.draft.text[measure.span.end : measure.span.end + 7]
        before = self.draft.text[: measure.span.start].rstrip()
        glued = re.compile(rf"[^\W\d_]{{1,4}}{measure.value}")  # « DT2 », « IRC3 »
        if before.endswith((" type", " stade", " grade")) and any(
            glued.fullmatch(word.folded) for word in self.source.words
        ):
            return True
        for m in self.source.moments:
            if m.hour and measure.unit == "h" and m.hour == (int(measure.value), 0):
                return True
            if m.day == measure.value and not measure.kind and before.endswith(" le"):
                return True
            if (
                m.from_start is not None
                and m.from_start[1] == measure.value
                and re.match(r"(?:e|ème)\s+jour", after)
            ):
                return True
        return any(
            m.from_start is not None
            and _DAY_LETTERS.get(m.from_start[0]) == measure.unit
            and m.from_start[1] == measure.value
            for m in self.source.moments
        )

    def _owner(self, measure: Measure, equal: Sequence[Measure]) -> Iterator[Finding]:
        rival = self._rival(measure, equal)
        if rival is None:
            return
        other, expected = equal[0], rival
        value = expected.span.cut(self.source.text)
        written = measure.span.cut(self.draft.text)
        yield Finding(
            Kind.OWNER,
            Severity.GRAVE,
            measure.span,
            expected.span,
            "Valeur attribuée à autre chose dans la source",
            f"{written} figure bien dans la source, mais pour « {self._label(other)} ».",
            self._label(measure, self.draft),
            value,
            written,
            value,
        )

    def _rival(self, measure: Measure, equal: Sequence[Measure]) -> Measure | None:
        """What the source measures of the same thing, nearer in its words and its sentence than
        anything that has the draft's value; None where the value may well be right."""
        if measure.name and any(m.name == measure.name for m in equal):
            return None
        sentence = set(self.draft.stems_in(self.draft.sentence_at(measure.span.start).span))

        def nearness(other: Measure) -> tuple[int, int]:
            named = 3 if measure.name and other.name == measure.name else 0
            return named + len(other.of & measure.of), len(sentence & self._around(other))

        beside = {m.amount for m in self._beside(measure)}
        rivals = [
            m
            for m in self.source.measures
            if m.kind == measure.kind
            and m.amount not in beside
            and m.span not in self._source_doses
        ]
        best = max(rivals, key=nearness, default=None)
        right = max(nearness(m) for m in equal)
        if best is None or nearness(best)[0] <= right[0] or nearness(best)[1] < right[1]:
            return None
        return best

    def _beside(self, measure: Measure) -> list[Measure]:
        """The measures of the same sentence of the draft."""
        sentence = self.draft.sentence_at(measure.span.start).span
        return [m for m in self.draft.measures if sentence.start <= m.span.start < sentence.end]

    @cached_property
    def _source_doses(self) -> set[Span]:
        return {dose.span for t in self.source.treatments for dose in t.doses}

    def _figure(self, measure: Measure) -> Iterator[Finding]:
        written = measure.span.cut(self.draft.text)
        same_value = [
            m for m in self.source.measures if m.value == measure.value and m.unit != measure.unit
        ]
        near = [m for m in same_value if not m.of or not measure.of or m.of & measure.of]
        if near and measure.kind:
            expected = near[0].span.cut(self.source.text)
            yield Finding(
                Kind.UNIT,
                Severity.GRAVE,
                measure.span,
                near[0].span,
                "Unité différente de la source",
                f"La source dit {expected}.",
                self._label(measure, self.draft),
                expected,
                written,
                expected,
            )
            return
        named = self._same_owner(measure)
        if named:
            expected = named[-1].span.cut(self.source.text)
            yield Finding(
                Kind.FIGURE,
                Severity.GRAVE,
                measure.span,
                named[-1].span,
                "Valeur différente de la source",
                f"La source dit {expected}.",
                self._label(measure, self.draft),
                expected,
                written,
                expected,
            )
            return
        yield Finding(
            Kind.FIGURE,
            Severity.GRAVE,
            measure.span,
            None,
            "Nombre absent de la source",
            f"« {written} » ne figure pas dans la source.",
            self._label(measure, self.draft),
            "",
            written,
        )

    def _same_owner(self, measure: Measure) -> list[Measure]:
        """What the source measures of the same thing, closest in what is measured."""
        if measure.name:
            named = [m for m in self.source.measures if m.name == measure.name]
            if named:
                return [m for m in named if m.kind == measure.kind] or named
        shared = [
            (len(m.of & measure.of), m) for m in self.source.measures if m.kind == measure.kind
        ]
        best = max((count for count, _ in shared), default=0)
        return [m for count, m in shared if count == best] if best else []

    def _around(self, measure: Measure) -> set[str]:
        return set(self.source.stems_in(self.source.sentence_at(measure.span.start).span))

    def _label(self, measure: Measure, reading: Reading | None = None) -> str:
        """What a measure is of, as the text writes it."""
        text = reading or self.source
        sentence = text.sentence_at(measure.span.start).span
        before = [
            w
            for w in text.words_in(Span(sentence.start, measure.span.start))
            if any(stem in measure.of for stem in w.stems)
        ]
        return before[-1].span.cut(text.text) if before else ""

    # Dates and sides.

    def _moment(self, moment: Moment) -> Iterator[Finding]:
        agreeing = [m for m in self.source.moments if moment.agrees(m)]
        written = moment.span.cut(self.draft.text)
        stems = set(self.draft.stems_in(self.draft.sentence_at(moment.span.start).span))
        nearest, shared = self._nearest_moment(moment, stems)
        if agreeing:
            there = max(
                len(stems & set(self.source.stems_in(self.source.sentence_at(m.span.start).span)))
                for m in agreeing
            )
            if nearest is None or there > 0 or shared < max(2, len(stems) * 0.6):
                return
            reason = f"{written} figure dans la source, mais pour autre chose."
        elif (
            moment.hour
            and any(
                m.unit == "h" and moment.hour == (int(m.value), 0) for m in self.source.measures
            )
        ) or (
            moment.from_start
            and any(
                m.unit == _DAY_LETTERS.get(moment.from_start[0]) and m.value == moment.from_start[1]
                for m in self.source.measures
            )
        ):
            return
        else:
            reason = f"« {written} » ne figure pas dans la source."
        expected = nearest.span.cut(self.source.text) if nearest and shared else ""
        yield Finding(
            Kind.DATE,
            Severity.GRAVE,
            moment.span,
            nearest.span if expected and nearest else None,
            "Date différente de la source" if expected else "Date absente de la source",
            reason,
            "",
            expected,
            written,
            expected or None,
        )

    def _nearest_moment(self, moment: Moment, stems: set[str]) -> tuple[Moment | None, int]:
        """The source's moment of the same sort in the sentence that shares most with ours."""
        best: tuple[int, Moment | None] = (-1, None)
        for other in self.source.moments:
            if (other.hour is None) != (moment.hour is None):
                continue
            if (other.from_start is None) != (moment.from_start is None):
                continue
            around = self.source.stems_in(self.source.sentence_at(other.span.start).span)
            shared = len(stems & set(around))
            if shared > best[0]:
                best = (shared, other)
        return best[1], max(best[0], 0)

    def _side(self, side: Side) -> Iterator[Finding]:
        shared = [(len(s.of & side.of), s) for s in self.source.sides]
        best = max((count for count, _ in shared), default=0)
        written = side.span.cut(self.draft.text)
        if not best:
            if any(s.side == side.side for _, s in shared) or not side.of:
                return
            if all(stem in self.source.places for stem in side.of):
                yield Finding(
                    Kind.SIDE,
                    Severity.GRAVE,
                    side.span,
                    None,
                    "Côté absent de la source",
                    f"La source ne dit pas « {written} » ici.",
                    "",
                    "",
                    written,
                )
            elif not any(s.side == side.side for s in self.source.sides):
                yield Finding(
                    Kind.SIDE,
                    Severity.GRAVE,
                    side.span,
                    None,
                    "Côté absent de la source",
                    f"Rien n’est dit « {written} » dans la source.",
                    "",
                    "",
                    written,
                )
            return
        nearest = [s for count, s in shared if count == best]
        if any(s.side == side.side for s in nearest):
            return
        expected = nearest[0].span.cut(self.source.text)
        yield Finding(
            Kind.SIDE,
            Severity.GRAVE,
            side.span,
            nearest[0].span,
            "Côté différent de la source",
            f"La source dit « {expected} ».",
            "",
            expected,
            written,
        )


def _same_dose(one: Measure, other: Measure) -> bool:
    """« 80 mg/j » and « 80 mg » are the same dose; a missing unit says nothing."""
    if {one.kind, other.kind} == {"mass", "mg/j"}:
        return one.amount == other.amount
    return one.same_amount(other)


def _with_article(name: str) -> str:
    """« l’apixaban », « le bisoprolol », « la lévothyroxine »."""
    plain = name.lower()
    if folded(plain)[:1] in "aeiouyh":
        return f"l’{plain}"
    return f"la {plain}" if plain.endswith(("ine", "one", "ase")) else f"le {plain}"
