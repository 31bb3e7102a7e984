"""What a batch of n tokens costs on this PC, relative to one token.

The curve has steps (kernels take rows by fours, then by sixteens) that differ between processors,
so it is measured, once for a loaded model, with the model itself.
"""

from __future__ import annotations

import time

from assistant.inference.model import ContextFullError, Model
from assistant.inference.prefix_cache import PrefixCache

SIZES = (1, 2, 4, 8, 16, 32)
_DEPTH = 32
_ENOUGH_SECONDS = 1.0
_MOST_ROUNDS = 5


def batch_costs(model: Model, cache: PrefixCache) -> dict[int, float]:
    """Relative costs by batch size: the best of a few rounds on a fast PC, of one on a slow PC.
    Empties the context. Raises Stopped."""
    cache.forget()
    filler = model.tokenize("a" * 8)[0]
    depth = min(_DEPTH, model.context_size // 2)
    seconds: dict[int, float] = {}
    try:
        model.evaluate([filler] * depth, 0)
        start = time.perf_counter()
        for _ in range(_MOST_ROUNDS):
            for size in SIZES:
                began = time.perf_counter()
                model.evaluate([filler] * size, depth, range(size))
                spent = time.perf_counter() - began
                seconds[size] = min(seconds.get(size, spent), spent)
                model.forget(depth)
            if time.perf_counter() - start > _ENOUGH_SECONDS:
                break
    except ContextFullError:  # a very small context: what was measured stands
        pass
    finally:
        cache.forget()
    return {size: spent / seconds[1] for size, spent in seconds.items()}
