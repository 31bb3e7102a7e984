"""What the llm worker answers: load, place, write. One model is kept loaded."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.inference import chat
from assistant.inference.generation import End, Piece, PromptRead, Sampling, generate
from assistant.inference.hardware import inference_threads, this_pc
from assistant.inference.model import Model, Stop, Stopped
from assistant.inference.placement import place, placement_tags
from assistant.inference.sequence import Tags
from assistant.protocol import (
    Done,
    Event,
    Fitted,
    Load,
    Loaded,
    ModelFile,
    Place,
    Placed,
    Read,
    Request,
    Write,
    Written,
)


class Service:
    """Answers requests one at a time; ``stop`` interrupts the one under way."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._file: ModelFile | None = None
        self._model: Model | None = None

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``, as they come.

        Raises Stopped, or AparteError with the code to report.
        """
        began = time.monotonic()
        model = self._loaded(request.model)
        tags = placement_tags(model)
        if self._stop.is_set:
            raise Stopped
        seconds = round(time.monotonic() - began, 3)
        yield Loaded(
            request.id, model.description, tags is not None, chat.has_template(model), seconds
        )
        match request:
            case Load():
                yield Done(request.id, 0, seconds)
            case Place():
                yield from _place(model, tags, request)
            case Write():
                yield from _write(model, request)

    def _loaded(self, file: ModelFile) -> Model:
        if self._model is not None and self._file == file:
            return self._model
        if self._model is not None:
            self._model.close()
        self._model, self._file = None, None
        threads = inference_threads(this_pc())
        self._model = Model(Path(file.path), file.context, threads, self._stop)
        self._file = file
        return self._model


def _place(model: Model, tags: Tags | None, request: Place) -> Iterator[Event]:
    if tags is None:
        raise AparteError(ErrorCode.MODEL_CANNOT_FILE, model=Path(request.model.path).name)
    began = time.monotonic()
    topics, total = list(tags.topics), 0
    for reading in place(model, tags, request.clauses, request.breaks):
        total = reading.total
        yield Read(request.id, reading.done, total)
        if reading.scores:
            yield Placed(request.id, reading.first, topics, reading.scores)
    yield Done(request.id, total, round(time.monotonic() - began, 3))


def _write(model: Model, request: Write) -> Iterator[Event]:
    began = time.monotonic()
    try:
        read, prompt = _fit(model, request)
    except chat.NoTemplateError as missing:
        name = Path(request.model.path).name
        raise AparteError(ErrorCode.MODEL_CANNOT_WRITE, model=name) from missing
    yield Fitted(request.id, read, len(request.source))
    sampling = Sampling(temperature=request.temperature, seed=request.seed)
    for step in generate(model, prompt, request.limit, sampling):
        match step:
            case PromptRead(done, total):
                yield Read(request.id, done, total)
            case Piece(text):
                yield Written(request.id, text)
            case End(tokens, complete):
                seconds = round(time.monotonic() - began, 3)
                yield Done(request.id, tokens, seconds, complete)


def _fit(model: Model, request: Write) -> tuple[int, list[int]]:
    """How many characters of the source fit, and the prompt that holds them."""
    source = request.source

    def prompt(characters: int) -> list[int]:
        parts = [request.before, source[:characters], request.after]
        return list(itertools.chain.from_iterable(chat.prompt_tokens(model, request.system, parts)))

    room = model.context_size - min(request.limit, model.context_size // 3)
    whole = prompt(len(source))
    if len(whole) <= room:
        return len(source), whole
    fits, too_long = 0, len(source)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(prompt(middle)) <= room:
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
