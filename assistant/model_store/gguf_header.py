"""What a GGUF file says of itself, read before llama.cpp opens it, without any model library.

Only plain values are kept; lists (the vocabulary) are stepped over. The format is that of ggml's
« docs/gguf.md », versions 2 and 3, little-endian.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AparteError, ErrorCode

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _LIST = 8, 9
_SCALARS = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_LENGTH = struct.Struct("<Q")
_LONGEST_LIST = 4_000_000
_MOST_PAIRS = _MOST_TENSORS = 100_000
_MOST_LAYERS = 1024
_ALIGNMENT = 32
_LONGEST_HEADER = 256 << 20  # more is never mapped: a limit on memory must not stop a look

Value = int | float | str | tuple[int, ...]


class _DamagedError(Exception):
    """The header breaks its own format."""


class _CutError(Exception):
    """The file ends before what it announces."""


class _NoWeightsError(Exception):
    """The file holds no tensor."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``size`` and ``weights`` are bytes, of the file and of what it holds for the tensors;
    ``context`` is what the model was trained on, in tokens, 0 where it is not told. ``cache_width``
    is how many numbers one token of context keeps as keys and values, all layers together.
    ``places`` is true for a model trained for strict copy; ``parts`` counts the files of a model
    that is cut in several."""

    architecture: str
    size: int
    weights: int
    context: int
    vocabulary: int
    cache_width: int
    has_chat_template: bool
    places: bool
    parts: int = 1


def read_header(path: Path) -> GgufHeader:
    """The header of the file at ``path``.

    Raises AparteError: MODEL_UNREADABLE (no access), MODEL_UNUSABLE (no GGUF file), MODEL_CUT (it
    ends too early), MODEL_WITHOUT_WEIGHTS (a vocabulary alone).
    """
    try:
        size = path.stat().st_size
        looked_at = min(size, _LONGEST_HEADER)
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), looked_at, access=mmap.ACCESS_READ) as data,
        ):
            return _header(data, size)
    except (_DamagedError, ValueError) as fault:  # a ValueError for an empty file
        raise AparteError(ErrorCode.MODEL_UNUSABLE, model=path.name) from fault
    except _CutError as fault:
        raise AparteError(ErrorCode.MODEL_CUT, model=path.name) from fault
    except _NoWeightsError as fault:
        raise AparteError(ErrorCode.MODEL_WITHOUT_WEIGHTS, model=path.name) from fault
    except OSError as fault:
        raise AparteError(ErrorCode.MODEL_UNREADABLE, model=path.name) from fault


def _header(data: mmap.mmap, size: int) -> GgufHeader:
    reader = _Reader(data)
    if reader.take(4) != _MAGIC or reader.number("I") not in _VERSIONS:
        raise _DamagedError
    tensors, pairs = reader.number("Q"), reader.number("Q")
    if tensors > _MOST_TENSORS or pairs > _MOST_PAIRS:
        raise _DamagedError
    values = dict(reader.pairs(pairs))
    if tensors == 0:
        raise _NoWeightsError
    last = max(reader.tensor_start() for _ in range(tensors))
    alignment = _count(values.get("general.alignment")) or _ALIGNMENT
    begin = -(-reader.place // alignment) * alignment
    if begin + last >= size:
        raise _CutError
    return _told(values, size, size - begin)


def _told(values: dict[str, Value], size: int, weights: int) -> GgufHeader:
    architecture = str(values.get("general.architecture", ""))
    own = {
        key.removeprefix(f"{architecture}."): value
        for key, value in values.items()
        if key.startswith(f"{architecture}.")
    }
    return GgufHeader(
        architecture=architecture,
        size=size,
        weights=weights,
        context=_count(own.get("context_length")),
        vocabulary=_count(own.get("vocab_size")) or _count(values.get("tokenizer.ggml.tokens")),
        cache_width=_cache_width(own),
        has_chat_template="tokenizer.chat_template" in values,
        places="aparte.placement.version" in values,
        parts=_count(values.get("split.count")) or 1,
    )


def _cache_width(own: dict[str, Value]) -> int:
    """Keys and values of one token by the shape of full attention: an upper bound for models that
    keep less of some layers."""
    heads = own.get("attention.head_count", 1)
    kept = own.get("attention.head_count_kv", heads)
    heads_kept = sum(kept) if isinstance(kept, tuple) else _count(kept) * _count(
        own.get("block_count")
    )  # fmt: skip
    head = _count(own.get("embedding_length")) // (_count(heads) or 1)
    key = _count(own.get("attention.key_length")) or head
    value = _count(own.get("attention.value_length")) or head
    return heads_kept * (key + value)


def _count(value: Value | None) -> int:
    """``value`` where it is a count, of a list the largest; 0 for anything else."""
    if isinstance(value, tuple):
        return max(value, default=0)
    return value if isinstance(value, int) and value > 0 else 0


class _Reader:
    """Goes through ``data`` once; ``place`` is where it stands."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.place = 0

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        start = self.place
        self._step(count)
        return self._data[start : self.place]

    def number(self, kind: str) -> int:
        """The next whole number, ``kind`` as ``struct`` names it."""
        (found,) = struct.unpack(f"<{kind}", self.take(struct.calcsize(kind)))
        return int(found)

    def pairs(self, count: int) -> Iterator[tuple[str, Value]]:
        """Keys with their values; a list is its length, or itself where it can be one whole number
        a layer."""
        for _ in range(count):
            key = self._string()
            yield key, self._value(self.number("I"))

    def tensor_start(self) -> int:
        """Where the next tensor's data begins, counted from the first one's."""
        self._string()
        self._step(8 * self.number("I") + 4)
        return self.number("Q")

    def _step(self, count: int) -> None:
        if self.place + count > len(self._data):
            raise _CutError
        self.place += count

    def _string(self) -> str:
        return self.take(self.number("Q")).decode("utf-8", "replace")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._string()
        if kind == _LIST:
            return self._list(self.number("I"), self.number("Q"))
        code = _scalar(kind)
        found: int | float
        (found,) = struct.unpack(f"<{code}", self.take(struct.calcsize(code)))
        return found

    def _list(self, kind: int, count: int) -> int | tuple[int, ...]:
        if count > _LONGEST_LIST:
            raise _DamagedError
        if kind == _STRING:
            self._step_over_strings(count)
            return count
        code = _scalar(kind)
        data_size = count * struct.calcsize(code)
        if code in "IiQq" and count <= _MOST_LAYERS:
            return struct.unpack(f"<{count}{code}", self.take(data_size))
        self._step(data_size)
        return count

    def _step_over_strings(self, count: int) -> None:
        place, data = self.place, self._data
        try:
            for _ in range(count):
                place += _LENGTH.size + _LENGTH.unpack_from(data, place)[0]
        except (struct.error, OverflowError) as fault:
            raise _CutError from fault
        self._step(place - self.place)


def _scalar(kind: int) -> str:
    if kind not in _SCALARS:
        raise _DamagedError
    return _SCALARS[kind]
