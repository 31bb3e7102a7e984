"""The review of the draft on screen: its points, which one is chosen, and what was decided."""

from __future__ import annotations

from dataclasses import replace as changed_in

from PySide6.QtCore import QObject, Signal

from assistant.checking import Checker, Result
from assistant.findings import Finding, Kind, Origin
from assistant.gui import corrections
from assistant.gui.checking_flow import CheckingFlow, Texts
from assistant.gui.draft_text import DraftText
from assistant.gui.draft_view import DraftView
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.points import Decision, Point, followed, identity
from assistant.gui.source_editor import SourceEditor


class Review(QObject):
    """Follows ``flow`` and both texts. ``points_changed`` says that there are other points or that
    one was decided, ``point_chosen`` that another one is to be looked at (True: go and see it)."""

    points_changed = Signal()
    point_chosen = Signal(bool)

    def __init__(
        self, checker: Checker, flow: DraftingFlow, draft: DraftView, source: SourceEditor
    ) -> None:
        super().__init__(flow)
        self._flow, self._draft, self._source = flow, draft, source
        self._version: int | None = None
        self._new = False
        self._known: dict[int, tuple[Point, ...]] = {}
        self.points: tuple[Point, ...] = ()
        self.chosen: Point | None = None
        self.origins: tuple[Origin, ...] = ()
        self.checking = CheckingFlow(checker, self._texts, self)
        self.checking.checked.connect(self._take)
        self.checking.state_changed.connect(self.points_changed)
        flow.state_changed.connect(self._follow)
        draft.edited.connect(self.checking.check_soon)
        source.edited.connect(self.checking.check_soon)

    @property
    def shown(self) -> bool:
        """Whether there is a draft to review."""
        return self._version is not None

    @property
    def has_source(self) -> bool:
        """Whether there is something to compare the draft with."""
        return bool(self._source.source_text().strip())

    @property
    def open_points(self) -> list[Point]:
        """Those still in their group, in the order they are shown."""
        kept = [point for point in self.points if not point.filed]
        return sorted(kept, key=lambda point: not point.grave)

    @property
    def filed_points(self) -> list[Point]:
        """Those decided and put away."""
        return [point for point in self.points if point.filed]

    @property
    def graves_left(self) -> int:
        """How many grave points are still to be decided: none before the draft leaves."""
        return sum(point.grave and point.decision is None for point in self.points)

    @property
    def minors_left(self) -> int:
        return sum(not point.grave and point.decision is None for point in self.points)

    def choose(self, point: Point | None, *, go: bool = True) -> None:
        """Look at ``point``; ``go`` brings its passages into view."""
        left = self.chosen
        if left is not None and left is not point and left.decision is not None:
            left.filed = True
        self.chosen = point
        self.points_changed.emit()
        self.point_chosen.emit(go)

    def step(self, by: int) -> None:
        """Look at the next open point, or the one before; round the end."""
        open_points = self.open_points
        if all(point.decision is not None for point in open_points):
            self.choose(None)
        elif self.chosen in open_points:
            self.choose(open_points[(open_points.index(self.chosen) + by) % len(open_points)])
        else:
            self.choose(open_points[0 if by > 0 else -1])

    def go_to_first_grave(self) -> None:
        """Look at the first grave point that is still to be decided."""
        waiting = [p for p in self.open_points if p.grave and p.decision is None]
        if waiting:
            self.choose(waiting[0])

    def keep(self) -> None:
        """Leave the draft as it is at the chosen point."""
        point = self.chosen
        if point is not None and point.decision is None:
            omitted = point.finding.kind is Kind.OMISSION
            self._decide(point, Decision.LEFT_OUT if omitted else Decision.KEPT)

    def correct(self) -> None:
        """Do what the chosen point proposes; where it has no words to propose, show the passage,
        ready to be written over."""
        point = self.chosen
        if point is None or point.decision is not None or self._draft.isReadOnly():
            return
        finding = point.finding
        if finding.kind is Kind.OMISSION:
            self._add(point, finding)
        elif point.draft is None:
            return
        elif finding.kind is Kind.STATEMENT:
            point.correction = corrections.remove(point.draft)
            self._decide(point, Decision.REMOVED)
        elif finding.replacement is not None:
            words = finding.replacement
            point.correction = corrections.replace(point.draft, words, finding.source_span)
            self._decide(point, Decision.REPLACED)
        else:
            self._draft.setTextCursor(point.draft)
            self._draft.setFocus()

    def take_back(self, point: Point) -> None:
        """Undo the decision, with the change of the draft that it made if that still stands."""
        correction = point.correction
        if correction is not None and correction.stands:
            correction.take_back()
        point.decision, point.correction, point.filed = None, None, False
        self.choose(point)
        self.checking.check_soon()

    def close(self) -> None:
        """Check nothing more; the window closes."""
        self.checking.close()

    def _texts(self) -> Texts:
        if not self.shown:
            return Texts("", "")
        return Texts(self._source.source_text(), self._draft.text())

    def _follow(self) -> None:
        """Another version, or none while one is being written; or the source changed."""
        flow = self._flow
        shown = flow.version is not None and flow.version.written and not flow.state.running
        version = flow.version.number if flow.version is not None and shown else None
        if version == self._version:
            if shown:
                self.checking.check_soon()
            return
        if self._version is not None:
            self._known[self._version] = self.points
        kept = {v.number for v in (flow.version, flow.previous) if v is not None}
        self._known = {number: p for number, p in self._known.items() if number in kept}
        self._version, self._new, self.origins = version, True, ()
        self.points = self._known.pop(version, ()) if version is not None else ()
        self.chosen = None
        self.choose(None, go=False)
        self.checking.forget()
        self.checking.check()

    def _take(self, result: Result) -> None:
        """The points of ``result``; what was decided about one of them stays decided."""
        texts, draft = self._texts(), DraftText(self._draft.document())
        found = [self._point(finding, texts, draft) for finding in result.findings]
        points: list[Point] = []
        for point, known in followed(self.points, found):
            if known is None:
                points.append(point)
                continue
            known.finding, known.draft, known.source = point.finding, point.draft, point.source
            if known.correction is not None:  # it was undone, in the draft itself
                known.decision, known.correction, known.filed = None, None, False
            points.append(known)
        self.points = self._with_corrected(points)
        if self.chosen not in self.points:
            self.chosen = None
        if self._new and self.open_points:
            self.chosen = self.open_points[0]
        self._new = False
        self.origins = result.origins
        self._draft.set_origins([(draft.mark(o.sentence), o.places) for o in result.origins])
        self.choose(self.chosen, go=False)

    def _with_corrected(self, points: list[Point]) -> tuple[Point, ...]:
        """``points`` with those corrected, which are found no more, where they stood."""
        for index, point in enumerate(self.points):
            if point.correction is None or point in points:
                continue
            before = next((p for p in reversed(self.points[:index]) if p in points), None)
            points.insert(0 if before is None else points.index(before) + 1, point)
        return tuple(points)

    def _point(self, finding: Finding, texts: Texts, draft: DraftText) -> Point:
        mine, theirs = finding.draft_span, finding.source_span
        if finding.kind is Kind.STATEMENT:  # the nearest place is no support
            theirs = None
        shown = changed_in(finding, source_span=theirs)
        return Point(
            shown,
            identity(shown, texts),
            self._draft.select(draft.mark(mine)) if mine else None,
            self._source.select(self._source.mark(theirs)) if theirs else None,
        )

    def _add(self, point: Point, finding: Finding) -> None:
        version = self._flow.version
        if finding.source_span is None or point.source is None or version is None:
            return
        passage = corrections.plain(point.source)
        span = finding.source_span
        form = version.form
        document = self._draft.document()
        point.correction = corrections.add(document, form, finding.title, passage, span)
        self._decide(point, Decision.ADDED)

    def _decide(self, point: Point, decision: Decision) -> None:
        point.decision = decision
        if point.correction is not None:
            point.draft = point.correction.cursor
        self.points_changed.emit()
        self.point_chosen.emit(point.correction is not None)
