"""Strict copy against writing: the clauses of a note placed, the same note decoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from statistics import median

from assistant.inference import chat
from assistant.inference.benchmark.measuring import Figures, Task, Tick, sentences
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.generation import End, Piece, PromptRead, generate
from assistant.inference.placement import Reading, place, placement_tags
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.tagging import NoTagError, Question, tag

CLAUSES = 30

_QUESTION = Question(
    "Tu classes les phrases d’une note médicale, une lettre par phrase.",
    "A : motif. B : antécédents. C : examen. D : traitement. E : suite. F : rien de cela.\n\n",
    "\n\nPour chaque phrase numérotée, réponds par sa lettre.",
    tuple("ABCDEF"),
)

Steps = Generator[Tick, None, Figures]


def _placement(task: Task) -> Steps:
    """Seconds to place a note of CLAUSES clauses, and to decode its text once it was read; nothing
    for a model that can do neither. The speed-up sets placing, reading included, against decoding
    alone; where the reading was done ahead only the answers are left to wait for."""
    clauses = sentences(task.text)[:CLAUSES]
    room = task.model.context_size // 2 - 8
    note = task.model.tokenize("\n".join(clauses))[:room]
    placing, answering, decoding = [], [], []
    for number in range(task.repeats):
        task.cache.forget()
        began = last = time.perf_counter()
        answers = 0.0
        try:
            for reading in _readings(task, clauses):
                now = time.perf_counter()
                answers += now - last if reading.scores else 0.0
                last = now
                yield Tick(number, task.repeats)
        except (NoTagError, chat.NoTemplateError):
            return {}
        placing.append(time.perf_counter() - began)
        answering.append(answers)
        decoding.append((yield from _decoded(task, note, Tick(number, task.repeats))))
    return {
        "placement_s": median(placing),
        "placement_answers_s": median(answering),
        "placement_clauses": len(clauses),
        "placement_note_tokens": len(note),
        "placement_decoding_of_same_text_s": median(decoding),
        "placement_speedup": median(decoding) / median(placing),
        "placement_read_ahead_speedup": median(decoding) / median(answering),
    }


def _readings(task: Task, clauses: Sequence[str]) -> Iterator[Reading]:
    """Placing as the product does it with this model."""
    tags = placement_tags(task.model)
    if tags is not None:
        return place(task.model, tags, clauses, [1] * len(clauses))
    return tag(task.model, task.cache, _QUESTION, clauses)


def _decoded(task: Task, note: Sequence[int], tick: Tick) -> Generator[Tick, None, float]:
    """Seconds that writing ``note`` takes, once it was read."""
    task.cache.forget()
    model = ScriptedModel(task.model, note, len(note))
    began = now = time.perf_counter()
    for step in generate(model, task.cache, Prompt.of([list(note)]), len(note), Sampling()):
        now = time.perf_counter()
        match step:
            case PromptRead():
                yield tick
                began = time.perf_counter()
            case Piece():
                yield tick
            case End():
                break
    return now - began


PLACEMENT_PARTS: dict[str, Callable[[Task], Steps]] = {"placement": _placement}
