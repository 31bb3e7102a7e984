"""What a PC's memory holds, for PCs and models of every size."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.inference.hardware import Hardware, this_pc
from assistant.model_store.catalogue import ModelEntry, own_model
from assistant.model_store.fit import (
    CONTEXTS,
    Verdict,
    contexts_of,
    fit_of,
    gigabytes,
    needed_bytes,
    usual_context,
    with_memory_of,
)
from assistant.model_store.gguf_header import GgufHeader

GIB = 1 << 30
QWEN_1_7B = GgufHeader("qwen3", 1_107_404_256, 1_101_457_408, 40960, 151936, 57344, True, False)
MEASURED_PEAK = 2_172_317_696
"""Of the worker with that shape, 8192 tokens of context: docs/performance.md, « aparte banc »."""

_NOBODY = (1 << 30) + 1  # above any process id


def pc(free: float) -> Hardware:
    """A PC with ``free`` GiB of free memory."""
    return Hardware("essai", 4, 8, 16 * GIB, round(free * GIB))


def test_the_estimate_is_above_what_was_measured_and_not_far() -> None:
    needed = needed_bytes(QWEN_1_7B, 8192)
    assert MEASURED_PEAK < needed < 1.3 * MEASURED_PEAK


@pytest.mark.parametrize(
    ("free", "context", "verdict"),
    [
        (16, 8192, Verdict.FITS),
        (4, 8192, Verdict.FITS),
        (2.6, 4096, Verdict.FITS),
        (2.1, 2048, Verdict.FITS),
        (1.6, 2048, Verdict.TIGHT),
        (1, 2048, Verdict.TOO_LARGE),
    ],
)
def test_a_shorter_context_makes_room(free: float, context: int, verdict: Verdict) -> None:
    assert usual_context(QWEN_1_7B, pc(free)) == context
    assert fit_of(QWEN_1_7B, context, pc(free)).verdict is verdict


def test_what_is_offered_fits_and_is_known_to_the_model() -> None:
    assert contexts_of(QWEN_1_7B, pc(16)) == CONTEXTS
    assert contexts_of(replace(QWEN_1_7B, context=8192), pc(16)) == (2048, 4096, 8192)
    assert contexts_of(replace(QWEN_1_7B, context=1024), pc(16)) == (1024,)
    assert contexts_of(QWEN_1_7B, pc(2)) == (2048, 4096)
    assert usual_context(replace(QWEN_1_7B, context=1024), pc(16)) == 1024


def test_a_length_that_does_not_fit_any_more_gives_way(writer: ModelEntry) -> None:
    for context in (0, -1, 3, 1 << 20):
        assert own_model(writer.path, pc(16), context).context == 8192
    assert own_model(writer.path, pc(16), 4096).context == 4096


def test_a_model_in_several_files_counts_as_a_whole() -> None:
    assert needed_bytes(replace(QWEN_1_7B, parts=3), 2048) > 3 * QWEN_1_7B.weights


def test_too_large_is_told_with_what_would_fit(writer: ModelEntry) -> None:
    with pytest.raises(AparteError) as told:
        own_model(writer.path, pc(0.11))
    assert told.value.code is ErrorCode.MODEL_TOO_LARGE
    assert told.value.facts == {
        "model": "writer", "needed": "0,1\u00a0Go", "free": "0,1\u00a0Go", "largest": "8\u00a0Mo",
    }  # fmt: skip


def test_memory_of_a_process_comes_back() -> None:
    here = this_pc()
    assert with_memory_of(None, here) == here
    assert with_memory_of(_NOBODY, here) == here
    assert with_memory_of(os.getpid(), here).memory_available > here.memory_available


def test_sizes_in_words() -> None:
    assert gigabytes(6_146_848) == "6\u00a0Mo"
    assert gigabytes(1) == "1\u00a0Mo"
    assert gigabytes(5 * GIB + GIB // 5) == "5,2\u00a0Go"
