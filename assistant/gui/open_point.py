"""The chosen point: both values, the reason, and two actions; or what was decided."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from assistant.findings import Kind
from assistant.gui import point_words
from assistant.gui.controls import Button, IconLabel, Paragraph, label
from assistant.gui.marks import Look
from assistant.gui.point_rows import ICON, beside_a_line, line
from assistant.gui.points import Point
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Space

LONGEST_VALUE = 18  # characters beside a subject; longer ones are read as text
NAMES = 62
INDENT = ICON + Space.M
# The frame stands out of the column of the closed points.
EDGES = QMargins(8, 4, 0, 8)
PADDING = QMargins(15, 11, 10, 13)
_ACROSS = (PADDING + EDGES).left() + (PADDING + EDGES).right()


class OpenPoint(QFrame):
    """Asks for what its buttons say; a decision takes the room of the actions, no more, no less."""

    corrected = Signal()
    kept = Signal()
    taken_back = Signal()

    def __init__(self, point: Point) -> None:
        super().__init__()
        self._point = point
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        finding = point.finding
        self.sign = IconLabel(point.look.icon, ICON, point.look.value)
        self.title = Paragraph(finding.title, "strong", _ACROSS + INDENT)
        self.correct = Button(_button_text(point_words.main_action(finding)), "filled")
        self.keep = Button(_button_text(point_words.other_action(finding)))
        self.undo = Button("Annuler", "bare")
        self.decided = line("", "secondControl")
        self.correct.setToolTip("Alt+R")
        self.keep.setToolTip("Alt+G")
        self.correct.clicked.connect(self.corrected)
        self.keep.clicked.connect(self.kept)
        self.undo.clicked.connect(self.taken_back)
        self._choices = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot = QStackedWidget()
        self._lay_out()
        self.refresh()

    def refresh(self, *, filled: bool = True) -> None:
        """Show what was decided, or the actions; ``filled`` while they are the screen's."""
        point = self._point
        self._foot.setCurrentIndex(0 if point.decision is None else 1)
        self.sign.become(point.look.icon, point.look.value)
        self.decided.setText(point_words.decided(point))
        wanted = "filled" if filled else "outlined"
        if self.correct.property("class") != wanted:
            self.correct.set_kind(wanted)
        self.setAccessibleName(point_words.spoken(point))
        self.update()

    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in order."""
        return [self.correct, self.keep, self.undo]

    @property
    def edge(self) -> QPoint:
        """Where the thread starts: on the frame, beside the sign."""
        return QPoint(EDGES.left(), self.sign.geometry().center().y())

    def focus_action(self) -> None:
        """Give the keyboard to what can be done."""
        waiting = self._point.decision is None
        (self.correct if waiting else self.undo).setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        frame = self.rect().marginsRemoved(EDGES)
        painter.fillRect(frame, QColor(t.paper))
        look = self._point.look
        painter.setPen(QPen(QColor(t.edge) if look is Look.DECIDED else look.colour, t.line))
        inset = t.line // 2
        painter.drawRect(frame.adjusted(inset, inset, -1 - inset // 2, -1 - inset // 2))

    def fit(self, width: int) -> None:
        """Take the height that the words need in a row ``width`` wide."""
        for paragraph in self.findChildren(Paragraph):
            paragraph.fit(width)
        self._fit_choices(width - _ACROSS)
        self.updateGeometry()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING + EDGES)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addLayout(beside_a_line(self.sign))
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addSpacing(Space.S)
        inner = QVBoxLayout()
        inner.setContentsMargins(INDENT, 0, 0, 0)
        inner.setSpacing(Space.S)
        inner.addLayout(self._compared())
        reason = point_words.reason(self._point.finding)
        inner.addWidget(Paragraph(reason, "second", _ACROSS + INDENT))
        column.addLayout(inner)
        column.addSpacing(Space.M)
        column.addWidget(self._foot)
        choices, done = QWidget(), QWidget()
        self._choices.setContentsMargins(0, 0, 0, 0)
        self._choices.setSpacing(Space.S)
        for button in (self.correct, self.keep):
            self._choices.addWidget(button)
        self._choices.addStretch()
        choices.setLayout(self._choices)
        row = QHBoxLayout(done)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.decided, 1)
        row.addWidget(self.undo)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        for page in (choices, done):
            self._foot.addWidget(page)
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _compared(self) -> QGridLayout:
        """What the source says, and what the draft says."""
        finding, names = self._point.finding, theme().px(NAMES)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(point_words.compared(finding)):
            as_text = len(value) > LONGEST_VALUE or finding.kind is Kind.OMISSION
            if not value:
                grid.addWidget(label(point_words.ABSENT, "second"), row, 1, 1, 2)
            elif as_text:
                less = _ACROSS + INDENT + names + Space.S
                grid.addWidget(Paragraph(value, "", less), row, 1, 1, 2)
            else:
                differs = name == point_words.DRAFT and bool(finding.source_value)
                kind = f"compared {self._point.look.value}" if differs else "compared"
                grid.addWidget(line(finding.subject, ""), row, 1)
                grid.addWidget(_to_the_right(label(value, kind)), row, 2)
            where = Qt.AlignmentFlag.AlignTop if as_text else Qt.AlignmentFlag.AlignVCenter
            named = label(name, "second")
            named.setFixedWidth(names)
            grid.addWidget(named, row, 0, where)
        return grid

    def _fit_choices(self, room: int) -> None:
        """Side by side where there is room, else one under the other."""
        wide = self.correct.sizeHint().width() + Space.S + self.keep.sizeHint().width()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        wanted = across if wide <= room else down
        if self._choices.direction() is not wanted:
            self._choices.setDirection(wanted)


def _to_the_right(value: QLabel) -> QLabel:
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return value


def _button_text(text: str) -> str:
    """An ampersand is a key for Qt."""
    return text.replace("&", "&&")
