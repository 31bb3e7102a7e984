"""The measure of this PC behind the window: it waits while someone drafts, and is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.bench.card import Card, keep, last_card
from assistant.bench.survey import Stage, Survey
from assistant.errors import AparteError, ErrorCode
from assistant.gui.drafting_flow import DraftingFlow
from assistant.tasks import Desk

TICK_MS = 100


class PcMeasure(QObject):
    """Follows a survey. ``card`` is the last one that was made, in this window or before;
    ``unkept`` is true if it could not be written down."""

    changed = Signal()

    def __init__(self, desk: Desk, flow: DraftingFlow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._flow = desk, flow
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.advance)
        self.survey: Survey | None = None
        self.card: Card | None = last_card()
        self.error: AparteError | None = None
        self.unkept = False
        flow.state_changed.connect(self._draft_first)

    @property
    def running(self) -> bool:
        """True from the start of a measure to its end, waiting for a draft included."""
        return self.survey is not None and self.survey.running

    def start(self) -> None:
        """Measure with the model in use; what was measured before stays on screen meanwhile."""
        if self.running:
            return
        self.error, self.unkept = None, False
        try:
            self.survey = Survey(self._desk)
        except OSError:
            self.error = AparteError(ErrorCode.MODEL_MISSING, model=self._desk.model_name)
        else:
            self._draft_first()
            self._tick.start()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop; nothing is kept."""
        if self.survey is not None:
            self.survey.cancel()
        self._end()

    def advance(self) -> None:
        """Let the survey go on, and show where it stands."""
        if self.survey is None:
            return
        self.survey.advance()
        if self.survey.running:
            self.changed.emit()
        else:
            self._end()

    def _end(self) -> None:
        self._tick.stop()
        survey, self.survey = self.survey, None
        if survey is None:
            return
        self.error = survey.error
        if survey.stage is Stage.DONE and survey.card is not None:
            self.card = survey.card
            try:
                keep(survey.card)
            except OSError:
                self.unkept = True
        self.changed.emit()

    def _draft_first(self) -> None:
        if self.survey is None:
            return
        if self._flow.state.running:
            self.survey.give_way()
        else:
            self.survey.go_on()
        self.changed.emit()
