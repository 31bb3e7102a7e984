"""A desk without engine: keeps what it was asked, and lets the test say what comes back."""

from __future__ import annotations

from PySide6.QtWidgets import QTextEdit

from assistant.documents import Coverage, Draft, Mode, Passage, Section, Source, Span
from assistant.drafting.document_type import UNSORTED, DocumentType, document_types
from assistant.errors import AparteError, ErrorCode
from assistant.gui.window import MainWindow
from assistant.inference.hardware import Hardware
from assistant.model_store.catalogue import find_model
from assistant.tasks import Desk, Drafting, DraftListener, Outcome, Progress, Stage

NOTE = (
    "Motif : chute 🩺 à domicile.\n\nATCD : HTA, FA.\nTTT : bisoprolol 5\u00a0mg.\nVu avec l’IDE."
)
"""Holds an emoji (two units for Qt, one for the core) and a no-break space."""


class FakeDrafting(Drafting):
    """A run that only remembers that it was asked to stop."""

    def __init__(self, listener: DraftListener) -> None:
        self.listener = listener
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeDesk(Desk):
    """Answers nothing by itself."""

    def __init__(self) -> None:
        self.forms = document_types()
        self.model = find_model(None)
        self.seal = False
        self.ways: tuple[Mode, ...] = (Mode.STRICT_COPY,)
        self.runs: list[FakeDrafting] = []
        self.sources: list[Source] = []
        self.read_early: list[Source] = []
        self.refusal: AparteError | None = None

    @property
    def modes(self) -> tuple[Mode, ...]:
        return self.ways

    @property
    def model_name(self) -> str:
        return "Modèle d’essai"

    @property
    def sealed(self) -> bool:
        return self.seal

    def read_ahead(self, source: Source, form: DocumentType, mode: Mode) -> None:
        self.read_early.append(source)

    def start_draft(
        self, source: Source, form: DocumentType, mode: Mode, listener: DraftListener
    ) -> FakeDrafting:
        if self.refusal is not None:
            raise self.refusal
        self.sources.append(source)
        self.runs.append(FakeDrafting(listener))
        return self.runs[-1]

    def pc_without_model(self) -> Hardware:
        return Hardware("essai", 4, 8, 8 << 30, 6 << 30)

    def diagnosis(self) -> str:
        return "Aparté : essai"

    def close(self) -> None:
        """Nothing to end."""

    # What the engine would say, on its own thread; ``gather`` is the bridge's timer.

    def read(self, window: MainWindow, characters: int, left: float | None = 35.0) -> None:
        total = len(self.sources[-1].text)
        stage = Stage.READING
        self.runs[-1].listener.progressed(Progress(stage, characters, total, left, None))
        gather(window)

    def write(self, window: MainWindow, draft: Draft) -> None:
        self.runs[-1].listener.changed(draft)
        gather(window)

    def finish(self, window: MainWindow, draft: Draft, coverage: Coverage | None = None) -> None:
        total = len(self.sources[-1].text)
        outcome = Outcome(draft, coverage or Coverage(total, total), 12.0)
        self.runs[-1].listener.finished(outcome)
        gather(window)

    def fail(self, window: MainWindow, code: ErrorCode) -> None:
        self.runs[-1].listener.failed(AparteError(code))
        gather(window)


def gather(window: MainWindow) -> None:
    """Let the window take what was reported, without waiting for its timer."""
    bridge = window.drafting.flow._bridge
    assert bridge is not None
    bridge._resting_until = 0.0
    bridge.gather()


def passage(text: str, source: str = NOTE) -> Passage:
    """``text`` as copied from ``source``."""
    start = source.index(text)
    return Passage(text, Span(start, start + len(text)))


def letter(*, finished: bool = True, until: int = 99, source: str = NOTE) -> Draft:
    """A letter drafted from NOTE, of which the first ``until`` placed sections are there."""
    placed = {
        "Motif d’hospitalisation": ["chute 🩺 à domicile."],
        "Antécédents, allergies et mode de vie": ["HTA, FA."],
        "Traitement à l’entrée": ["bisoprolol 5\u00a0mg."],
        UNSORTED: ["Vu avec l’IDE."],
    }
    kept = dict(list(placed.items())[:until])
    form = document_types()["lettre_liaison"]
    sections = [
        Section(title, tuple(passage(text, source) for text in kept.get(title, ())))
        for title in (heading.title for heading in form.headings)
    ]
    unsorted = tuple(passage(text, source) for text in kept.get(UNSORTED, ()))
    sections.append(Section(UNSORTED, unsorted, unsorted=True))
    return Draft(form.id, Mode.STRICT_COPY, tuple(sections), (), finished)


def position(view: QTextEdit, text: str) -> int:
    """Where ``text`` begins in ``view``, as Qt counts: an emoji before it is two units."""
    before, found, _ = view.document().toRawText().partition(text)
    assert found
    return len(before.encode("utf-16-le")) // 2


def drafted(window: MainWindow, desk: FakeDesk) -> None:
    """Bring ``window`` to a finished letter."""
    window.open_source(Source(NOTE))
    window.start()
    desk.finish(window, letter())
