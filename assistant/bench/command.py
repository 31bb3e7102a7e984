"""The body of ``aparte banc``: what is measured, in which order, and how it is told."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from assistant.bench.card import about
from assistant.bench.comparison import Bench
from assistant.bench.llama_tools import Reference, ToolError
from assistant.bench.measurer import PC, Figures, Measurer
from assistant.bench.quiet import MOST_SHARE, Watch, busiest_other
from assistant.bench.report import PARTS, as_text
from assistant.confinement.seal import seal
from assistant.errors import ExitCode
from assistant.model_store.catalogue import ModelEntry, Verifier, find_model

# Part, repeats. A repeat of « stops » is ten stops in each stage; of « same tokens », four prompts.
FULL = (
    ("prefill_512", 5), ("decode_depth_0", 5), ("memory", 1), ("prefill_2048", 3),
    ("decode_depth_1024", 5), ("first_token", 3), ("second_action", 3), ("task_300_words", 3),
    ("task_1000_words", 1), ("task_3000_words", 1), ("speculation_copy", 5),
    ("speculation_free", 5), ("speculation_same_tokens", 5), ("stops", 2), ("placement", 5),
    ("constraints", 5),
)  # fmt: skip
SHORT = (
    ("prefill_512", 1), ("decode_depth_0", 2), ("memory", 1), ("first_token", 1),
    ("second_action", 1), ("task_300_words", 1), ("speculation_copy", 1), ("speculation_free", 1),
    ("stops", 2), ("placement", 1), ("constraints", 1),
)  # fmt: skip
_LOADS, _ROUNDS, _SHORT_ROUNDS, _ATTEMPTS = 3, 7, 3, 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    model: str | None = None
    as_json: bool = False
    short: bool = False
    reference: Path | None = None
    despite_load: bool = False


def run(wish: Wish) -> int:
    """Measure, tell, and return the exit code. Raises AparteError and KeyboardInterrupt."""
    if wish.reference is None:  # sealed, a process can't start a llama-server, which has a socket
        seal()
    model = find_model(wish.model)
    Verifier().verify(model)
    name, share = busiest_other()
    if share > MOST_SHARE and not wish.despite_load:
        return _refuse(
            f"« {name} » occupe {share * 100:.0f}\u202f% d’un cœur et fausserait "
            "les mesures : fermez ce programme, ou ajoutez --malgre-charge."
        )
    try:
        figures = _measured(wish, model)
    except ToolError as fault:
        return _refuse(
            f"« {fault} » ne répond pas dans {wish.reference} : compilez les outils avec "
            "packaging/linux/reference_tools.py."
        )
    finally:
        _clear_line()
    told = json.dumps(figures, ensure_ascii=False, indent=1) if wish.as_json else as_text(figures)
    sys.stdout.write(told + "\n")
    return int(ExitCode.DONE)


def _measured(wish: Wish, model: ModelEntry) -> Figures:
    measurer = Measurer(model, _Shown().show)
    watch = Watch(1 if wish.despite_load else _ATTEMPTS)
    try:
        figures = about(model) | measurer.measure(PC)
        threads = int(figures["threads"])
        reference = None
        if wish.reference is not None:
            reference = Reference(wish.reference, model.path, threads, model.context)
            reference.check()
        loads = 1 if wish.short else _LOADS
        figures["load_s"] = median(watch.quietly(measurer.load) for _ in range(loads))
        for part, repeats in SHORT if wish.short else FULL:
            figures |= watch.quietly(partial(measurer.measure, part, repeats))
        figures["prefill_over_decode"] = float(figures["prefill_512_tokens_per_s"]) / float(
            figures["decode_depth_0_tokens_per_s"]
        )
        if reference is not None:
            rounds = _SHORT_ROUNDS if wish.short else _ROUNDS
            for found in Bench(measurer, reference, rounds, watch).compare():
                figures |= found
        figures["other_programs_share"] = round(watch.most, 3)
    finally:
        measurer.close()
    return figures


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return int(ExitCode.CANNOT)


def _clear_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


class _Shown:
    """The part under way, on one line that is written over; a line for each where nobody looks."""

    def __init__(self) -> None:
        self._part = ""
        self._last = 0.0

    def show(self, part: str, share: float) -> None:
        watched = sys.stderr.isatty()
        if part != self._part:
            self._part, self._last = part, 0.0
            if not watched:
                sys.stderr.write(f"{PARTS[part]}\n")
        if watched and time.monotonic() - self._last > 0.1:
            self._last = time.monotonic()
            sys.stderr.write(f"\r\x1b[K{PARTS[part]} : {share * 100:.0f}\u202f%")
        sys.stderr.flush()
