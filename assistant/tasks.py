"""A draft from end to end, for the window and the terminal alike."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from typing import Protocol

from assistant import __version__
from assistant.confinement.seal import is_sealed
from assistant.documents import Clause, Coverage, Draft, Mode, Source, Span
from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import DocumentType, document_types
from assistant.drafting.draft import StrictCopy, WrittenText, breaks_before
from assistant.drafting.filing.judge import Judge, Shares
from assistant.drafting.filing.linear_reader import LinearReader
from assistant.drafting.prompts import filing_prompt_for, prompt_for
from assistant.drafting.sources import checked
from assistant.engine import Engine, Exchange, Listener
from assistant.errors import AparteError, ErrorCode
from assistant.inference.hardware import Hardware, this_pc
from assistant.log import Happening, record
from assistant.model_store.catalogue import ModelEntry, Verifier
from assistant.model_store.fit import with_memory_of
from assistant.model_store.refusal import refusal
from assistant.paths import state_folder
from assistant.protocol import (
    Done,
    Event,
    Failed,
    Fitted,
    Load,
    Loaded,
    Measure,
    ModelFile,
    Place,
    Placed,
    Read,
    Write,
    Written,
)

_LONGEST_DRAFT = 1500
_TRIAL = "Toux sèche."
_TO_BE_NUMBERED = 0


class Stage(StrEnum):
    """Where a draft stands."""

    LOADING = "loading"
    READING = "reading"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Progress:
    """``read`` characters of the source's ``total`` are read; ``seconds_left`` of reading are
    expected from this PC's speed so far, and the whole reading took ``reading_seconds``. Only the
    first ``fitting`` characters will be read, as far as is known: the rest does not fit."""

    stage: Stage
    read: int
    total: int
    seconds_left: float | None = None
    reading_seconds: float | None = None
    fitting: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished draft, what of its source was read, and how long it took."""

    draft: Draft
    coverage: Coverage
    seconds: float


class DraftListener(Protocol):
    """Hears of a draft, on the engine's thread. ``finished`` or ``failed`` comes last, once."""

    def progressed(self, progress: Progress) -> None:
        """The reading went on."""

    def changed(self, draft: Draft) -> None:
        """There is more of the draft to show."""

    def finished(self, outcome: Outcome) -> None:
        """The draft is done."""

    def failed(self, error: AparteError) -> None:
        """There will be no more; what was shown stands."""


class Desk:
    """Where one works: a model, the engine that runs it, the forms."""

    def __init__(self, model: ModelEntry, engine: Engine | None = None) -> None:
        self.model = model
        self.engine = engine or Engine()
        self.forms: Mapping[str, DocumentType] = document_types()
        self._verifier = Verifier()
        self._reader: LinearReader | None = None

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The ways of drafting that the model can do."""
        return self.model.modes

    @property
    def model_name(self) -> str:
        """The model's name, as it is shown."""
        return self.model.name

    @property
    def sealed(self) -> bool:
        """True if the system keeps both this process and the worker from the network."""
        return self.engine.sealed and is_sealed()

    def prepare(self) -> Exchange | None:
        """Start the worker and load the model, in the background. A failure is told by the first
        draft; None where the model can't be used."""
        try:
            self._verifier.verify(self.model)
            file = self._file()
        except AparteError:
            return None
        return self.engine.ask(Load(_TO_BE_NUMBERED, file), _not_listening)

    def use(self, model: ModelEntry) -> None:
        """Draft with ``model`` from now on; a draft under way goes on with its own."""
        self.model = model
        self._reader = None

    def try_model(self, model: ModelEntry, listener: Listener) -> Exchange:
        """Load ``model`` and have it read and answer two words, in place of the one in use, which
        the next request loads again. The last event says whether it works: Done or Failed."""
        file = _file_of(model)
        request: Place | Write = Place(_TO_BE_NUMBERED, file, [_TRIAL], [0])
        if Mode.VERIFIED in model.modes:
            request = Write(_TO_BE_NUMBERED, file, _TRIAL, "", _TRIAL, "", 1)
        return self.engine.ask(request, listener)

    def measure(self, part: str, repeats: int, text: str, listener: Listener) -> Exchange:
        """Measure one part of the benchmark with the model in use, on a fictional ``text``."""
        return self.engine.ask(
            Measure(_TO_BE_NUMBERED, self._file(), part, repeats, text), listener
        )

    def pc_without_model(self) -> Hardware:
        """This PC, what the model in use takes of its memory counted as free."""
        return with_memory_of(self.engine.worker_pid, this_pc())

    def start_draft(
        self, source: Source, form: DocumentType, mode: Mode, listener: DraftListener
    ) -> Drafting:
        """Start a draft of ``source``; it goes on by itself and tells ``listener``.

        Raises AparteError for a source that can't be drafted from, a form that is not made in this
        mode and a model that can't be used.
        """
        checked(source)
        if mode not in form.modes:
            raise AparteError(ErrorCode.FORM_NOT_COPIED, form=form.title)
        if mode not in self.model.modes:
            code = (
                ErrorCode.MODEL_CANNOT_WRITE
                if mode is Mode.VERIFIED
                else ErrorCode.MODEL_CANNOT_FILE
            )
            raise AparteError(code, model=self.model.name)
        self._verifier.verify(self.model)
        record(Happening.DRAFT_STARTED, mode=mode, characters=len(source.text))
        drafting = Drafting(source, self.model, listener)
        if mode is Mode.STRICT_COPY:
            pieces = clauses(source.text)
            judge = self._judge(source, pieces)
            drafting.builder = StrictCopy(source, form, pieces, self.model.certainty, judge)
            texts = [clause.span.cut(source.text) for clause in pieces]
            asked = filing_prompt_for(form)
            request: Place | Write = Place(
                _TO_BE_NUMBERED,
                self._file(),
                texts,
                breaks_before(source, pieces),
                asked.system,
                asked.before,
                asked.after,
                list(asked.tags),
            )
        else:
            drafting.builder = WrittenText(form)
            request = self._writing(source, form, _LONGEST_DRAFT)
        drafting.exchange = self.engine.ask(request, drafting.hear)
        return drafting

    def _judge(self, source: Source, pieces: Sequence[Clause]) -> Judge | None:
        linear = self.model.companion
        if linear is None:
            return None
        if self._reader is None:
            self._reader = LinearReader(linear.path)
        shares = Shares(linear.model_share, linear.neighbours_share)
        return Judge(self._reader, shares, source, pieces)

    def read_ahead(self, source: Source, form: DocumentType, mode: Mode) -> Exchange | None:
        """Let a model that writes read the source before it is asked to draft it, in the
        background; cancel the exchange when the source changes. None where nothing is gained."""
        if mode is Mode.STRICT_COPY:
            return None  # placing takes a second, and keeps nothing
        try:
            checked(source)
            self._verifier.verify(self.model)
            return self.engine.ask(self._writing(source, form, 0), _not_listening)
        except AparteError:
            return None

    def _writing(self, source: Source, form: DocumentType, limit: int) -> Write:
        prompt = prompt_for(form)
        return Write(
            _TO_BE_NUMBERED,
            self._file(),
            prompt.system,
            prompt.before,
            source.text,
            prompt.after,
            limit,
        )

    def diagnosis(self) -> str:
        """What IT asks first, without any patient text, one fact a line."""
        return "\n".join(f"{name} : {fact}" for name, fact in self.facts().items())

    def facts(self) -> dict[str, str]:
        """The facts of ``diagnosis``, by name."""
        pc = this_pc()
        gib = 1024**3
        return {
            "Aparté": __version__,
            "Système": f"{platform.system()} {platform.release()} {platform.machine()}",
            "Python": platform.python_version(),
            "Moteur": f"llama-cpp-python {_version('llama_cpp_python')}",
            "Interface": f"PySide6 {_version('PySide6_Essentials')}",
            "Processeur": pc.processor,
            "Cœurs": f"{pc.physical_cores} physiques, {pc.logical_cores} logiques",
            "Mémoire": f"{pc.memory_total / gib:.1f} Gio ({pc.memory_available / gib:.1f} libres)",
            "Modèle": self.model.name,
            "Empreinte du modèle": self.model.sha256 or "fichier choisi par l’utilisateur",
            "État du modèle": self._model_state(),
            "Réseau fermé pour Aparté": "oui" if is_sealed() else "non",
            "Réseau fermé pour le moteur": self._worker_state(),
        }

    def _model_state(self) -> str:
        try:
            self._verifier.verify(self.model)
        except AparteError as error:
            return error.sentence
        return "vérifié" if self.model.sha256 else "non vérifiable"

    def _worker_state(self) -> str:
        if self.engine.worker_pid is None:
            return "moteur non démarré"
        return "oui" if self.engine.sealed else "non"

    def _file(self) -> ModelFile:
        return _file_of(self.model)

    def model_file(self) -> ModelFile:
        """The model in use, checked. Raises AparteError where it can't be used."""
        self._verifier.verify(self.model)
        return self._file()

    def close(self) -> None:
        """End the worker."""
        self.engine.close()


class Drafting:
    """One draft under way: turns the worker's events into a draft and its progress."""

    builder: StrictCopy | WrittenText
    exchange: Exchange

    def __init__(self, source: Source, model: ModelEntry, listener: DraftListener) -> None:
        self._source = source
        self._model = model
        self._listener = listener
        self._began = time.monotonic()
        self._reading_began = self._began
        self._reading_seconds: float | None = None
        self._fitted = len(source.text)
        self._worked = False
        self._stage = Stage.LOADING

    def cancel(self) -> None:
        """Stop; returns at once, and the listener hears of it."""
        self.exchange.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; False if it did not come within ``timeout`` seconds."""
        return self.exchange.wait(timeout)

    def hear(self, event: Event) -> None:
        """Take in what the worker says."""
        match event:
            case Loaded():
                self._stage, self._reading_began = Stage.READING, time.monotonic()
                self._tell(0, 1)
            case Fitted(read=read):
                self._fitted = read
                self._tell(0, 1)
            case Read(done=done, total=total):
                self._worked = True
                self._tell(done, total)
            case Placed() if isinstance(self.builder, StrictCopy):
                for row in event.scores:
                    self.builder.place(event.topics, row)
                self._show()
            case Written() if isinstance(self.builder, WrittenText):
                self.builder.add(event.text)
                self._show()
            case Done():
                self._finish()
            case Failed():
                error = refusal(self._model, event, worked=self._worked)
                record(Happening.DRAFT_FAILED, code=error.code)
                self._listener.failed(error)

    def _tell(self, done: int, total: int) -> None:
        elapsed = time.monotonic() - self._reading_began
        if done >= total:
            self._reading_seconds = elapsed
        left = elapsed * (total - done) / done if done else None
        read = self._fitted * done // max(total, 1)
        whole = len(self._source.text)
        self._listener.progressed(
            Progress(self._stage, read, whole, left, self._reading_seconds, self._fitted)
        )

    def _show(self) -> None:
        self._stage = Stage.WRITING
        self._listener.changed(self.builder.draft(finished=False))

    def _finish(self) -> None:
        seconds = time.monotonic() - self._began
        draft = self.builder.draft(finished=True)
        record(Happening.DRAFT_FINISHED, seconds=round(seconds, 2))
        self._listener.finished(Outcome(draft, self._coverage(), seconds))

    def _coverage(self) -> Coverage:
        total = len(self._source.text)
        if isinstance(self.builder, StrictCopy):
            unread = tuple(self.builder.unread)
        else:
            unread = (Span(self._fitted, total),) if self._fitted < total else ()
        return Coverage(total - sum(len(span) for span in unread), total, unread)


def _file_of(model: ModelEntry) -> ModelFile:
    try:
        path, fingerprint = str(model.path.resolve()), model.fingerprint
    except OSError as fault:
        raise AparteError(ErrorCode.MODEL_MISSING, model=model.name) from fault
    return ModelFile(path, model.context, fingerprint, str(state_folder()))


def _not_listening(_event: Event) -> None:
    """Nobody waits for this exchange's events."""


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
