"""Writes a model of random weights with a real model's shape, to measure speed where there is none.

    python -m models.recipes.random_model VOCABULARY OUTPUT [--shape 1.7b|0.6b|tiny]

VOCABULARY is `ggml-vocab-qwen2.gguf` of llama.cpp's source package. The file has the layout of a
Q4_K_M (Qwen3, tied embeddings): its blocks are valid K-quants with small scales, drawn directly, so
no quantiser and no weights are needed. It computes exactly what a real model of that shape does, at
the same speed; the text is noise, so acceptance rates and margins between tokens mean nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

Q4_K = gguf.GGMLQuantizationType.Q4_K
Q6_K = gguf.GGMLQuantizationType.Q6_K
F32 = gguf.GGMLQuantizationType.F32
SPREAD = 0.02  # standard deviation of the weights, as in a freshly initialised network
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a Qwen3 network. Widths are multiples of 256, a K-quant's block."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    forward: int


SHAPES = {
    "1.7b": Shape(28, 2048, 16, 8, 128, 6144),
    "0.6b": Shape(28, 1024, 16, 8, 128, 3072),
    "tiny": Shape(4, 256, 4, 2, 64, 768),
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """``rows`` of ``width`` weights; ``rows`` 0 is a vector of ones."""

    name: str
    rows: int
    width: int
    kind: gguf.GGMLQuantizationType


def tensors(shape: Shape, vocabulary: int) -> Iterator[Tensor]:
    """Every tensor of the file, in its order, quantised as a Q4_K_M is."""
    yield Tensor("token_embd.weight", vocabulary, shape.width, Q6_K)
    query, value = shape.heads * shape.head, shape.kv_heads * shape.head
    for layer in range(shape.layers):
        fine = Q6_K if _more_bits(layer, shape.layers) else Q4_K
        block = f"blk.{layer}."
        yield Tensor(f"{block}attn_norm.weight", 0, shape.width, F32)
        yield Tensor(f"{block}attn_q.weight", query, shape.width, Q4_K)
        yield Tensor(f"{block}attn_q_norm.weight", 0, shape.head, F32)
        yield Tensor(f"{block}attn_k.weight", value, shape.width, Q4_K)
        yield Tensor(f"{block}attn_k_norm.weight", 0, shape.head, F32)
        yield Tensor(f"{block}attn_v.weight", value, shape.width, fine)
        yield Tensor(f"{block}attn_output.weight", shape.width, query, Q4_K)
        yield Tensor(f"{block}ffn_norm.weight", 0, shape.width, F32)
        yield Tensor(f"{block}ffn_gate.weight", shape.forward, shape.width, Q4_K)
        yield Tensor(f"{block}ffn_up.weight", shape.forward, shape.width, Q4_K)
        yield Tensor(f"{block}ffn_down.weight", shape.width, shape.forward, fine)
    yield Tensor("output_norm.weight", 0, shape.width, F32)


def _more_bits(layer: int, layers: int) -> bool:
    """llama.cpp's rule for the layers whose value and down tensors get six bits."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def blocks(tensor: Tensor, chance: np.random.Generator) -> npt.NDArray[np.generic]:
    """The bytes of ``tensor``, as rows; ones for a vector."""
    if tensor.kind is F32:
        return np.ones(tensor.width, np.float32)
    per_block, size = gguf.GGML_QUANT_SIZES[tensor.kind]
    count = tensor.rows * tensor.width // per_block
    data = np.frombuffer(chance.bytes(count * size), np.uint8).reshape(count, size).copy()
    if tensor.kind is Q4_K:  # d, dmin, 12 bytes of scales of 6 bits, 128 bytes of 4-bit values
        scale = SPREAD / 170
        data[:, :4] = np.array([scale, 7.5 * scale], np.float16).view(np.uint8)
    else:  # 192 bytes of 6-bit values, 16 signed scales, d
        data[:, -2:] = np.array([SPREAD / 1365], np.float16).view(np.uint8)
    return data.reshape(tensor.rows, -1)


def write_model(path: Path, vocabulary_of: Path, shape: Shape, context: int = 40960) -> None:
    """Write the model to ``path``; raises OSError or ValueError where that can't be."""
    known = gguf.GGUFReader(vocabulary_of).fields
    tokens = known["tokenizer.ggml.tokens"].contents()
    writer = gguf.GGUFWriter(path, "qwen3")
    _describe(writer, shape, context)
    _add_vocabulary(writer, known)
    listed = list(tensors(shape, len(tokens)))
    for tensor in listed:
        shaped = (tensor.rows, tensor.width) if tensor.rows else (tensor.width,)
        per_block, size = gguf.GGML_QUANT_SIZES[tensor.kind]
        weights = int(np.prod(shaped))
        byte_shape = (
            shaped if tensor.kind is F32 else (tensor.rows, tensor.width // per_block * size)
        )
        kind = np.dtype(np.float32 if tensor.kind is F32 else np.uint8)
        writer.add_tensor_info(
            tensor.name, byte_shape, kind, weights // per_block * size, raw_dtype=tensor.kind
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    chance = np.random.default_rng(1)
    for tensor in listed:
        writer.write_tensor_data(blocks(tensor, chance))
    writer.close()


def _describe(writer: gguf.GGUFWriter, shape: Shape, context: int) -> None:
    writer.add_name("random weights")
    writer.add_context_length(context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_M)


def _add_vocabulary(writer: gguf.GGUFWriter, known: dict[str, gguf.ReaderField]) -> None:
    writer.add_tokenizer_model(known["tokenizer.ggml.model"].contents())
    writer.add_tokenizer_pre(known["tokenizer.ggml.pre"].contents())
    writer.add_token_list(known["tokenizer.ggml.tokens"].contents())
    writer.add_token_types(known["tokenizer.ggml.token_type"].contents())
    writer.add_token_merges(known["tokenizer.ggml.merges"].contents())
    writer.add_eos_token_id(known["tokenizer.ggml.eos_token_id"].contents())
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def main() -> int:
    """Write the model that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("vocabulary", type=Path, help="ggml-vocab-qwen2.gguf")
    parser.add_argument("output", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="1.7b")
    asked = parser.parse_args()
    write_model(asked.output, asked.vocabulary, SHAPES[asked.shape])
    return 0


if __name__ == "__main__":
    sys.exit(main())
