"""The check of the draft on screen against the source on screen: due, under way, done or failed.
Shows nothing."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.checking import Checker, Result
from assistant.errors import AparteError, ErrorCode

PAUSE_MS = 400
GATHER_MS = 20
SLOW_MS = 700


class CheckingState(Enum):
    """Where the check stands."""

    IDLE = auto()
    CHECKING = auto()
    CHECKED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Texts:
    """What is compared."""

    source: str
    draft: str

    @property
    def comparable(self) -> bool:
        return bool(self.source.strip() and self.draft.strip())


class CheckingFlow(QObject):
    """Asks for one check at a time, a moment after the last edit; what was found of texts that
    changed meanwhile is asked again. ``texts`` says what is on screen."""

    state_changed = Signal()
    checked = Signal(object)

    def __init__(self, checker: Checker, texts: Callable[[], Texts], parent: QObject) -> None:
        super().__init__(parent)
        self._checker = checker
        self._read = texts
        self._asked: Texts | None = None
        self._done: Texts | None = None
        self._retried = False
        self._answers: queue.SimpleQueue[Result | AparteError] = queue.SimpleQueue()
        self._afterwards: Callable[[], None] | None = None
        self.state = CheckingState.IDLE
        self.slow = False
        self.error: AparteError | None = None
        self._pause = self._timer(PAUSE_MS, self.check, once=True)
        self._listening = self._timer(GATHER_MS, self.gather)
        self._patience = self._timer(SLOW_MS, self._tell_slow, once=True)

    @property
    def settled(self) -> bool:
        """Whether what was found is about what is on screen."""
        return self._asked is None and not self._pause.isActive()

    def check_soon(self) -> None:
        """Something was edited: check once the typing pauses."""
        self._pause.start()

    def check(self) -> None:
        """Check what is on screen, unless that is done; once the check under way has ended."""
        self._pause.stop()
        if self._asked is not None:
            return
        texts = self._read()
        if not texts.comparable:
            self._done = None
            self._set(CheckingState.IDLE)
        elif texts != self._done:
            self._retried = False
            self._ask(texts)
        else:
            self._set(CheckingState.CHECKED)

    def retry(self) -> None:
        """Ask again for what failed."""
        self._done = None
        self.check()

    def once_settled(self, then: Callable[[], None]) -> None:
        """Do ``then`` once what was found is about what is on screen: now, or after a check."""
        self._afterwards = then
        if not self.settled:
            self.check()
        if self.settled:
            self._go_on()

    def forget(self) -> None:
        """Another draft is on screen: what was found is not about it."""
        self._done = None

    def close(self) -> None:
        """Ask and hear nothing more."""
        self._afterwards = None
        for timer in (self._pause, self._listening, self._patience):
            timer.stop()

    def gather(self) -> None:
        """Take in what the check found, if it ended."""
        try:
            answer = self._answers.get_nowait()
        except queue.Empty:
            return
        asked, self._asked = self._asked, None
        self._listening.stop()
        self._patience.stop()
        self.slow = False
        if isinstance(answer, AparteError):
            self._fail(answer, asked)
        elif self._read() == asked:
            self._done, self.error = asked, None
            self.checked.emit(answer)
            self._set(CheckingState.CHECKED)
        elif not self._pause.isActive():
            self.check()

    def _ask(self, texts: Texts) -> None:
        self._asked = texts
        self._listening.start()
        self._patience.start()
        self._set(CheckingState.CHECKING)
        self._checker.check(texts.source, texts.draft, self._answers.put, self._answers.put)
        self.gather()

    def _fail(self, error: AparteError, asked: Texts | None) -> None:
        """The process that checks may have been ended by the system: it starts again once."""
        if error.code is ErrorCode.CHECK_STOPPED and not self._retried and asked is not None:
            self._retried = True
            self._ask(asked)
            return
        self.error, self._done = error, None
        self._set(CheckingState.FAILED)

    def _tell_slow(self) -> None:
        self.slow = True
        self.state_changed.emit()

    def _set(self, state: CheckingState) -> None:
        self.state = state
        if state is not CheckingState.FAILED:
            self.error = None
        self.state_changed.emit()
        if self.settled and state is not CheckingState.CHECKING:
            self._go_on()

    def _go_on(self) -> None:
        then, self._afterwards = self._afterwards, None
        if then is not None:
            then()

    def _timer(self, milliseconds: int, then: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.setSingleShot(once)
        timer.timeout.connect(then)
        return timer
