"""Whether this PC's memory holds a model, by what its file says, and what would fit."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from enum import Enum, auto

import psutil

from assistant.inference.hardware import Hardware
from assistant.model_store.gguf_header import GgufHeader

CONTEXTS = (2048, 4096, 8192, 16384, 32768)
"""The lengths, in tokens, that a model of one's own can be loaded with."""

_USUAL_CONTEXT = 8192
_BYTES_A_NUMBER = 2  # keys and values are kept as 16-bit floats
_KEPT_PREFIXES = 1.25  # states of openings, kept beside the context itself
_ROWS_OF_LOGITS = 256
_WORKER_BYTES = 100 << 20
_AT_EASE = 0.75
_BESIDE_THE_WEIGHTS = 1.5


class Verdict(Enum):
    """How a model stands in the free memory."""

    FITS = auto()
    TIGHT = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True)
class Fit:
    """All but the verdict in bytes: what the model needs, what is free for it, and about how large
    a model's file can be to fit."""

    verdict: Verdict
    needed: int
    free: int
    largest: int


def fit_of(header: GgufHeader, context: int, pc: Hardware) -> Fit:
    """How the model of ``header`` with ``context`` tokens stands in the free memory of ``pc``.

    An estimate from above: weights, keys and values of full attention, one step's logits and the
    worker itself. « Tight » leaves other programs less than a quarter of what is free.
    """
    free = pc.memory_available
    needed = needed_bytes(header, context)
    verdict = Verdict.TOO_LARGE
    if needed <= free * _AT_EASE:
        verdict = Verdict.FITS
    elif needed <= free:
        verdict = Verdict.TIGHT
    return Fit(verdict, needed, free, largest_file(pc))


def needed_bytes(header: GgufHeader, context: int) -> int:
    """Bytes of memory that the model takes with ``context`` tokens, at most."""
    cache = context * header.cache_width * _BYTES_A_NUMBER * _KEPT_PREFIXES
    logits = _ROWS_OF_LOGITS * header.vocabulary * 4
    return header.weights * header.parts + round(cache) + logits + _WORKER_BYTES


def largest_file(pc: Hardware) -> int:
    """About how many bytes a model's file can have to fit: what comes beside the weights of usual
    models takes half as much again."""
    return max(0, round((pc.memory_available - _WORKER_BYTES) / _BESIDE_THE_WEIGHTS))


def contexts_of(header: GgufHeader, pc: Hardware) -> tuple[int, ...]:
    """The lengths of CONTEXTS that the model knows and that fit, in tokens; a model that was
    trained on less than the shortest has its own length."""
    known = [size for size in CONTEXTS if not header.context or size <= header.context]
    known = known or [header.context]
    return tuple(size for size in known if needed_bytes(header, size) <= pc.memory_available)


def usual_context(header: GgufHeader, pc: Hardware) -> int:
    """The longest length up to the usual one that leaves memory to other programs; failing that,
    the shortest one, whether it fits or not."""
    at_ease = [
        size
        for size in contexts_of(header, pc)
        if size <= _USUAL_CONTEXT and fit_of(header, size, pc).verdict is Verdict.FITS
    ]
    shortest = min(CONTEXTS[0], header.context or CONTEXTS[0])
    return max(at_ease, default=shortest)


def with_memory_of(pid: int | None, pc: Hardware) -> Hardware:
    """``pc`` as it will be once the process ``pid`` gave its memory back. Pages of files that it
    maps already count as available."""
    with contextlib.suppress(psutil.Error):
        if pid is not None:
            held = psutil.Process(pid).memory_info()
            own = max(0, held.rss - getattr(held, "shared", 0))
            return replace(pc, memory_available=pc.memory_available + own)
    return pc


def gigabytes(size: int) -> str:
    """« 5,2 Go », counted as this PC's own system counts its memory; « 6 Mo » where it is less."""
    if size < 100 << 20:
        return f"{max(1, round(size / 2**20))}\u00a0Mo"
    return f"{size / 2**30:.1f}\u00a0Go".replace(".", ",")
