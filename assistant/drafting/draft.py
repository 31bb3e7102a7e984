"""A draft as its clauses are filed: headings of the form, spans of the source, nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.documents import Clause, Draft, Mode, Passage, Section, Source, Span
from assistant.drafting.document_type import UNSORTED, DocumentType
from assistant.drafting.filing.judge import Judge
from assistant.drafting.labels import fold
from assistant.drafting.topics import Topic

# What a form must never lose to a doubtful « hors sujet »: shown under « À classer » instead.
_CRITICAL = re.compile(
    r"allerg|intoleran|anticoag|avk|coumad|apixaban|rivaroxaban|dabigatran|heparin|warfar|fluindion"
    r"|arret|stopp|suspend|en attente|directives|personne de confiance"
)
_LEFT_OUT_CERTAINTY = 0.8
# Clauses that are judged again, together, each time more of them come; beyond, only at the end.
_JUDGED_AT_ONCE = 300
_LEFT_OUT = -1
_UNSORTED = -2


class StrictCopy:
    """A draft in the making: each clause of ``source`` goes under one heading of ``form``,
    under « À classer », or stays out.

    ``certainty`` is the least probability of a heading for a clause to be filed under it.
    """

    def __init__(
        self,
        source: Source,
        form: DocumentType,
        clauses: Sequence[Clause],
        certainty: float,
        judge: Judge | None = None,
    ) -> None:
        self._source = source
        self._form = form
        self._clauses = clauses
        self._certainty = certainty
        self._judge = judge
        self._topics: Sequence[str] = ()
        self._rows: list[Sequence[float]] = []
        self._places: list[int] = []
        self.unread: list[Span] = []

    def place(self, topics: Sequence[str], scores: Sequence[float]) -> None:
        """File the next clause from the log-probabilities of ``topics``, or, without topics, of the
        form's headings and of none; no scores: it was not read."""
        clause = self._clauses[len(self._rows)]
        self._topics = topics
        self._rows.append(scores)
        if not scores:
            self.unread.append(clause.span)
        self._places.append(self._choose(clause, self._headings(topics, scores)))

    def _judge_all(self) -> None:
        """Let the other voices, and the neighbours, have their say on what was placed so far."""
        if self._judge is None or not self._topics:
            return
        rows = self._judge.judged(self._topics, self._rows)
        names = self._judge.topics()
        for index, (clause, row) in enumerate(zip(self._clauses, rows, strict=False)):
            self._places[index] = self._choose(clause, self._headings(names, row.tolist()))

    def _headings(self, topics: Sequence[str], scores: Sequence[float]) -> list[float]:
        """The probability of each heading of the form; empty without scores."""
        chances = [math.exp(score) for score in scores]
        if not chances or not topics:
            return chances[: len(self._form.headings)]
        by_topic = dict(zip(map(Topic, topics), chances, strict=True))
        return [
            sum(by_topic.get(topic, 0.0) for topic in heading.topics)
            for heading in self._form.headings
        ]

    def _choose(self, clause: Clause, sums: Sequence[float]) -> int:
        if not sums:
            return _UNSORTED
        out = 1.0 - sum(sums)
        best = max(range(len(sums)), key=sums.__getitem__)
        if out > sums[best]:
            critical = _CRITICAL.search(fold(clause.span.cut(self._source.text)))
            return _LEFT_OUT if out >= _LEFT_OUT_CERTAINTY and not critical else _UNSORTED
        return best if sums[best] >= self._certainty else _UNSORTED

    def draft(self, *, finished: bool) -> Draft:
        """The draft so far."""
        if finished or len(self._rows) <= _JUDGED_AT_ONCE:
            self._judge_all()
        titles = [heading.title for heading in self._form.headings]
        sections = [Section(title, self._passages(i)) for i, title in enumerate(titles)]
        sections.append(Section(UNSORTED, self._passages(_UNSORTED), unsorted=True))
        left_out = [
            clause.span
            for clause, place in zip(self._clauses, self._places, strict=False)
            if place == _LEFT_OUT
        ]
        return Draft(self._form.id, Mode.STRICT_COPY, tuple(sections), tuple(left_out), finished)

    def _passages(self, place: int) -> tuple[Passage, ...]:
        """The clauses at ``place``; neighbours on one line of the source make one passage."""
        spans: list[Span] = []
        last = -2
        for index, (clause, here) in enumerate(zip(self._clauses, self._places, strict=False)):
            if here != place:
                continue
            span = self._copied(clause, place)
            joins = spans and last == index - 1 and span.start == clause.span.start
            if joins and "\n" not in self._source.text[spans[-1].end : span.start]:
                spans[-1] = Span(spans[-1].start, span.end)
            else:
                spans.append(span)
            last = index
        return tuple(Passage(span.cut(self._source.text), span) for span in spans)

    def _copied(self, clause: Clause, place: int) -> Span:
        """A label that only repeats its heading is not copied; any other one stays, since
        « Allergies : aucune » without its label would say something else."""
        if place < 0 or not clause.label_topic or clause.content == clause.span:
            return clause.span
        heading = self._form.headings[place]
        says_the_same = Topic(clause.label_topic) in heading.topics and len(heading.topics) == 1
        return clause.content if says_the_same else clause.span


def breaks_before(source: Source, clauses: Sequence[Clause]) -> list[int]:
    """What stands before each clause: 0 nothing or blanks, 1 a line break, 2 a blank line."""
    kinds, end = [], 0
    for clause in clauses:
        lines = source.text.count("\n", end, clause.span.start)
        kinds.append(min(lines, 2))
        end = clause.span.end
    return kinds


class WrittenText:
    """A draft in the making from text that a model writes: its lines under the form's headings."""

    def __init__(self, form: DocumentType) -> None:
        self._form = form
        self._titles = {fold(heading.title): heading.title for heading in form.headings}
        self._draft_text = ""

    def add(self, draft_text: str) -> None:
        """The next piece of text."""
        self._draft_text += draft_text

    def draft(self, *, finished: bool) -> Draft:
        """The draft so far. Lines before any heading stand in a first section without title."""
        passages: dict[str, list[Passage]] = {"": []}
        passages |= {heading.title: [] for heading in self._form.headings}
        current = ""
        for line in self._draft_text.splitlines():
            words = line.strip()
            title = self._titles.get(fold(words.strip("#*_:- \u00a0")))
            if title is not None:
                current = title
            elif words:
                passages[current].append(Passage(words))
        sections = [Section(title, tuple(lines)) for title, lines in passages.items()]
        return Draft(self._form.id, Mode.VERIFIED, tuple(sections), finished=finished)
