"""Strict copy against writing: the clauses of a note placed in one pass, the same note decoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from statistics import median

from assistant.inference.benchmark.measuring import Figures, Task, Tick, sentences
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.generation import End, Piece, PromptRead, generate
from assistant.inference.placement import place, placement_tags
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling

CLAUSES = 30

Steps = Generator[Tick, None, Figures]


def _placement(task: Task) -> Steps:
    """Seconds to place a note of CLAUSES clauses, and to decode its text once it was read; nothing
    for a model that was not trained to place."""
    tags = placement_tags(task.model)
    yield Tick(0, task.repeats)
    if tags is None:
        return {}
    clauses = sentences(task.text)[:CLAUSES]
    room = task.model.context_size // 2 - 8
    note = task.model.tokenize("\n".join(clauses))[:room]
    placing, decoding = [], []
    for number in range(task.repeats):
        task.cache.forget()
        began = time.perf_counter()
        for _ in place(task.model, tags, clauses, [1] * len(clauses)):
            pass
        placing.append(time.perf_counter() - began)
        task.cache.forget()
        model = ScriptedModel(task.model, note, len(note))
        for step in generate(model, task.cache, Prompt.of([note]), len(note), Sampling()):
            match step:
                case PromptRead():
                    began = time.perf_counter()
                case Piece():
                    yield Tick(number, task.repeats)
                case End():
                    decoding.append(time.perf_counter() - began)
    return {
        "placement_s": median(placing),
        "placement_clauses": len(clauses),
        "placement_note_tokens": len(note),
        "placement_decoding_of_same_text_s": median(decoding),
        "placement_speedup": median(decoding) / median(placing),
    }


PLACEMENT_PARTS: dict[str, Callable[[Task], Steps]] = {"placement": _placement}
