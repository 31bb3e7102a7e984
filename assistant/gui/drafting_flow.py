"""The state of drafting: what is ready, running, done, stopped or failed. Shows nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from time import monotonic
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.documents import Coverage, Draft, Mode, Source
from assistant.drafting.document_type import DocumentType
from assistant.engine import Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.gui.bridge import DraftBridge
from assistant.tasks import Desk, Drafting, Outcome, Progress, Stage

TYPING_PAUSE_MS = 800


class State(Enum):
    """Where drafting stands."""

    EMPTY = auto()
    READY = auto()
    READING = auto()
    WRITING = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()

    @property
    def running(self) -> bool:
        return self in (State.READING, State.WRITING)

    @property
    def ended(self) -> bool:
        return self in (State.DONE, State.STOPPED, State.FAILED)


@dataclass(frozen=True)
class Version:
    """One draft, with what it was made from. ``coverage`` is known once it is finished; a
    ``pasted`` one was brought by the clinician, and made from nothing here. ``id`` is what the
    vault knows it by."""

    number: int
    form: DocumentType
    mode: Mode
    source_text: str
    draft: Draft | None = None
    coverage: Coverage | None = None
    seconds: float = 0.0
    at: datetime | None = None
    pasted: bool = False
    id: str = field(default_factory=lambda: uuid4().hex, compare=False)

    @property
    def written(self) -> bool:
        """Whether there is any text in it, or room to type one."""
        text = self.draft is not None and any(s.filled for s in self.draft.sections)
        return text or self.pasted


class DraftingFlow(QObject):
    """Starts, follows and stops drafts; keeps the last two versions; loses none of them."""

    state_changed = Signal()
    progressed = Signal()
    drafted = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source = Source("")
        self._run: Drafting | None = None
        self._ahead: Exchange | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._read_ahead)
        self._bridge: DraftBridge | None = None
        self._writing_since = 0.0
        self.form = next(iter(desk.forms.values()))
        self.mode = desk.modes[0]
        self.state = State.EMPTY
        self.stopping = False
        self.version: Version | None = None
        self.previous: Version | None = None
        self.progress: Progress | None = None
        self.error: AparteError | None = None
        self.current_section: int | None = None

    @property
    def can_start(self) -> bool:
        """Whether there is something to draft from and nothing runs."""
        return not self.state.running and bool(self._source.text.strip())

    @property
    def source_text(self) -> str:
        return self._source.text

    @property
    def source_changed(self) -> bool:
        """Whether the source is no longer the one the shown draft was made from."""
        version = self.version
        if version is None or version.pasted:
            return False
        return version.source_text != self._source.text

    @property
    def writing_seconds(self) -> float:
        """How long the present draft has been writing."""
        return monotonic() - self._writing_since

    def set_source(self, text: str, name: str = "") -> None:
        """The source is now ``text``."""
        self._source = Source(text, name)
        if self.state in (State.STOPPED, State.FAILED):  # what was told is dealt with
            self.error = None
            self.state = State.READY if self.version is None else State.DONE
        if self.state in (State.EMPTY, State.READY):
            self.state = State.READY if text.strip() else State.EMPTY
        self._pause.start()
        self.state_changed.emit()

    def set_form(self, form: DocumentType) -> None:
        """The next draft is a ``form``, in a mode that serves it; the one on screen stays."""
        self.form = form
        served = form.served_by(self._desk.modes)
        if served and self.mode not in served:
            self.mode = served[0]
        self._pause.start()
        self.state_changed.emit()

    def set_mode(self, mode: Mode) -> None:
        """The next draft is made in ``mode``."""
        self.mode = mode
        self._pause.start()
        self.state_changed.emit()

    def follow_model(self) -> None:
        """Another model drafts from now on: keep the form and the mode if it serves them."""
        modes = self._desk.modes
        if not self.form.served_by(modes):
            self.form = next(form for form in self._desk.forms.values() if form.served_by(modes))
        if self.mode not in self.form.served_by(modes):
            self.mode = self.form.served_by(modes)[0]
        self._pause.start()

    def start(self) -> None:
        """Draft the source; what was on screen becomes the previous version."""
        if not self.can_start:
            return
        self._stop_reading_ahead()
        bridge = DraftBridge(self)
        try:
            run = self._desk.start_draft(self._source, self.form, self.mode, bridge.reports)
        except AparteError as fault:
            self._close(bridge)
            self.error = fault
            self._set_state(State.FAILED)
            return
        self._run, self._bridge = run, bridge
        bridge.progressed.connect(self._on_progress)
        bridge.changed.connect(self._on_draft)
        bridge.finished.connect(self._on_finished)
        bridge.failed.connect(self._on_failed)
        self.previous = self._worth_keeping()
        number = self.previous.number + 1 if self.previous else 1
        self.version = Version(number, self.form, self.mode, self._source.text)
        self.error, self.progress, self.current_section, self.stopping = None, None, None, False
        self._set_state(State.READING)

    def open_draft(self, draft: Draft) -> None:
        """Show a draft that the clinician brings, to be checked; what was on screen becomes the
        previous version."""
        if self.state.running:
            return
        self._stop_reading_ahead()
        self.previous = self._worth_keeping()
        number = self.previous.number + 1 if self.previous else 1
        form, text = self.form, self._source.text
        self.version = Version(
            number, form, draft.mode, text, draft, at=datetime.now(), pasted=True
        )
        self.error, self.progress, self.current_section = None, None, None
        self._set_state(State.DONE)

    def resume(self, version: Version) -> None:
        """Show a draft that the vault kept; what was on screen becomes the previous version."""
        if self.state.running:
            return
        self._stop_reading_ahead()
        self.previous = self._worth_keeping()
        number = self.previous.number + 1 if self.previous else 1
        self.version = replace(version, number=number)
        self.error, self.progress, self.current_section = None, None, None
        self._set_state(State.DONE)

    def hold(self, held: bool) -> None:
        """While ``held``, what the worker says waits and nothing of it is shown."""
        if self._bridge is not None:
            self._bridge.hold(held)

    def stop(self) -> None:
        """Ask the running draft to stop; its end follows in a moment."""
        if self._run is not None and self.state.running and not self.stopping:
            self.stopping = True
            self._run.cancel()
            self.state_changed.emit()

    def swap_versions(self) -> None:
        """Show the previous version in place of this one, and the other way round."""
        if self.previous is not None and self.state.ended:
            self.version, self.previous = self.previous, self.version
            self.error = None
            self._set_state(State.DONE)

    def close(self) -> None:
        """Stop following; called when the window closes."""
        self._stop_reading_ahead()
        if self._run is not None and self.state.running:
            self._run.cancel()
        if self._bridge is not None:
            self._close(self._bridge)

    def _worth_keeping(self) -> Version | None:
        """The version to go back to: the shown one, unless it is only the start of one."""
        shown, before = self.version, self.previous
        if shown is None or not shown.written:
            return before
        whole = shown.coverage is not None or shown.pasted
        return shown if whole or before is None else before

    def _read_ahead(self) -> None:
        """Typing paused: a model that writes reads meanwhile, so that the click finds it done."""
        if not self.can_start:
            return
        self._stop_reading_ahead()
        self._ahead = self._desk.read_ahead(self._source, self.form, self.mode)

    def _stop_reading_ahead(self) -> None:
        self._pause.stop()
        if self._ahead is not None:
            self._ahead.cancel()  # what it read so far is kept
            self._ahead = None

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        if progress.stage is Stage.WRITING and self.state is State.READING:
            self._begin_writing()
        self.progressed.emit()

    def _on_draft(self, draft: Draft) -> None:
        if self.version is None:
            return
        touched = newest_section(self.version.draft, draft)
        self.current_section = self.current_section if touched is None else touched
        self.version = replace(self.version, draft=draft)
        if self.state is State.READING:
            self._begin_writing()
        self.drafted.emit()

    def _begin_writing(self) -> None:
        self._writing_since = monotonic()
        self._set_state(State.WRITING)

    def _on_finished(self, outcome: Outcome) -> None:
        if self.version is None:
            return
        self.version = replace(
            self.version,
            draft=outcome.draft,
            coverage=outcome.coverage,
            seconds=outcome.seconds,
            at=datetime.now(),
        )
        self._end(State.DONE)

    def _on_failed(self, error: AparteError) -> None:
        self.error = error
        if self.version is not None:
            self.version = replace(self.version, at=datetime.now())
            if not self.version.written:
                self.version, self.previous = self.previous, None
        self._end(State.STOPPED if error.code is ErrorCode.CANCELLED else State.FAILED)

    def _end(self, state: State) -> None:
        if self._bridge is not None:
            self._close(self._bridge)
        self._run = self._bridge = None
        self.stopping = False
        self._set_state(state)

    @staticmethod
    def _close(bridge: DraftBridge) -> None:
        bridge.close()
        bridge.deleteLater()

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()


def newest_section(before: Draft | None, after: Draft) -> int | None:
    """Which section of ``after`` grew since ``before``: the last one that did, or None."""
    old = {i: s.passages for i, s in enumerate(before.sections)} if before else {}
    grown = [i for i, s in enumerate(after.sections) if s.passages != old.get(i, ())]
    return grown[-1] if grown else None
