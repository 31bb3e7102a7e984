"""What the points pane says while there is no point: what will come, or that there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.gui import point_words
from assistant.gui.checking_flow import CheckingState
from assistant.gui.controls import IconLabel, label
from assistant.gui.review import Review
from assistant.gui.tokens import Space


class PointsState(QWidget):
    """A title, a sentence, and what the signs mean."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "strong", wrap=True)
        self.sentence = label("", "secondControl", wrap=True)
        self._tick = IconLabel("check", 18, "accent")
        self._legend = QWidget()
        legend = QVBoxLayout(self._legend)
        legend.setContentsMargins(0, Space.M, 0, 0)
        legend.setSpacing(Space.M)
        for icon, token, means in (
            ("octagon", "grave", point_words.GRAVE_MEANS),
            ("diamond", "minor", point_words.MINOR_MEANS),
        ):
            row = QHBoxLayout()
            row.setSpacing(Space.M)
            row.addWidget(IconLabel(icon, 16, token))
            row.addWidget(label(means), 1)
            legend.addLayout(row)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._tick)
        head.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, 6, Space.L, Space.L)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self._legend)
        column.addStretch()

    def show_state(self, review: Review) -> None:
        """Say where the check stands."""
        checking = review.checking
        title, sentence = point_words.TO_COME, point_words.TO_COME_HOW
        done = checking.state is CheckingState.CHECKED
        if done:
            title, sentence = point_words.NOTHING_FOUND, point_words.NOTHING_FOUND_HOW
        elif checking.state is CheckingState.CHECKING:
            title = point_words.CHECKING
            sentence = point_words.CHECKING_SLOWLY if checking.slow else ""
        elif checking.state is CheckingState.FAILED:
            title = sentence = ""
        elif review.shown and not review.has_source:
            title, sentence = point_words.SOURCE_MISSING, point_words.SOURCE_MISSING_HOW
        self.title.setText(title)
        self.sentence.setText(sentence)
        self._tick.setVisible(done)
        self._legend.setVisible(title == point_words.TO_COME)
        self.setAccessibleName(f"{title}. {sentence}")
