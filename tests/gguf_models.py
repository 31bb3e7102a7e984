"""Small GGUF files for tests: real format, real vocabulary, random weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import gguf
import numpy as np

CHAT_TEMPLATE = (
    "{% for m in messages %}<note>{{ m['role'] }}\n{{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<note>assistant\n{% endif %}"
)
WIDTH, LAYERS, HEADS, FORWARD, CONTEXT = 256, 4, 4, 768, 8192


def write_writer_model(
    path: Path,
    vocabulary_of: Path,
    template: str | None = CHAT_TEMPLATE,
    context: int = CONTEXT,
) -> None:
    """Write a Llama of random weights to ``path``, with the vocabulary of another GGUF file."""
    known = gguf.GGUFReader(vocabulary_of).fields
    tokens = known["tokenizer.ggml.tokens"].contents()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(known["tokenizer.ggml.token_type"].contents())
    writer.add_token_merges(known["tokenizer.ggml.merges"].contents())
    writer.add_bos_token_id(known["tokenizer.ggml.bos_token_id"].contents())
    writer.add_eos_token_id(known["tokenizer.ggml.eos_token_id"].contents())
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    if template is not None:
        writer.add_chat_template(template)
    for name, shape in _shapes(len(tokens)).items():
        writer.add_tensor(name, _weights(name, shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (vocabulary, WIDTH),
        "output_norm.weight": (WIDTH,),
    }
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            shapes[f"{block}{name}.weight"] = (WIDTH, WIDTH)
        shapes[f"{block}ffn_gate.weight"] = shapes[f"{block}ffn_up.weight"] = (FORWARD, WIDTH)
        shapes[f"{block}ffn_down.weight"] = (WIDTH, FORWARD)
        shapes[f"{block}attn_norm.weight"] = shapes[f"{block}ffn_norm.weight"] = (WIDTH,)
    return shapes


def _weights(name: str, shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) == 1:
        return np.ones(shape, np.float32)
    # Each tensor has a seed of its own that does not depend on the order of writing.
    chance = np.random.default_rng(sum(name.encode()))
    return (chance.standard_normal(shape) * 0.08).astype(np.float32)


def write_vocabulary(path: Path, vocabulary_of: Path) -> None:
    """Write a GGUF file that holds the tokens of another one, and no weights."""
    known = gguf.GGUFReader(vocabulary_of).fields
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(known["tokenizer.ggml.tokens"].contents())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def write_altered(path: Path, model: Path, key: str, value: float) -> None:
    """Write the GGUF file ``model`` again with another number under ``key``."""
    shutil.copyfile(model, path)
    field = gguf.GGUFReader(path, "r+").fields[key]
    field.parts[field.data[0]][0] = value


def write_forgetful(path: Path, model: Path, seed: int = 1) -> None:
    """Write the GGUF file ``model``, in Q8_0, again with weights drawn at random: all that it was
    trained for is gone, its vocabulary and its tags are not. It is sure of what it says."""
    shutil.copyfile(model, path)
    chance = np.random.default_rng(seed)
    per_block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType.Q8_0]
    for tensor in gguf.GGUFReader(path, "r+").tensors:
        if tensor.tensor_type is gguf.GGMLQuantizationType.Q8_0:
            blocks = tensor.data.reshape(-1, size)  # a scale of two bytes, then the values
            blocks[:, :2] = np.array([0.6 / 127], np.float16).view(np.uint8)
            values = chance.integers(-127, 128, (len(blocks), per_block), np.int8)
            blocks[:, 2:] = values.view(np.uint8)


def make_sure(model: Path, by: float = 6.0) -> None:
    """Make the model of random weights at ``model`` surer of what it says, ``by`` times."""
    for tensor in gguf.GGUFReader(model, "r+").tensors:
        if tensor.name == "token_embd.weight":
            tensor.data[:] *= by
