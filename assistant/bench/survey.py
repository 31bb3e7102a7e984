"""A measure of this PC in the background, through the desk's own engine, a step at a time.

It shares the worker with drafts, and gives way to them: a step that was interrupted is made again.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import re
from collections.abc import Sequence
from enum import Enum, auto

import psutil

from assistant.bench.card import NOTE_WORDS, STRICT_COPY_SECONDS, Card, Figures, about
from assistant.bench.measurer import PC
from assistant.bench.quiet import Others
from assistant.documents import Draft, Mode, Source
from assistant.drafting.sources import example_sources
from assistant.engine import Exchange
from assistant.errors import AparteError
from assistant.model_store.catalogue import ModelEntry
from assistant.model_store.refusal import refusal
from assistant.protocol import Done, Event, Failed, Measured, Measuring
from assistant.tasks import Desk, Drafting, Outcome, Progress

STRICT_COPY = "strict_copy"
# Part, repeats. A repeat of « stops » is ten stops in each stage.
_WRITING = (
    (PC, 1), ("prefill_512", 2), ("decode_depth_0", 2), ("task_300_words", 1), (STRICT_COPY, 1),
    ("stops", 1),
)  # fmt: skip
_FILING = ((PC, 1), ("stops", 1), (STRICT_COPY, 1))


class Stage(Enum):
    """Where a measure stands."""

    MEASURING = auto()
    WAITING = auto()
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


class Survey:
    """Measures what ``desk`` can do. Whoever owns it calls ``advance`` a few times a second, on one
    thread; nothing here blocks. ``card`` is there once it is DONE, ``error`` once it has FAILED."""

    def __init__(self, desk: Desk) -> None:
        """Raises OSError where the model's file is gone."""
        self._desk = desk
        self._steps = steps_of(desk.model)
        self._figures = about(desk.model)
        self._text = "\n\n".join(source.text for source in example_sources())
        self._run: _Step | None = None
        self._most_by_others = 0.0
        self.index = 0
        self.share = 0.0
        self.stage = Stage.MEASURING
        self.card: Card | None = None
        self.error: AparteError | None = None

    @property
    def part(self) -> str:
        """What is being measured, as ``bench.report.PARTS`` names it."""
        return self._steps[min(self.index, len(self._steps) - 1)][0]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    @property
    def running(self) -> bool:
        """True until it is done, cancelled or failed."""
        return self.stage in (Stage.MEASURING, Stage.WAITING)

    def advance(self) -> None:
        """Take in what the worker said, and ask for the next step when one is over."""
        if self.stage is not Stage.MEASURING:
            return
        if self._run is None:
            self._begin()
            return
        step, end = self._run, self._run.end()
        self.share = step.share
        if end is None:
            return
        self._run = None
        if isinstance(end, AparteError):
            self._fail(end)
            return
        self._figures |= end
        self._most_by_others = max(self._most_by_others, step.others.share())
        self.index, self.share = self.index + 1, 0.0
        if self.index == len(self._steps):
            self._finish()

    def give_way(self) -> None:
        """Interrupt the step under way: someone drafts."""
        if self.stage is Stage.MEASURING:
            self._drop()
            self.stage = Stage.WAITING

    def go_on(self) -> None:
        """The contrary of ``give_way``; the step begins again."""
        if self.stage is Stage.WAITING:
            self.stage = Stage.MEASURING

    def cancel(self) -> None:
        """Stop for good."""
        if self.running:
            self._drop()
            self.stage = Stage.CANCELLED

    def _begin(self) -> None:
        part, repeats = self._steps[self.index]
        step = _Step(self._desk.model)
        try:
            if part == STRICT_COPY:
                note = Source(_words(self._text, NOTE_WORDS))
                form = next(f for f in self._desk.forms.values() if Mode.STRICT_COPY in f.modes)
                step.exchange = self._desk.start_draft(note, form, Mode.STRICT_COPY, step)
            else:
                step.exchange = self._desk.measure(part, repeats, self._text, step.hear)
        except AparteError as error:
            self._fail(error)
        else:
            self._run = step

    def _drop(self) -> None:
        if self._run is not None:
            self._run.exchange.cancel()
            self._run = None

    def _finish(self) -> None:
        if memory := _memory_of(self._desk.engine.worker_pid):
            self._figures["worker_memory_bytes"] = memory
        self._figures["other_programs_share"] = round(self._most_by_others, 3)
        reading = self._figures.get("prefill_512_tokens_per_s")
        writing = self._figures.get("decode_depth_0_tokens_per_s")
        if isinstance(reading, float) and isinstance(writing, float):
            self._figures["prefill_over_decode"] = reading / writing
        self.card = Card(self._figures)
        self.stage = Stage.DONE

    def _fail(self, error: AparteError) -> None:
        self.error = error
        self.stage = Stage.FAILED


def steps_of(model: ModelEntry) -> Sequence[tuple[str, int]]:
    """The parts that tell what ``model`` does here, with the repeats of each."""
    parts = _WRITING if Mode.VERIFIED in model.modes else _FILING
    return [part for part in parts if part[0] != STRICT_COPY or Mode.STRICT_COPY in model.modes]


class _Step:
    """A step under way, as a part of the benchmark or as a draft: ``share`` of it is done, from 0
    to 1, and ``others`` watches what other programs take meanwhile. Told on the engine's thread."""

    exchange: Exchange | Drafting

    def __init__(self, model: ModelEntry) -> None:
        self._model = model
        self._figures: Figures = {}
        self._ends: queue.SimpleQueue[Figures | AparteError] = queue.SimpleQueue()
        self.share = 0.0
        self.others = Others()

    def end(self) -> Figures | AparteError | None:
        """The figures found or why there are none, once it is over."""
        try:
            return self._ends.get_nowait()
        except queue.Empty:
            return None

    def hear(self, event: Event) -> None:
        """Take in what the worker says of a part of the benchmark."""
        match event:
            case Measuring():
                self.share = event.done / max(1, event.total)
            case Measured():
                self._figures |= event.figures
            case Done():
                self._ends.put(self._figures)
            case Failed():
                self._ends.put(refusal(self._model, event, worked=True))

    def progressed(self, progress: Progress) -> None:
        """A draft goes on."""
        self.share = progress.read / max(1, progress.total)

    def changed(self, draft: Draft) -> None:
        """Only the time it takes is wanted."""

    def finished(self, outcome: Outcome) -> None:
        """A draft is done."""
        self._ends.put({STRICT_COPY_SECONDS: outcome.seconds})

    def failed(self, error: AparteError) -> None:
        """A draft failed."""
        self._ends.put(error)


def _memory_of(pid: int | None) -> int:
    """Bytes of memory that a process holds now: its peak would count what measuring itself took."""
    with contextlib.suppress(psutil.Error):
        return 0 if pid is None else int(psutil.Process(pid).memory_info().rss)
    return 0


def _words(text: str, count: int) -> str:
    """The first ``count`` words of ``text``, its lines kept, repeated as needed."""
    found = re.findall(r"\S+\s*", text + "\n")
    return "".join(itertools.islice(itertools.cycle(found), count))
