"""What a batch of n tokens costs on this PC, relative to one token.

The curve has steps (kernels take rows by fours, then by sixteens) that differ between processors,
so it is measured with the model itself: once for a model on a PC, then kept on disk. A file of
kept curves holds numbers and fingerprints, nothing of what was ever read or written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.inference.model import EXACT_BATCH, Model
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import CHUNK

SIZES = (1, 2, 4, EXACT_BATCH, 16, 32)
_DEPTH, _MOST_FILLING_SECONDS = 512, 1.0
_LEAST_ROUNDS, _MOST_ROUNDS, _ENOUGH_SECONDS = 2, 5, 1.0
_STEADY = 1.25
_MOST_CURVES = 12

Costs = dict[int, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """Relative costs by batch size; ``steady`` if each size took about as long twice."""

    costs: Costs
    steady: bool


class KeptCosts:
    """The curves kept in ``folder``; the one asked for was measured under ``fingerprint``."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._path = folder / "batch-costs.json"
        self._name = hashlib.sha256(fingerprint.encode()).hexdigest()

    def load(self) -> Costs | None:
        """The curve, or None where none is kept that can be used."""
        curve: Any = self._curves().get(self._name)
        try:
            costs = {int(size): float(cost) for size, cost in curve.items()}
        except (AttributeError, TypeError, ValueError):
            return None
        sound = all(size > 0 and math.isfinite(cost) and cost > 0 for size, cost in costs.items())
        return costs if sound and costs.get(1) == 1.0 else None

    def save(self, costs: Costs) -> None:
        """Keep ``costs``, beside the curves kept last; a disk that refuses is no failure."""
        curves = {name: curve for name, curve in self._curves().items() if name != self._name}
        curves[self._name] = {str(size): cost for size, cost in costs.items()}
        latest = dict(list(curves.items())[-_MOST_CURVES:])
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(latest), "ascii")
            temporary.replace(self._path)

    def _curves(self) -> dict[str, Any]:
        try:
            curves = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return curves if isinstance(curves, dict) else {}


def batch_costs(model: Model, cache: PrefixCache, kept: KeptCosts | None = None) -> Costs:
    """The costs kept, or measured now, and kept where they are steady: a PC that was busy then
    would be taken for another one ever after. A measure empties the context. Raises Stopped."""
    known = None if kept is None else kept.load()
    if known is not None:
        return known
    measured = measure_batch_costs(model, cache)
    if kept is not None and measured.steady:
        kept.save(measured.costs)
    return measured.costs


def measure_batch_costs(model: Model, cache: PrefixCache) -> Measured:
    """The best of a few rounds, after about as much text as a note has (less on a slow PC).
    Empties the context. Raises Stopped."""
    cache.forget()
    filler = model.tokenize("a" * 8)[0]
    seconds: dict[int, list[float]] = {}
    try:
        depth = _fill(model, filler)
        most = EXACT_BATCH if model.exact else model.context_size
        sizes = [size for size in SIZES if size <= min(most, model.context_size - depth)]
        began = time.perf_counter()
        for number in range(1, _MOST_ROUNDS + 1):
            for size in sizes:
                seconds.setdefault(size, []).append(_seconds(model, [filler] * size, depth))
            if number >= _LEAST_ROUNDS and time.perf_counter() - began > _ENOUGH_SECONDS:
                break
    finally:
        cache.forget()
    best = {size: min(found) for size, found in seconds.items()}
    steady = all(
        len(found) > 1 and sorted(found)[1] < _STEADY * min(found) for found in seconds.values()
    )
    return Measured({size: spent / best[1] for size, spent in best.items()}, steady)


def _fill(model: Model, filler: int) -> int:
    depth = 0
    wanted = min(_DEPTH, model.context_size // 2)
    began = time.perf_counter()
    while depth < wanted and time.perf_counter() - began < _MOST_FILLING_SECONDS:
        count = min(CHUNK, wanted - depth)
        model.evaluate([filler] * count, depth)
        depth += count
    return depth


def _seconds(model: Model, batch: list[int], depth: int) -> float:
    began = time.perf_counter()
    model.evaluate(batch, depth, range(len(batch)))
    spent = time.perf_counter() - began
    model.forget(depth)
    return spent
