"""From the engine's thread to Qt's: keeps the newest of each report and shows it every 50 ms."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.documents import Draft
from assistant.errors import AparteError
from assistant.tasks import Outcome, Progress

GATHER_MS = 50
REST = 4  # a long draft takes long to show: leave this many times that to the reader


class Reports:
    """What the engine says, kept until the window takes it. Safe from any thread; no Qt."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._progress: Progress | None = None
        self._draft: Draft | None = None
        self._end: Outcome | AparteError | None = None

    def progressed(self, progress: Progress) -> None:
        with self._lock:
            self._progress = progress

    def changed(self, draft: Draft) -> None:
        with self._lock:
            self._draft = draft

    def finished(self, outcome: Outcome) -> None:
        with self._lock:
            self._end = outcome

    def failed(self, error: AparteError) -> None:
        with self._lock:
            self._end = error

    def take(self) -> tuple[Progress | None, Draft | None, Outcome | AparteError | None]:
        """What came since the last time, each report at most once."""
        with self._lock:
            taken = (self._progress, self._draft, self._end)
            self._progress = self._draft = self._end = None
        return taken


class DraftBridge(QObject):
    """One run's reports as Qt signals, on Qt's thread, a few times a second."""

    progressed = Signal(object)
    changed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reports = Reports()
        self._draft: Draft | None = None
        self._resting_until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self.gather)
        self._timer.start()

    def close(self) -> None:
        """Report nothing more."""
        self._timer.stop()

    def hold(self, held: bool) -> None:
        """Let what comes wait, or report again."""
        if held:
            self._timer.stop()
        else:
            self._timer.start()

    def gather(self) -> None:
        """Show the newest reports; the draft always comes before the end."""
        progress, draft, end = self.reports.take()
        self._draft = draft or self._draft
        if progress is not None:
            self.progressed.emit(progress)
        if self._draft is not None and (end is not None or monotonic() >= self._resting_until):
            self._show(self._draft)
        if end is not None:
            self._end(end)

    def _show(self, draft: Draft) -> None:
        began = monotonic()
        self._draft = None
        self.changed.emit(draft)
        self._resting_until = monotonic() + REST * (monotonic() - began)

    def _end(self, end: Outcome | AparteError) -> None:
        self.close()
        if isinstance(end, AparteError):
            self.failed.emit(end)
        else:
            self.finished.emit(end)
