"""The points pane: grave points, minor ones, those decided; only the chosen one opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from assistant.gui import phrases, point_words
from assistant.gui.checking_flow import CheckingState
from assistant.gui.controls import ElidedLabel, ToolButton, label
from assistant.gui.notice import Action, Notice
from assistant.gui.open_point import OpenPoint
from assistant.gui.pane import Pane
from assistant.gui.point_rows import TEXT_LEFT, ClosedPoint, FiledPoint
from assistant.gui.points import Point
from assistant.gui.points_state import PointsState
from assistant.gui.review import Review
from assistant.gui.row_list import RowList
from assistant.gui.tokens import Space

MOST_ROWS = 60  # in a group: the rest is reached by going on

Row = ClosedPoint | OpenPoint | FiledPoint


@dataclass(frozen=True, slots=True)
class _Face:
    """What a row shows: rows that show the same thing are kept."""

    point: Point
    is_open: bool
    is_filed: bool
    words: tuple[object, ...]

    @classmethod
    def of(cls, point: Point, *, is_open: bool) -> _Face:
        f = point.finding
        words = (f.severity, f.title, f.message, f.subject, f.source_value, f.draft_value)
        return cls(point, is_open, point.filed, words)


class PointsPane(Pane):
    """Shows ``review`` and asks it for what its buttons say."""

    def __init__(self, review: Review) -> None:
        super().__init__("pointsPane", "Points à vérifier")
        self._review = review
        self._rows: dict[Point, Row] = {}
        self._faces: dict[_Face, Row] = {}
        self._shown: list[object] = []
        self._filled = True
        self.back = ToolButton("chevron-up", "Point précédent (Maj+F8)")
        self.next = ToolButton("chevron-down", "Point suivant (F8)")
        self.back.clicked.connect(lambda: review.step(-1))
        self.next.clicked.connect(lambda: review.step(+1))
        self.count = ElidedLabel()
        self.tools.addWidget(self.count)
        for tool in (self.back, self.next):
            self.tools.addWidget(tool)
        self.notice = Notice(flush=True)
        self.state = PointsState()
        self.area = RowList()
        self.list, self._column = self.area.body, self.area.column
        self._stack = QStackedWidget()
        self._stack.addWidget(self.state)
        self._stack.addWidget(self.area)
        self._lay_out()
        review.points_changed.connect(self.refresh)
        review.point_chosen.connect(self._show_chosen)
        self.refresh()

    def _lay_out(self) -> None:
        told = QVBoxLayout()
        told.setContentsMargins(Space.L, 0, Space.L, Space.S)
        told.addWidget(self.notice)
        self.column.addLayout(told)
        self.column.addWidget(self._stack, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.L, 0, Space.L, Space.M)
        foot.setSpacing(Space.S)
        line = QFrame()
        line.setObjectName("hairline")
        self.foot_note = label(point_words.NOT_A_REREADING, "second", wrap=True)
        foot.addWidget(line)
        foot.addWidget(self.foot_note)
        self.column.addLayout(foot)

    @property
    def open_row(self) -> OpenPoint | None:
        """The chosen point's row."""
        chosen = self._review.chosen
        row = self._rows.get(chosen) if chosen is not None else None
        return row if isinstance(row, OpenPoint) else None

    def set_filled(self, filled: bool) -> None:
        """Whether the screen's one filled button may be here."""
        self._filled = filled
        if self.open_row is not None:
            self.open_row.refresh(filled=filled)

    def anchor(self) -> QPoint | None:
        """Where the thread leaves the chosen point, in this pane; held inside the list."""
        row = self.open_row
        if row is None or not row.isVisible():
            return None
        top = self.area.mapTo(self, QPoint(0, 0)).y()
        where = row.mapTo(self, row.edge)
        return QPoint(where.x(), min(max(where.y(), top + 2), top + self.area.height() - 2))

    def take_focus(self) -> None:
        """Give the keyboard to the chosen point, else to the first one."""
        row = self.open_row
        if row is not None:
            row.focus_action()
        elif self._rows:
            first = next(iter(self._rows.values())).stops()[0]
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def rescale(self) -> None:
        """Make the rows again, at the size of the text."""
        super().rescale()
        if hasattr(self, "area"):
            self._clear()
            self.refresh()

    def refresh(self) -> None:
        """Show the review as it stands."""
        review = self._review
        failed = review.checking.state is CheckingState.FAILED
        if failed and review.checking.error is not None:
            again: Action = ("Relancer le contrôle", review.checking.retry)
            head, _, rest = review.checking.error.sentence.partition(". ")
            self.notice.tell(f"{head}.", rest, [again])
        else:
            self.notice.dismiss()
        if review.points:
            self._stack.setCurrentWidget(self.area)
            self._show_points()
        else:
            self._clear()
            self._stack.setCurrentWidget(self.state)
            self.state.show_state(review)
        for tool in (self.back, self.next):
            tool.setVisible(bool(review.points))
            tool.setEnabled(bool(review.open_points))
        self.count.setText(self._count())

    def _count(self) -> str:
        review, many = self._review, len(self._review.open_points)
        if review.checking.slow:
            return "contrôle en cours"
        if not review.points:
            return ""
        if review.chosen in review.open_points:
            here = review.open_points.index(review.chosen) + 1
            return f"{phrases.number(here)} sur{phrases.NBSP}{phrases.number(many)}"
        return point_words.found(many) if many else "tous décidés"

    def _show_points(self) -> None:
        review = self._review
        graves = [point for point in review.open_points if point.grave]
        minors = [point for point in review.open_points if not point.grave]
        groups = (
            ("Graves", f"{phrases.number(review.graves_left)} à décider", graves),
            ("Mineurs", f"{phrases.number(review.minors_left)} à voir", minors),
            ("Décidés", phrases.number(len(review.filed_points)), review.filed_points),
        )
        wanted: list[object] = []
        for name, fact, points in groups:
            if points:
                wanted += [(name, fact), *self._around_chosen(points)]
        if wanted == self._shown:
            self._refresh_open()
            return
        self._shown = wanted
        self._rebuild(wanted)

    def _around_chosen(self, points: Sequence[Point]) -> list[object]:
        """As many of ``points`` as are shown, and how many are not."""
        chosen = self._review.chosen
        here = points.index(chosen) if chosen in points else 0
        start = max(min(here - MOST_ROWS // 2, len(points) - MOST_ROWS), 0)
        shown: list[object] = [_Face.of(p, is_open=p is chosen) for p in points[start:][:MOST_ROWS]]
        after = len(points) - start - MOST_ROWS
        if start:
            shown.insert(0, f"{point_words.found(start)} avant ceux-ci")
        if after > 0:
            shown.append(f"{point_words.found(after)} après ceux-ci")
        return shown

    def _rebuild(self, wanted: Sequence[object]) -> None:
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.list.isAncestorOf(focused)
        old, self._rows, self._faces = self._faces, {}, {}
        self._empty_column(keep=set(old.values()))
        for item in wanted:
            if isinstance(item, _Face):
                row = old.pop(item, None) or self._row(item)
                self._rows[item.point], self._faces[item] = row, row
                self.area.add(row)
            elif isinstance(item, tuple):
                self.area.add(_group(*item))
            else:
                self.area.add(_aside(str(item)))
        for row in old.values():
            row.hide()
            row.deleteLater()
        self._refresh_open()
        self._order_tabs()
        self.area.fit()
        if had_focus:
            self.take_focus()

    def _empty_column(self, keep: set[Row]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in keep:
                widget.hide()
                widget.deleteLater()

    def _clear(self) -> None:
        self._empty_column(set())
        self._rows, self._faces, self._shown = {}, {}, []

    def _refresh_open(self) -> None:
        if self.open_row is not None:
            self.open_row.refresh(filled=self._filled)

    def _order_tabs(self) -> None:
        """Down the list, whatever order the rows were made in."""
        before: QWidget = self.next
        for row in self._rows.values():
            for widget in row.stops():
                QWidget.setTabOrder(before, widget)
                before = widget

    def _show_chosen(self, go: bool) -> None:
        row = self.open_row
        if row is not None and go:
            self.area.ensureWidgetVisible(row, 0, Space.L)

    def _row(self, face: _Face) -> Row:
        review, point = self._review, face.point
        if face.is_open:
            opened = OpenPoint(point)
            opened.corrected.connect(review.correct)
            opened.kept.connect(review.keep)
            opened.taken_back.connect(lambda: review.take_back(point))
            return opened
        if point.filed:
            filed = FiledPoint(point)
            filed.chosen.connect(lambda: review.choose(point))
            filed.taken_back.connect(lambda: review.take_back(point))
            return filed
        closed = ClosedPoint(point)
        closed.clicked.connect(lambda: review.choose(point))
        return closed


def _group(name: str, fact: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(Space.L, Space.XS, Space.S, Space.XS)
    row.setSpacing(Space.S)
    row.addWidget(label(name, "factStrong"))
    row.addWidget(label(fact, "second"))
    row.addStretch()
    return made


def _aside(words: str) -> QWidget:
    made = label(words, "second")
    made.setContentsMargins(TEXT_LEFT, Space.XS, Space.L, Space.XS)
    return made
