"""Has the worker measure, one part at a time, and shows what is being measured."""

from __future__ import annotations

import queue
from collections.abc import Callable

from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.errors import AparteError, ErrorCode
from assistant.model_store.catalogue import ModelEntry
from assistant.paths import state_folder
from assistant.protocol import (
    Done,
    Event,
    Failed,
    Load,
    Loaded,
    Measure,
    Measured,
    Measuring,
    ModelFile,
    Request,
)

Figures = dict[str, float | str]
Shown = Callable[[str, float], None]
"""Is told the part under way and the share of it that is done."""

PC, LOAD, REFERENCE = "pc", "load", "reference"
_STOPPING_SECONDS = 5.0
_TO_BE_NUMBERED = 0


class Measurer:
    """A worker that measures ``model``. Its texts are the fictional cases that ship."""

    def __init__(self, model: ModelEntry, shown: Shown) -> None:
        self.file = ModelFile(
            str(model.path.resolve()), model.context, model.fingerprint, str(state_folder())
        )
        self.shown = shown
        self._text = "\n\n".join(source.text for source in example_sources())
        self._engine: Engine | None = None

    def measure(self, part: str, repeats: int = 1) -> Figures:
        """The figures of ``part``. Raises AparteError, and KeyboardInterrupt once it stopped."""
        self.shown(part, 0.0)
        request = Measure(_TO_BE_NUMBERED, self.file, part, repeats, self._text)
        figures: Figures = {}
        for event in self._ask(request):
            if isinstance(event, Measured):
                figures |= event.figures
        return figures

    def load(self) -> float:
        """Seconds that loading the model takes in a new worker; Aparté's own start left out."""
        self.close()
        self.shown(LOAD, 0.0)
        events = self._ask(Load(_TO_BE_NUMBERED, self.file))
        return next(event.seconds for event in events if isinstance(event, Loaded))

    def close(self) -> None:
        """End the worker; the next measure starts another."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _ask(self, request: Request) -> list[Event]:
        """Every event but progress, which is shown as it comes."""
        if self._engine is None:
            self._engine = Engine()
        news: queue.SimpleQueue[Event] = queue.SimpleQueue()
        exchange = self._engine.ask(request, news.put)
        events: list[Event] = []
        try:
            while not events or not isinstance(events[-1], Done):
                event = news.get()
                if isinstance(event, Failed):
                    raise AparteError(ErrorCode.from_name(event.code), **event.facts)
                if isinstance(event, Measuring):
                    self.shown(event.part, event.done / max(1, event.total))
                else:
                    events.append(event)
        except KeyboardInterrupt:
            exchange.cancel()
            exchange.wait(_STOPPING_SECONDS)
            raise
        return events
