"""The model in use and the way to another one: tried first, adopted only once it works."""

from __future__ import annotations

import queue
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.engine import Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.pc_measure import PcMeasure
from assistant.model_store.catalogue import ModelEntry, find_model, own_model
from assistant.model_store.refusal import refusal
from assistant.protocol import Done, Event, Failed, Loaded
from assistant.tasks import Desk

POLL_MS = 50


class ModelChoice(QObject):
    """Tries a model behind the window. The one in use stays until the other has loaded and read a
    word, and whatever goes wrong it is the one that drafts."""

    changed = Signal()
    adopted = Signal(object)

    def __init__(
        self,
        desk: Desk,
        flow: DraftingFlow,
        measure: PcMeasure,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._flow, self._measure = desk, flow, measure
        self._exchange: Exchange | None = None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.gather)
        self.trying: ModelEntry | None = None
        self.error: AparteError | None = None
        self.interrupted: ModelEntry | None = None
        self.ready_in: float | None = None
        flow.state_changed.connect(self._draft_first)
        measure.changed.connect(self.changed)

    @property
    def model(self) -> ModelEntry:
        """The model in use."""
        return self._desk.model

    @property
    def why_not(self) -> str:
        """Why no other model can be chosen now; empty if one can."""
        if self._flow.state.running:
            return "Une rédaction est en cours."
        if self._measure.running:
            return "Une mesure est en cours."
        return ""

    def choose_file(self, path: Path) -> None:
        """Try the model in a file of the user's own."""
        self._choose(path)

    def choose_context(self, context: int) -> None:
        """Try the model in use with another length, in tokens."""
        self._choose(self.model.path, context)

    def go_back(self) -> None:
        """Try the model that ships."""
        self._choose(None)

    def cancel(self) -> None:
        """Leave the model that is being tried; the one in use is loaded again."""
        if self._exchange is not None:
            self._leave()
            self._desk.prepare()
            self.changed.emit()

    def dismiss(self) -> None:
        """What was told of the last choice was read."""
        self.error = self.interrupted = self.ready_in = None

    def close(self) -> None:
        """Stop following; called when the window closes."""
        if self._exchange is not None:
            self._leave()

    def gather(self) -> None:
        """Take in what the worker said of the model being tried."""
        while self.trying is not None and not self._events.empty():
            match event := self._events.get():
                case Loaded():
                    self.ready_in = event.seconds
                case Done():
                    self._adopt(self.trying)
                case Failed():
                    self._refuse(refusal(self.trying, event, worked=False))

    def _choose(self, path: Path | None, context: int = 0) -> None:
        if self.why_not or self.trying is not None:
            return
        self.dismiss()
        try:
            wanted = (
                find_model(None)
                if path is None
                else own_model(path, self._desk.pc_without_model(), context)
            )
            self._events = queue.SimpleQueue()
            self._exchange = self._desk.try_model(wanted, self._events.put)
        except AparteError as error:
            self.error = error
        else:
            self.trying = wanted
            self._poll.start()
        self.changed.emit()

    def _adopt(self, model: ModelEntry) -> None:
        self._forget_trial()
        self._desk.use(model)
        self.adopted.emit(model)
        self.changed.emit()

    def _refuse(self, error: AparteError) -> None:
        self._forget_trial()
        self.ready_in = None
        self.error = None if error.code is ErrorCode.CANCELLED else error
        self._desk.prepare()
        self.changed.emit()

    def _draft_first(self) -> None:
        """A draft was asked for: the worker is its own at once."""
        if self._flow.state.running and self.trying is not None:
            self.interrupted = self.trying
            self._leave()
        self.changed.emit()

    def _leave(self) -> None:
        if self._exchange is not None:
            self._exchange.cancel()
        self._forget_trial()
        self.ready_in = None

    def _forget_trial(self) -> None:
        self._poll.stop()
        self._exchange = self.trying = None
