"""How long a stop takes to be felt, while a prompt is read and while a text is written."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator, Iterator

from assistant.inference.benchmark.measuring import Figures, Task, Tick, percentile
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.generation import PromptRead, Step, generate
from assistant.inference.model import Stopped
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling

STOPS_PER_REPEAT = 10
_READ_TOKENS = 1024
_LONGEST_DELAY = 1.0

Steps = Generator[Tick, None, Figures]


def _stops(task: Task) -> Steps:
    """Stops at times drawn at random, each from a thread of its own, as a cancel comes."""
    count = task.repeats * STOPS_PER_REPEAT
    chance = random.Random(1)
    figures: Figures = {"stops": count}
    for stage, start in (("prefill", _reading), ("decode", _writing)):
        latencies: list[float] = []
        longest_delay = _LONGEST_DELAY
        while len(latencies) < count:
            task.cache.forget()
            latency = _stop_once(task, start(task), chance.random() * longest_delay)
            if latency is None:  # the work was over before: stop sooner
                longest_delay /= 2
            else:
                latencies.append(latency)
            yield Tick(len(latencies), count)
        figures[f"stop_{stage}_p50_s"] = percentile(latencies, 0.50)
        figures[f"stop_{stage}_p95_s"] = percentile(latencies, 0.95)
        figures[f"stop_{stage}_longest_s"] = max(latencies)
    return figures


def _stop_once(task: Task, work: Iterator[Step], delay: float) -> float | None:
    """Seconds between a stop, ``delay`` seconds from now, and the end of ``work``; None where the
    work was over before. Raises Stopped for a stop of someone else's."""
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.perf_counter())
        task.model.stop.set()

    timer = threading.Timer(delay, press)
    timer.start()
    try:
        for _ in work:
            pass
        ended = None
    except Stopped:
        ended = time.perf_counter()
        if not pressed:
            raise
    finally:
        timer.cancel()
        timer.join()
        if pressed:
            task.model.stop.clear()
    return None if ended is None else ended - pressed[0]


def _reading(task: Task) -> Iterator[Step]:
    tokens = task.tokens(min(_READ_TOKENS, task.model.context_size - 1))
    return generate(task.model, task.cache, Prompt.of([tokens]), 0, Sampling())


def _writing(task: Task) -> Iterator[Step]:
    room = task.model.context_size - 8
    model = ScriptedModel(task.model)
    work = generate(model, task.cache, Prompt.of([task.tokens(2)]), room, Sampling())
    for step in work:
        if isinstance(step, PromptRead) and step.done == step.total:
            break
    return work


STOP_PARTS: dict[str, Callable[[Task], Steps]] = {"stops": _stops}
