"""What a loaded model does on this PC, measured with the loops that the product itself runs.

``measure`` takes one part at a time, so that the owner can run another program's measure between
two of them. Every figure is a median over the repeats asked for. The prompts are cut to what the
model's context holds; the figures in ``_tokens`` say how long they were.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from assistant.inference.batch_costs import batch_costs
from assistant.inference.benchmark.bandwidth import read_bandwidth
from assistant.inference.benchmark.constraints import CONSTRAINT_PARTS
from assistant.inference.benchmark.measuring import Figures, Task, Tick, peak_memory, whole
from assistant.inference.benchmark.placement import PLACEMENT_PARTS
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.benchmark.speculation import SPECULATION_PARTS
from assistant.inference.benchmark.stops import STOP_PARTS
from assistant.inference.generation import End, Piece, PromptRead, generate
from assistant.inference.hardware import inference_threads, this_pc
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Pace
from assistant.inference.state_store import StateStore

WRITTEN_TOKENS = 64
TASK_TOKENS = 120
PREFIX, SUFFIX = 1500, 60
SOURCE, INSTRUCTION = 1500, 30
_FEW = 8

Steps = Generator[Tick, None, Figures]


def measure_pc() -> Figures:
    """The card of this PC: processor, cores, memory, what its memory gives."""
    pc = this_pc()
    threads = inference_threads(pc)
    return {
        "processor": pc.processor,
        "physical_cores": pc.physical_cores,
        "logical_cores": pc.logical_cores,
        "memory_total_bytes": pc.memory_total,
        "threads": threads,
        "read_bandwidth_bytes_per_s": read_bandwidth(threads),
        "read_bandwidth_one_thread_bytes_per_s": read_bandwidth(1),
    }


def measure(task: Task, part: str) -> Iterator[Tick | Figures]:
    """Measure ``part`` (one of PARTS): ticks as it goes, its figures last.

    Empties the context. Raises KeyError for an unknown part, Stopped when stopped.
    """
    work = PARTS[part]
    try:
        task.model.evaluate(task.tokens(2), 0, [1])  # touches every weight, wakes the threads
        yield (yield from work(task))
    finally:
        task.cache.forget()


# --- reading and writing ----------------------------------------------------------------


def _prefill(size: int, task: Task) -> Steps:
    """Tokens read per second, in the product's steps, with progress and a stop in between."""
    tokens = task.tokens(min(size, task.model.context_size - _FEW))
    rates = []
    for _ in range(task.repeats):
        task.cache.forget()
        began = time.perf_counter()
        for step in generate(task.model, task.cache, Prompt.of([tokens]), 0, Sampling()):
            if isinstance(step, PromptRead):
                yield Tick(step.done, step.total)
        rates.append(len(tokens) / (time.perf_counter() - began))
    name = f"prefill_{size}"
    return {f"{name}_tokens_per_s": median(rates), f"{name}_tokens": len(tokens)}


def _decode(depth: int, task: Task) -> Steps:
    """Tokens written per second after ``depth`` tokens, speculation off; the longest wait.

    A pass counts as a token, as in llama-bench: the last token shown needs none."""
    room = task.model.context_size - _FEW
    count = min(WRITTEN_TOKENS, room // 2) + 1
    tokens = task.tokens(max(1, min(depth, room - count)))
    model = ScriptedModel(task.model)
    task.cache.forget()
    rates: list[float] = []
    waits: list[float] = []
    for _ in range(task.repeats):
        began = last = time.perf_counter()
        for step in generate(model, task.cache, Prompt.of([tokens]), count, Sampling()):
            now = time.perf_counter()
            match step:
                case PromptRead(done, total):
                    yield Tick(done, total)
                    began = last = time.perf_counter()
                case Piece():
                    waits.append(now - last)
                    yield Tick(len(rates), task.repeats)
                    last = now
                case End():
                    rates.append(step.passes / (now - began))
    name = f"decode_depth_{depth}"
    return {
        f"{name}_tokens_per_s": median(rates),
        f"{name}_longest_wait_s": max(waits),
        f"{name}_tokens": len(tokens),
    }


def _memory(_task: Task) -> Steps:
    """The most memory this process held so far."""
    yield Tick(1, 1)
    return {"peak_memory_bytes": peak_memory()}


# --- the first token --------------------------------------------------------------------


def first_text(task: Task, cache: PrefixCache, prompt: Prompt) -> Generator[Tick, None, float]:
    """Seconds until the first characters of an answer to ``prompt``."""
    word = task.model.tokenize(" Le patient")
    model = ScriptedModel(task.model, word, len(prompt.tokens))
    began = time.perf_counter()
    for step in generate(model, cache, prompt, len(word), Sampling()):
        if isinstance(step, PromptRead):
            yield Tick(step.done, step.total)
        elif isinstance(step, Piece):
            break
    return time.perf_counter() - began


def _new_tokens_alone(task: Task, tokens: Sequence[int], start: int) -> float:
    """Seconds that llama.cpp takes for ``tokens`` alone, after the ``start`` ones that the context
    holds: what no way of keeping a prefix can go below."""
    task.model.forget(start)
    began = time.perf_counter()
    task.model.evaluate(tokens, start, [len(tokens) - 1])
    return time.perf_counter() - began


def _first_token(task: Task) -> Steps:
    """A prefix about no patient, then new tokens: cold, from memory, from disk."""
    lengths = whole(task, PREFIX, SUFFIX)
    tokens = task.tokens(sum(lengths))
    prompt = Prompt.of([tokens[: lengths[0]], tokens[lengths[0] :]], fixed_stretches=1)
    cold, memory, disk, alone = [], [], [], []
    if task.folder is not None:
        task.folder.mkdir(parents=True, exist_ok=True)
    for _ in range(task.repeats):
        with tempfile.TemporaryDirectory(dir=task.folder) as name:
            store = StateStore(Path(name), "benchmark")
            task.cache.forget()
            kept = PrefixCache(task.model)
            cold.append((yield from first_text(task, kept, prompt)))
            task.model.forget(lengths[0])
            store.save(prompt.tokens[: lengths[0]], task.model.state())
            kept.forget()
            memory.append((yield from first_text(task, kept, prompt)))
            alone.append(_new_tokens_alone(task, tokens[lengths[0] :], lengths[0]))
            kept.forget()
            _drop_from_memory(Path(name))
            disk.append((yield from first_text(task, PrefixCache(task.model, store), prompt)))
    return {
        "first_token_cold_s": median(cold),
        "first_token_warm_memory_s": median(memory),
        "first_token_warm_disk_s": median(disk),
        "first_token_memory_speedup": median(cold) / median(memory),
        "first_token_disk_speedup": median(cold) / median(disk),
        "first_token_new_tokens_alone_s": median(alone),
        "first_token_best_speedup": median(cold) / median(alone),
        "first_token_prefix_tokens": lengths[0],
        "first_token_new_tokens": lengths[1],
        "peak_memory_with_states_bytes": peak_memory(),
    }


def _drop_from_memory(folder: Path) -> None:
    """Make the system read the files of ``folder`` from the disk again, where it can be told so."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _second_action(task: Task) -> Steps:
    """Another instruction on a source that was just worked on: until its first token."""
    lengths = whole(task, SOURCE, INSTRUCTION)
    source = task.tokens(lengths[0])
    instructions = [task.tokens(lengths[1], skip=skip) for skip in (7, 107)]
    first, second = (Prompt.of([source, instruction]) for instruction in instructions)
    task.cache.forget()
    cold, warm, alone = [], [], []
    for _ in range(task.repeats):
        task.cache.forget()
        cold.append((yield from first_text(task, task.cache, first)))
        warm.append((yield from first_text(task, task.cache, second)))
        alone.append(_new_tokens_alone(task, instructions[1], lengths[0]))
    return {
        "open_source_first_action_first_token_s": median(cold),
        "open_source_second_action_first_token_s": median(warm),
        "open_source_second_action_speedup": median(cold) / median(warm),
        "open_source_new_tokens_alone_s": median(alone),
        "open_source_best_speedup": median(cold) / median(alone),
        "open_source_tokens": lengths[0],
        "open_source_instruction_tokens": lengths[1],
    }


# --- whole tasks ------------------------------------------------------------------------


def _whole_task(words: int, task: Task) -> Steps:
    """Read ``words`` words and write a summary's length, speculation on, as a draft does."""
    costs = batch_costs(task.model, task.cache)
    count = min(TASK_TOKENS, task.model.context_size // 3)
    all_tokens = task.model.tokenize(task.words(words))
    tokens = all_tokens[: task.model.context_size - count - _FEW]
    reading, writing = [], []
    for _ in range(task.repeats):
        task.cache.forget()
        model = ScriptedModel(task.model)
        began = read = time.perf_counter()
        for step in generate(
            model, task.cache, Prompt.of([tokens]), count, Sampling(), Pace(costs)
        ):
            if isinstance(step, PromptRead):
                yield Tick(step.done, step.total + count)
                read = time.perf_counter()
            elif isinstance(step, Piece):
                yield Tick(len(tokens) + len(model.said), len(tokens) + count)
        reading.append(read - began)
        writing.append(time.perf_counter() - read)
    name = f"task_{words}_words"
    return {
        f"{name}_reading_s": median(reading),
        f"{name}_writing_s": median(writing),
        f"{name}_read_share": len(tokens) / len(all_tokens),
        f"{name}_tokens": len(tokens),
        f"{name}_written_tokens": count,
    }


PARTS: dict[str, Callable[[Task], Steps]] = {
    "prefill_512": partial(_prefill, 512),
    "prefill_2048": partial(_prefill, 2048),
    "decode_depth_0": partial(_decode, 0),
    "decode_depth_1024": partial(_decode, 1024),
    "memory": _memory,
    "first_token": _first_token,
    "second_action": _second_action,
    "task_300_words": partial(_whole_task, 300),
    "task_1000_words": partial(_whole_task, 1000),
    "task_3000_words": partial(_whole_task, 3000),
    **SPECULATION_PARTS,
    **STOP_PARTS,
    **PLACEMENT_PARTS,
    **CONSTRAINT_PARTS,
}
