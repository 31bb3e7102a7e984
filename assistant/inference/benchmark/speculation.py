"""What speculation brings on this PC: where a text copies its source, and where it does not.

A text is forced as the model's output, once with drafts and once without, in turn. What drafts of
the same look-up could bring at best is simulated from the costs of batches measured here, twice:
with the best single rule (draft n tokens after a match of at least m), and with hindsight (at every
token, the length that leads to the earliest end: a shortest path, that no rule can reach).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import takewhile
from statistics import median

from assistant.inference.batch_costs import batch_costs
from assistant.inference.benchmark.measuring import Figures, Task, Tick, sentences
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.generation import End, Piece, PromptRead, generate
from assistant.inference.model import Model
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import (
    LONGEST_MATCH,
    SHORTEST_MATCH,
    Lookup,
    Pace,
    cost_of,
)

SOURCE_TOKENS, COPY_TOKENS, FREE_TOKENS = 600, 300, 128
_PROMPTS_PER_REPEAT, _PROMPT_TOKENS, _ANSWER_TOKENS = 4, 96, 32
_VERIFIED_AT_ONCE = 4

Steps = Generator[Tick, None, Figures]


def redraft(text: str) -> str:
    """``text`` as a tidy redraft has it: its sentences to the letter, in another order."""
    found = sentences(text)
    return "\n".join(f"- {sentence}" for sentence in found[1::2] + found[::2])


class Drafts:
    """What the look-up proposes once each token of ``text`` is written after ``prompt``, and what
    writing ``text`` costs then, in passes of one token, at the ``costs`` of batches by size. The
    last token is followed by no pass."""

    def __init__(
        self, prompt: Sequence[int], text: Sequence[int], costs: Mapping[int, float]
    ) -> None:
        self._length = len(text)
        self._costs = costs
        self._found: list[tuple[int, int, int]] = []  # match, tokens proposed, tokens right
        lookup = Lookup(prompt)
        for i, token in enumerate(text):
            lookup.add(token)
            match, draft = lookup.draft(max(costs) - 1)
            pairs = zip(draft, text[i + 1 :], strict=False)
            right = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            self._found.append((match, len(draft), right))

    def cost_of_rule(self, drafted: int, shortest_match: int) -> float:
        """With ``drafted`` draft tokens after every match of ``shortest_match`` tokens or more."""
        total, i = 0.0, 0
        while i < self._length - 1:
            worth = drafted if self._found[i][0] >= shortest_match else 0
            cost, i = self._pass(i, worth)
            total += cost
        return total

    def best_rule(self) -> float:
        """The cost with the best single rule."""
        matches = range(SHORTEST_MATCH, LONGEST_MATCH + 1)
        return min(self.cost_of_rule(size - 1, match) for size in self._costs for match in matches)

    def hindsight(self) -> float:
        """The least cost there is."""
        least = [0.0] * (self._length + 1)
        for i in range(self._length - 2, -1, -1):
            ways = (self._pass(i, size - 1) for size in self._costs)
            least[i] = min(cost + least[follows] for cost, follows in ways)
        return least[0]

    def _pass(self, i: int, drafted: int) -> tuple[float, int]:
        """Token ``i`` with at most ``drafted`` others: the cost, and the next token to write."""
        _, proposed, right = self._found[i]
        drafted = min(drafted, proposed, self._length - i - 1)
        return cost_of(drafted + 1, self._costs), i + 1 + min(drafted, right)


def _write(
    task: Task, prompt: Prompt, script: Sequence[int], pace: Pace | None
) -> Generator[Tick, None, tuple[float, End]]:
    """Seconds that writing ``script`` took, the reading of ``prompt`` left out, and the counts."""
    model = ScriptedModel(task.model, script, len(prompt.tokens))
    began = time.perf_counter()
    end = End(0, complete=False)
    for step in generate(model, task.cache, prompt, len(script), Sampling(), pace):
        if isinstance(step, PromptRead):
            yield Tick(step.done, step.total)
            began = time.perf_counter()
        elif isinstance(step, Piece):
            yield Tick(len(model.said), len(script))
        else:
            end = step
    return time.perf_counter() - began, end


def _in_turn(
    task: Task, source: Sequence[int], script: Sequence[int], costs: Mapping[int, float]
) -> Generator[Tick, None, tuple[float, float, End]]:
    """Median seconds that writing ``script`` after ``source`` took without drafts and with, and the
    counts with them; who begins changes."""
    prompt = Prompt.of([list(source)])
    seconds: tuple[list[float], list[float]] = ([], [])
    end = End(0, complete=False)
    for number in range(2 * task.repeats):
        drafted = number % 4 in (1, 2)
        spent, counts = yield from _write(task, prompt, script, Pace(costs) if drafted else None)
        seconds[drafted].append(spent)
        end = counts if drafted else end
    return median(seconds[False]), median(seconds[True]), end


def _copy(task: Task) -> Steps:
    """A redraft that repeats its source, drafts against none."""
    costs = batch_costs(task.model, task.cache)
    source, script = _source_and(task, COPY_TOKENS)
    plain, drafted, end = yield from _in_turn(task, source, script, costs)
    drafts = Drafts(source, script, costs)
    speedup = plain / drafted
    passes = len(script) - 1
    best_rule, hindsight = passes / drafts.best_rule(), passes / drafts.hindsight()
    return {
        **{f"batch_of_{size}_cost": cost for size, cost in costs.items() if size > 1},
        "speculation_copy_speedup": speedup,
        "speculation_copy_best_rule_speedup": best_rule,
        "speculation_copy_share_of_best_rule": speedup / best_rule,
        "speculation_copy_hindsight_speedup": hindsight,
        "speculation_copy_share_of_hindsight": speedup / hindsight,
        "speculation_copy_tokens_per_pass": end.tokens / max(1, end.passes),
        "speculation_copy_accepted_share": end.accepted / max(1, end.drafted),
        "speculation_copy_tokens": len(script),
    }


def _source_and(task: Task, wanted: int) -> tuple[list[int], list[int]]:
    """A source and its redraft of at most ``wanted`` tokens, in what the context holds."""
    room = task.model.context_size - 8
    source = task.tokens(min(SOURCE_TOKENS, room * 2 // 3))
    text = b"".join(map(task.model.piece, source)).decode("utf-8", "replace")
    return source, task.model.tokenize(redraft(text))[: min(wanted, room // 3)]


def _free(task: Task) -> Steps:
    """A text of the same kind that is not in the source, drafts allowed against not."""
    costs = batch_costs(task.model, task.cache)
    source, _ = _source_and(task, 0)
    all_tokens = task.model.tokenize(task.text)
    count = min(FREE_TOKENS, task.model.context_size // 4)
    script = all_tokens[-count:] if len(all_tokens) > len(source) else all_tokens[:count]
    off, on, end = yield from _in_turn(task, source, script, costs)
    return {
        "speculation_free_ratio": off / on,
        "speculation_free_tokens_per_pass": end.tokens / max(1, end.passes),
        "speculation_free_tokens": len(script),
    }


def _same_tokens(task: Task) -> Steps:
    """The share of greedy answers that stay the same, to the token, when every token of theirs is
    verified in a batch, as a draft that is always right would have it. Nothing for a model whose
    memory can't be cut."""
    count = task.repeats * _PROMPTS_PER_REPEAT
    same = 0
    for number in range(count):
        prompt = Prompt.of([task.tokens(_PROMPT_TOKENS, skip=number * 31)])
        model = ScriptedModel(task.model)
        for _ in generate(model, PrefixCache(task.model), prompt, _ANSWER_TOKENS, Sampling()):
            pass
        if not task.model.forget(len(prompt.tokens)):
            return {}
        same += _verified(task.model, model.said, len(prompt.tokens))
        yield Tick(number + 1, count)
    return {
        "speculation_same_tokens_share": same / count,
        "speculation_same_tokens_prompts": count,
        "speculation_same_tokens_batch": _VERIFIED_AT_ONCE,
    }


def _verified(model: Model, answer: Sequence[int], start: int) -> bool:
    """True if each token of ``answer`` is the most probable one again, when those before it are
    read in batches from position ``start`` on."""
    for i in range(0, len(answer) - 1, _VERIFIED_AT_ONCE):
        batch = answer[i : i + _VERIFIED_AT_ONCE]
        rows = model.evaluate(batch, start + i, range(len(batch)))
        follows = answer[i + 1 : i + 1 + len(batch)]
        if [int(row.argmax()) for row in rows][: len(follows)] != list(follows):
            return False
    return True


SPECULATION_PARTS: dict[str, Callable[[Task], Steps]] = {
    "speculation_copy": _copy,
    "speculation_free": _free,
    "speculation_same_tokens": _same_tokens,
}
