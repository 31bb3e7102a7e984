"""The state of a question to the guides: asked, found, answered or refused. Shows nothing."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from assistant.errors import AparteError
from assistant.guides import Answer, Citation
from assistant.guides_desk import Adding, Asking, GuidesDesk, Stage
from assistant.retrieval.library import LibraryGuide

TYPING_PAUSE_MS = 250
_FEWEST_LETTERS = 3


class State(Enum):
    """Where a question stands."""

    IDLE = auto()
    FOUND = auto()
    ASKING = auto()
    ANSWERED = auto()
    FAILED = auto()


class GuidesFlow(QObject):
    """Asks, searches as one types, adds guides. The engine's threads tell it through signals of
    its own, which Qt carries to the window's thread."""

    changed = Signal()
    progressed = Signal(str)
    library_changed = Signal()
    added = Signal(object)
    addition_failed = Signal(object)

    _answer_came = Signal(int, object)
    _failure_came = Signal(int, object)
    _stage_came = Signal(int, object, int, int)
    _passages_came = Signal(int, object)
    _guides_came = Signal(object)
    _addition_ended = Signal(object)
    _page_came = Signal(int, int)

    def __init__(self, desk: GuidesDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.state = State.IDLE
        self.question = ""
        self.guide = ""
        self.answer: Answer | None = None
        self.passages: tuple[Citation, ...] = ()
        self.error: AparteError | None = None
        self.adding: Adding | None = None
        self._asking: Asking | None = None
        self._turn = 0  # what comes of an earlier question is not shown
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        queued = Qt.ConnectionType.QueuedConnection
        self._answer_came.connect(self._on_answer, queued)
        self._failure_came.connect(self._on_failure, queued)
        self._stage_came.connect(self._on_stage, queued)
        self._passages_came.connect(self._on_passages, queued)
        self._guides_came.connect(self._on_added, queued)
        self._addition_ended.connect(self._on_addition_failed, queued)
        self._page_came.connect(self._on_page, queued)

    def type(self, text: str) -> None:
        """The question is now ``text``: passages are searched once typing pauses."""
        self.question = text
        if self.state is State.ASKING:
            return
        if len(text.strip()) < _FEWEST_LETTERS:
            self._pause.stop()
            self._turn += 1
            self._set(State.IDLE)
        else:
            self._pause.start()

    def choose_guide(self, guide_id: str) -> None:
        """Search in one guide, or in all of them for an empty name."""
        self.guide = guide_id
        self.type(self.question)

    def ask(self) -> None:
        """Ask the question."""
        self._pause.stop()
        self._turn += 1
        self.error = None
        try:
            self._set(State.ASKING)
            self._asking = self.desk.ask(self.question, _Answering(self, self._turn), self._guides)
        except AparteError as fault:
            self.error = fault
            self._set(State.FAILED)

    def stop(self) -> None:
        """Leave the question under way."""
        if self._asking is not None and self.state is State.ASKING:
            self._asking.cancel()
            self._turn += 1
            self._set(State.IDLE)

    def add(self, path: Path) -> None:
        """Put a file on the shelf."""
        if self.adding is None:
            self.adding = self.desk.add(path, _AdditionEar(self))

    def remove(self, guide_id: str) -> None:
        """Take a guide off the shelf; raises AparteError."""
        self.desk.remove(guide_id)
        self.library_changed.emit()

    def close(self) -> None:
        """Stop what runs; called when the window closes."""
        self._pause.stop()
        self._turn += 1
        if self._asking is not None:
            self._asking.cancel()
        if self.adding is not None:
            self.adding.cancel()
            self.adding.close()

    @property
    def _guides(self) -> tuple[str, ...]:
        return (self.guide,) if self.guide else ()

    def _search(self) -> None:
        self._turn += 1
        self.desk.search(self.question, _Searching(self, self._turn), guides=self._guides)

    def _on_answer(self, turn: int, answer: Answer) -> None:
        if turn == self._turn:
            self.answer = answer
            self._set(State.ANSWERED)

    def _on_passages(self, turn: int, passages: tuple[Citation, ...]) -> None:
        if turn == self._turn and self.state is not State.ASKING:
            self.passages = passages
            self._set(State.FOUND)

    def _on_failure(self, turn: int, error: AparteError) -> None:
        if turn == self._turn:
            self.error = error
            self._set(State.FAILED)

    def _on_stage(self, turn: int, stage: Stage, done: int, total: int) -> None:
        if turn == self._turn:
            self.progressed.emit(_STAGES[stage] + (f" ({done} sur {total})" if total else ""))

    def _on_added(self, guides: tuple[LibraryGuide, ...]) -> None:
        self._end_addition()
        self.library_changed.emit()
        self.added.emit(guides)

    def _on_addition_failed(self, error: AparteError) -> None:
        self._end_addition()
        self.addition_failed.emit(error)

    def _on_page(self, done: int, total: int) -> None:
        self.progressed.emit(f"Lecture du document, page {done} sur {total}")

    def _end_addition(self) -> None:
        if self.adding is not None:
            self.adding.close()
            self.adding = None

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()


_STAGES = {
    Stage.PREPARING: "Préparation des guides",
    Stage.SEARCHING: "Recherche dans les guides",
    Stage.WRITING: "Rédaction de la réponse",
    Stage.CHECKING: "Vérification des citations",
}


class _Answering:
    """Hears of one question, on an engine's thread."""

    def __init__(self, flow: GuidesFlow, turn: int) -> None:
        self._flow, self._turn = flow, turn

    def progressed(self, stage: Stage, done: int, total: int) -> None:
        self._flow._stage_came.emit(self._turn, stage, done, total)

    def answered(self, answer: Answer) -> None:
        self._flow._answer_came.emit(self._turn, answer)

    def failed(self, error: AparteError) -> None:
        self._flow._failure_came.emit(self._turn, error)


class _Searching:
    """Hears of one search, on the engine's thread."""

    def __init__(self, flow: GuidesFlow, turn: int) -> None:
        self._flow, self._turn = flow, turn

    def found(self, passages: tuple[Citation, ...]) -> None:
        self._flow._passages_came.emit(self._turn, passages)

    def failed(self, error: AparteError) -> None:
        self._flow._failure_came.emit(self._turn, error)


class _AdditionEar:
    """Hears of one addition, on the engine's thread or at once."""

    def __init__(self, flow: GuidesFlow) -> None:
        self._flow = flow

    def progressed(self, done: int, total: int) -> None:
        self._flow._page_came.emit(done, total)

    def added(self, guides: tuple[LibraryGuide, ...]) -> None:
        self._flow._guides_came.emit(guides)

    def failed(self, error: AparteError) -> None:
        self._flow._addition_ended.emit(error)
