"""What the figure lock and a grammar cost: the same tokens written with and without, in turn.

A text that repeats its source is forced as the model's output under the lock, and a JSON document
under its schema, whose forced stretches are then evaluated in batches. Free text is what the model
chooses by itself, refusals included. The costs in seconds are those of the constraints alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Sequence
from statistics import median

from assistant.inference.benchmark.measuring import Figures, Task, Tick
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.constraints import Constraint, LawfulSampler, Pieces
from assistant.inference.figures.lock import FigureLock
from assistant.inference.generation import End, Piece, PromptRead, generate
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.together import Together

WRITTEN = 64
_SOURCE_TOKENS = 256
_ANY_TEXT = r"root ::= [^\x00]*"
_DOCUMENT = {
    "motif": "Dyspnée d’effort depuis 3 semaines",
    "traitements": [
        {"médicament": "Furosémide", "dose": 40, "unité": "mg", "voie": "orale"},
        {"médicament": "Bisoprolol", "dose": 2.5, "unité": "mg", "voie": "orale"},
    ],
    "urgent": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "motif": {"type": "string"},
        "traitements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "médicament": {"type": "string"},
                    "dose": {"type": "number"},
                    "unité": {"enum": ["mg", "g", "µg"]},
                    "voie": {"enum": ["orale", "intraveineuse"]},
                },
                "required": ["médicament", "dose", "unité", "voie"],
            },
        },
        "urgent": {"type": "boolean"},
    },
    "required": ["motif", "traitements", "urgent"],
}

Steps = Generator[Tick, None, Figures]
_Making = Callable[[], Constraint] | None


def _constraints(task: Task) -> Steps:
    """Ratios of speed with a constraint to speed without, above 1 where the constraint gains."""
    pieces = Pieces(
        task.model.piece, task.model.is_end, task.model.vocabulary_size, task.model.tokenize
    )
    source = task.tokens(min(_SOURCE_TOKENS, task.model.context_size // 3))
    source_text = b"".join(map(task.model.piece, source)).decode("utf-8", "replace")
    document = json.dumps(_DOCUMENT, ensure_ascii=False)
    schema = json.dumps(_SCHEMA)
    json_tokens = task.model.tokenize(document)

    def lock() -> Constraint:
        return FigureLock(source_text)

    def both() -> Constraint:
        return Together(FigureLock(document), Grammar.of_schema(schema))

    ways: dict[str, tuple[Sequence[int], str, _Making]] = {
        "copy": (source, "", None),
        "free": ((), "", None),
        "json": (json_tokens, "", None),
        "lock_copy": (source, "copy", lock),
        "lock_free": ((), "free", lock),
        "grammar_copy": (source, "copy", lambda: Grammar(_ANY_TEXT)),
        "grammar_json": (json_tokens, "json", lambda: Grammar.of_schema(schema)),
        "lock_and_grammar_json": (json_tokens, "json", both),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(task.repeats + 1):
        for name, (script, _, making) in ways.items():
            made = None if making is None else LawfulSampler(Sampling(), pieces, making())
            took = yield from _write(task, source, script, made)
            if turn:  # the first turn asks for the pieces of the vocabulary
                seconds[name].append(took)
    found: Figures = {
        f"{name}_ratio": median(seconds[against]) / median(seconds[name])
        for name, (_, against, _) in ways.items()
        if against
    }
    found["lock_token_cost_s"] = _alone(pieces, source, lock())
    found["grammar_token_cost_s"] = _alone(pieces, source, Grammar(_ANY_TEXT))
    found["lock_and_grammar_token_cost_s"] = _alone(pieces, json_tokens, both())
    return found


def _write(
    task: Task, source: Sequence[int], script: Sequence[int], lawful: LawfulSampler | None
) -> Generator[Tick, None, float]:
    """Seconds a token of writing ``script``, or what the model likes, after ``source``."""
    count = min(len(script) or WRITTEN, WRITTEN, task.model.context_size // 3)
    model = ScriptedModel(task.model, script, len(source))
    began = time.perf_counter()
    end = End(0, complete=False)
    for step in generate(
        model, task.cache, Prompt.of([list(source)]), count, Sampling(), None, lawful
    ):
        match step:
            case PromptRead(done, total):
                yield Tick(done, total)
                began = time.perf_counter()
            case Piece():
                yield Tick(min(len(model.said), count), count)
            case End():
                end = step
    return (time.perf_counter() - began) / max(1, end.tokens)


def _alone(pieces: Pieces, tokens: Sequence[int], constraint: Constraint) -> float:
    """Seconds a token of what is asked of ``constraint`` for each of ``tokens``."""
    said = [pieces[token] for token in tokens]
    began = time.perf_counter()
    for piece in said:
        if constraint.allows(piece):
            constraint.accept(piece)
        constraint.may_show()
        constraint.forced()
    return (time.perf_counter() - began) / max(1, len(said))


CONSTRAINT_PARTS: dict[str, Callable[[Task], Steps]] = {"constraints": _constraints}
