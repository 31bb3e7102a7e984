"""What the llm worker answers: load, place, write. One model is kept loaded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.inference import chat
from assistant.inference.batch_costs import KeptCosts, batch_costs
from assistant.inference.benchmark.measuring import Task, Tick
from assistant.inference.benchmark.parts import measure, measure_pc
from assistant.inference.constraints import NothingLawfulError, Pieces
from assistant.inference.generation import End, Piece, PromptRead, Step, generate, prefetch
from assistant.inference.hardware import inference_threads, this_pc
from assistant.inference.manners import lower_priority
from assistant.inference.model import Model, Stop, Stopped
from assistant.inference.placement import Reading, place, placement_tags
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import is_count
from assistant.inference.sequence import Tags
from assistant.inference.speculation import Pace
from assistant.inference.state_store import StateStore
from assistant.inference.tagging import NoTagError, Question, tag
from assistant.inference.writing import Writing
from assistant.protocol import (
    Done,
    Event,
    Fitted,
    Load,
    Loaded,
    Measure,
    Measured,
    Measuring,
    ModelFile,
    ModelRequest,
    Place,
    Placed,
    Read,
    Request,
    Write,
    Written,
)

_PC = "pc"
_LEAST_CONTEXT = 64

# Tokens of the context kept for the text, so that a prefetch and its request read the same source.
_ROOM_TO_WRITE = 1500


@dataclass(slots=True)
class _Desk:
    """A loaded model with what is kept for it."""

    file: ModelFile
    model: Model
    tags: Tags | None
    cache: PrefixCache
    pieces: Pieces
    costs: dict[int, float] | None = None

    def close(self) -> None:
        self.cache.forget()
        self.model.close()


class Service:
    """Answers requests one at a time; ``stop`` interrupts the one under way."""

    def __init__(self, stop: Stop) -> None:
        lower_priority()
        self._stop = stop
        self._desk: _Desk | None = None

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``, as they come.

        Raises Stopped, or AparteError with the code to report.
        """
        if not isinstance(request, ModelRequest):
            raise AparteError(ErrorCode.WORKER_FAULT)
        if isinstance(request, Measure) and request.part == _PC:
            yield Measured(request.id, _PC, measure_pc())
            yield Done(request.id, 0, 0.0)
            return
        began = time.monotonic()
        writing = Writing.of(request) if isinstance(request, Write) else None
        desk = self._desk_for(request.model)
        if self._stop.is_set:
            raise Stopped
        seconds = round(time.monotonic() - began, 3)
        writes = chat.has_template(desk.model)
        yield Loaded(request.id, desk.model.description, desk.tags is not None, writes, seconds)
        match request:
            case Load():
                yield Done(request.id, 0, seconds)
            case Place():
                yield from _place(desk, request)
            case Write() if writing is not None:
                yield from _write(desk, request, writing)
            case Measure():
                yield from _measure(desk, request)

    def _desk_for(self, file: ModelFile) -> _Desk:
        if self._desk is not None and self._desk.file == file:
            return self._desk
        if not is_count(file.context) or file.context < _LEAST_CONTEXT:
            facts = {"context": file.context, "least": _LEAST_CONTEXT}
            raise AparteError(ErrorCode.CONTEXT_INVALID, **facts)
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        threads = inference_threads(this_pc())
        model = Model(Path(file.path), file.context, threads, self._stop, exact=file.exact)
        store = StateStore(Path(file.states), _fingerprint(file, model)) if file.states else None
        pieces = Pieces(model.piece, model.is_end, model.vocabulary_size, model.tokenize)
        self._desk = _Desk(file, model, placement_tags(model), PrefixCache(model, store), pieces)
        return self._desk


def _fingerprint(file: ModelFile, model: Model) -> str:
    """What a state depends on: it is read back only by the same model, build and context."""
    return f"{file.fingerprint} {model.build} context={model.context_size} exact={model.exact}"


def _kept_costs(file: ModelFile, model: Model) -> KeptCosts | None:
    """What batches cost depends on this PC too."""
    if not file.states:
        return None
    pc = this_pc()
    fingerprint = f"{_fingerprint(file, model)} {pc.processor} threads={inference_threads(pc)}"
    return KeptCosts(Path(file.states), fingerprint)


def _place(desk: _Desk, request: Place) -> Iterator[Event]:
    began = time.monotonic()
    total = 0
    topics = list(desk.tags.topics) if desk.tags is not None else []
    try:
        for reading in _readings(desk, request):
            total = reading.total
            yield Read(request.id, reading.done, total)
            if reading.scores:
                yield Placed(request.id, reading.first, topics, reading.scores)
    except (chat.NoTemplateError, NoTagError) as cannot:
        name = Path(request.model.path).name
        raise AparteError(ErrorCode.MODEL_CANNOT_FILE, model=name) from cannot
    finally:
        desk.cache.forget()
    yield Done(request.id, total, round(time.monotonic() - began, 3))


def _readings(desk: _Desk, request: Place) -> Iterator[Reading]:
    if desk.tags is not None:
        return place(desk.model, desk.tags, request.clauses, request.breaks)
    if not request.tags:
        raise NoTagError
    question = Question(request.system, request.before, request.after, tuple(request.tags))
    return tag(desk.model, desk.cache, question, request.clauses)


def _write(desk: _Desk, request: Write, writing: Writing) -> Iterator[Event]:
    began = time.monotonic()
    try:
        read, prompt = _fit(desk.model, request)
    except chat.NoTemplateError as missing:
        name = Path(request.model.path).name
        raise AparteError(ErrorCode.MODEL_CANNOT_WRITE, model=name) from missing
    yield Fitted(request.id, read, len(request.source))
    if desk.costs is None:  # measured before anything is read: it empties the context
        desk.costs = batch_costs(desk.model, desk.cache, _kept_costs(request.model, desk.model))
    if request.limit == 0:
        for ahead in prefetch(desk.model, desk.cache, prompt):
            yield Read(request.id, ahead.done, ahead.total)
        yield Done(request.id, 0, round(time.monotonic() - began, 3))
        return
    pace = Pace(desk.costs) if desk.model.steps_back else None
    steps = generate(
        desk.model, desk.cache, prompt, request.limit, writing.sampling, pace,
        writing.sampler(desk.pieces), request.stops,
    )  # fmt: skip
    for step in _lawfully(steps):
        match step:
            case PromptRead(done, total):
                yield Read(request.id, done, total)
            case Piece(text):
                yield Written(request.id, text)
            case End():
                seconds = round(time.monotonic() - began, 3)
                yield Done(request.id, step.tokens, seconds, step.complete)


def _lawfully(steps: Iterator[Step]) -> Iterator[Step]:
    try:
        yield from steps
    except NothingLawfulError as stuck:
        raise AparteError(ErrorCode.NOTHING_LAWFUL) from stuck


def _measure(desk: _Desk, request: Measure) -> Iterator[Event]:
    began = time.monotonic()
    folder = Path(request.model.states) if request.model.states else None
    task = Task(desk.model, desk.cache, request.text, request.repeats, folder)
    for step in measure(task, request.part):
        if isinstance(step, Tick):
            yield Measuring(request.id, request.part, step.done, step.total)
        else:
            yield Measured(request.id, request.part, step)
    yield Done(request.id, 0, round(time.monotonic() - began, 3))


def _fit(model: Model, request: Write) -> tuple[int, Prompt]:
    """How many characters of the source fit, and the prompt that holds them."""
    source = request.source

    def prompt(characters: int) -> Prompt:
        parts = [request.before, source[:characters], request.after]
        return chat.prompt_for(model, request.system, parts, fixed_parts=1)

    room = model.context_size - min(_ROOM_TO_WRITE, model.context_size // 3)
    whole = prompt(len(source))
    if len(whole.tokens) <= room:
        return len(source), whole
    fits, too_long = 0, len(source)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(prompt(middle).tokens) <= room:
            fits = middle
        else:
            too_long = middle
    fits = _last_border(source, fits)
    if fits == 0:
        raise AparteError(ErrorCode.SOURCE_TOO_LONG, characters=len(source), limit=0)
    return fits, prompt(fits)


def _last_border(text: str, before: int) -> int:
    """The last line end, sentence end or space up to ``before``, in that order of preference."""
    for border in ("\n", ". ", " "):
        found = text.rfind(border, before // 2, before)
        if found > 0:
            return found + len(border)
    return before
