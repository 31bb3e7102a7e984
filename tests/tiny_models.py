"""Tiny GGUF files around real vocabularies: one layer, random weights, made in half a second.

The fields of a vocabulary are copied as bytes from the file that holds them: read one by one, the
400,000 strings of a large one take longer than all the tests that use it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np

WIDTH, HEADS, FORWARD, ALIGNMENT = 32, 2, 64, 32
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_UINT32, _FLOAT32, _STRING, _ARRAY = 4, 6, 8, 9
_F32, _F16 = 0, 1
_HEADER = struct.Struct("<4sIQQ")
_COUNT = struct.Struct("<Q").unpack_from

Fields = dict[str, bytes]
"""The fields of a file, name and value as they stand in it."""


def vocabulary_fields(file: Path) -> Fields:
    """The fields of ``file`` that make up its vocabulary."""
    data = file.read_bytes()
    _, _, _, count = _HEADER.unpack_from(data)
    at, found = _HEADER.size, Fields()
    for _ in range(count):
        start = at
        name_end = at + 8 + _COUNT(data, at)[0]
        at = _value_end(data, name_end + 4, struct.unpack_from("<I", data, name_end)[0])
        found[data[start + 8 : name_end].decode()] = data[start:at]
    return {name: field for name, field in found.items() if name.startswith("tokenizer.")}


def _value_end(data: bytes, at: int, kind: int) -> int:
    if kind == _STRING:
        return int(at + 8 + _COUNT(data, at)[0])
    if kind != _ARRAY:
        return at + _SIZES[kind]
    item, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if item != _STRING:
        return int(at + _SIZES[item] * count)
    for _ in range(count):
        at += 8 + _COUNT(data, at)[0]
    return at


def with_template(fields: Fields, template: str) -> Fields:
    """``fields`` with another chat template."""
    name = "tokenizer.chat_template"
    return {**fields, name: text(name, template)}


def tekken_fields(bpe: Fields, controls: Iterable[str]) -> Fields:
    """A synthetic vocabulary cut as Mistral's is: ``controls`` first, then the ordinary tokens and
    the merges of the byte-level vocabulary ``bpe``."""
    kinds = integers_of(bpe["tokenizer.ggml.token_type"])
    ordinary = [
        word
        for word, kind in zip(strings_of(bpe["tokenizer.ggml.tokens"]), kinds, strict=True)
        if kind == 1
    ]
    named = list(controls)
    fields = {
        "tokenizer.ggml.model": text("tokenizer.ggml.model", "gpt2"),
        "tokenizer.ggml.pre": text("tokenizer.ggml.pre", "tekken"),
        "tokenizer.ggml.tokens": _strings("tokenizer.ggml.tokens", [*named, *ordinary]),
        "tokenizer.ggml.token_type": _integers(
            "tokenizer.ggml.token_type", [3] * len(named) + [1] * len(ordinary)
        ),
        "tokenizer.ggml.merges": bpe["tokenizer.ggml.merges"],
    }
    for role, word in (("bos", "<s>"), ("eos", "</s>"), ("unknown", "<unk>")):
        name = f"tokenizer.ggml.{role}_token_id"
        fields[name] = _number(name, named.index(word))
    return fields


def strings_of(field: bytes) -> list[str]:
    """The strings of an array of strings."""
    at = 8 + _COUNT(field, 0)[0] + 4
    count = _COUNT(field, at + 4)[0]
    at += 12
    found = []
    for _ in range(count):
        end = at + 8 + _COUNT(field, at)[0]
        found.append(field[at + 8 : end].decode())
        at = end
    return found


def integers_of(field: bytes) -> list[int]:
    """The numbers of an array of 32-bit integers."""
    at = 8 + _COUNT(field, 0)[0] + 4
    return list(np.frombuffer(field, np.int32, offset=at + 12))


def text(name: str, value: str) -> bytes:
    """A field that holds a string."""
    return _text(name) + struct.pack("<I", _STRING) + _text(value)


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _number(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(name) + struct.pack("<II", _UINT32, value)
    return _text(name) + struct.pack("<If", _FLOAT32, value)


def _strings(name: str, values: list[str]) -> bytes:
    head = _text(name) + struct.pack("<IIQ", _ARRAY, _STRING, len(values))
    return head + b"".join(map(_text, values))


def _integers(name: str, values: list[int]) -> bytes:
    head = _text(name) + struct.pack("<IIQ", _ARRAY, 5, len(values))
    return head + np.array(values, np.int32).tobytes()


def write_tiny_model(path: Path, vocabulary: Fields, context: int = 4096) -> None:
    """Write a Llama of one layer with random weights and ``vocabulary`` to ``path``."""
    described = [
        text("general.architecture", "llama"),
        _number("llama.context_length", context), _number("llama.embedding_length", WIDTH),
        _number("llama.block_count", 1), _number("llama.feed_forward_length", FORWARD),
        _number("llama.attention.head_count", HEADS),
        _number("llama.rope.dimension_count", WIDTH // HEADS),
        _number("llama.attention.layer_norm_rms_epsilon", 1e-5),
    ]  # fmt: skip
    tokens = vocabulary["tokenizer.ggml.tokens"]
    count = _COUNT(tokens, 8 + _COUNT(tokens, 0)[0] + 8)[0]
    tensors = _tensors(count)
    fields = [*described, *vocabulary.values()]
    listed, data = b"", b""
    for name, weights in tensors.items():
        shape = weights.shape[::-1]
        kind = _F32 if weights.dtype == np.float32 else _F16
        listed += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        listed += struct.pack("<IQ", kind, len(data))
        data += _padded(weights.tobytes())
    head = _HEADER.pack(b"GGUF", 3, len(tensors), len(fields))
    path.write_bytes(_padded(head + b"".join(fields) + listed) + data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)


def _tensors(vocabulary_size: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(1)

    def random(rows: int, columns: int) -> np.ndarray:
        return (chance.standard_normal((rows, columns), np.float32) * 0.3).astype(np.float16)

    return {
        "token_embd.weight": random(vocabulary_size, WIDTH),
        "output_norm.weight": np.ones(WIDTH, np.float32),
        "blk.0.attn_norm.weight": np.ones(WIDTH, np.float32),
        "blk.0.attn_q.weight": random(WIDTH, WIDTH),
        "blk.0.attn_k.weight": random(WIDTH, WIDTH),
        "blk.0.attn_v.weight": random(WIDTH, WIDTH),
        "blk.0.attn_output.weight": random(WIDTH, WIDTH),
        "blk.0.ffn_norm.weight": np.ones(WIDTH, np.float32),
        "blk.0.ffn_gate.weight": random(FORWARD, WIDTH),
        "blk.0.ffn_up.weight": random(FORWARD, WIDTH),
        "blk.0.ffn_down.weight": random(WIDTH, FORWARD),
    }
