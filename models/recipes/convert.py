"""Writes the trained network as a GGUF file and checks it against PyTorch through llama.cpp.

The file holds one ``llama`` network, the byte-level BPE and the ``aparte.placement`` keys by
which the application knows the sequence layout (see ``sequence.py``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf.quants import quantize

from assistant.drafting.topics import Topic
from models.recipes import sequence
from models.recipes.network import Network
from models.recipes.scoring import SHIPPED
from models.recipes.tokenizer import SPECIALS, Vocabulary
from models.recipes.train import load_network

PLACEMENT_VERSION = 1
_STARTER_ENTRY = re.compile(r'\[\[model\]\]\nid = "starter"\n.*?(?=\[\[model\]\]|\Z)', re.DOTALL)
_TYPES = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}
_FILE_TYPES = {
    "f32": gguf.LlamaFileType.ALL_F32,
    "f16": gguf.LlamaFileType.MOSTLY_F16,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}
_NAMES = {
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "output": "attn_output",
    "feed_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def tensors(network: Network) -> dict[str, np.ndarray]:
    """The weights under llama.cpp's names. RoPE turns neighbouring pairs: no permutation."""
    found = {}
    for name, weight in network.state_dict().items():
        block = re.fullmatch(r"blocks\.(\d+)\.(\w+)\.weight", name)
        if block:
            name = f"blk.{block[1]}.{_NAMES[block[2]]}.weight"
        else:
            name = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[
                name
            ]
        found[name] = weight.float().numpy()
    return found


def write(network: Network, tokenizer: Path, output: Path, kind: str) -> None:
    """Write ``output``; ``kind`` is f32, f16 or q8_0 (norms stay f32, as llama.cpp wants them)."""
    shape = network.shape
    writer = gguf.GGUFWriter(str(output), "llama")
    writer.add_name("Aparté – modèle de départ")
    writer.add_license("Apache-2.0")
    writer.add_languages(["fr"])
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)
    _add_tokenizer(writer, tokenizer)
    _add_placement(writer, Vocabulary(tokenizer))
    for name, weight in tensors(network).items():
        if weight.ndim == 1 or kind == "f32":
            writer.add_tensor(name, weight.astype(np.float32))
        else:
            packed = quantize(weight.astype(np.float32), _TYPES[kind])
            writer.add_tensor(name, packed, raw_dtype=_TYPES[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Path) -> None:
    state = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].__getitem__)
    merges = [m if isinstance(m, str) else " ".join(m) for m in state["merges"]]
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([control if token in SPECIALS else normal for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(SPECIALS.index(sequence.BEGIN))
    writer.add_eos_token_id(SPECIALS.index(sequence.END))
    writer.add_pad_token_id(SPECIALS.index(sequence.PAD))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)


def _add_placement(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    writer.add_uint32("aparte.placement.version", PLACEMENT_VERSION)
    writer.add_array("aparte.placement.topics", [topic.value for topic in Topic])
    topic_tokens = vocabulary.tags.topic_tokens
    writer.add_array("aparte.placement.topic_tokens", list(topic_tokens))
    # The same as one string: llama.cpp's API gives no access to arrays of metadata.
    pairs = zip(Topic, topic_tokens, strict=True)
    writer.add_string("aparte.placement.tags", ",".join(f"{t.value}:{i}" for t, i in pairs))
    for key, token in {
        "note": sequence.NOTE,
        "clause": sequence.CLAUSE,
        "line": sequence.LINE,
        "para": sequence.PARA,
        "ask": sequence.ASK,
    }.items():
        writer.add_uint32(f"aparte.placement.{key}_token", vocabulary.special(token))


def carry(model: Path, linear: Path) -> None:
    """Put the arrays of ``linear`` (an .npz file) at the end of ``model``, as a ZIP archive."""
    with zipfile.ZipFile(linear) as source, zipfile.ZipFile(model, "a") as end:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name)  # of no date, so that the same weights make the same file
            end.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)


def catalogue_entry(model: Path, choice: Mapping[str, Any]) -> str:
    """The starter model's entry, with the size and hash of its file and what ``evaluate`` chose."""
    content, shares = model.read_bytes(), choice["shares"]
    return (
        "[[model]]\n"
        'id = "starter"\n'
        'name = "Modèle de départ"\n'
        f'file = "starter/{model.name}"\n'
        f"size = {len(content)}\n"
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        'licence = "Apache-2.0"\n'
        'modes = ["copie"]\n'
        f"context = {sequence.CONTEXT}\n\n"
        "[model.placement]\n"
        "# Under this probability of the best heading, a clause goes to « À classer ».\n"
        f"confidence = {choice['threshold']}\n"
        "# How much the log-probabilities of the network count, and those of the linear model\n"
        "# that the file carries at its end; how much the table of what follows what counts.\n"
        f"model_share = {shares['model']}\n"
        f"linear_share = {shares['linear']}\n"
        f"neighbours_share = {shares['neighbours']}\n"
    )


def with_entry(catalogue: str, entry: str) -> str:
    """``catalogue`` with the starter's ``entry`` in place of the one it had, or at the end."""
    if _STARTER_ENTRY.search(catalogue) is None:
        return f"{catalogue.rstrip()}\n\n{entry}"
    return _STARTER_ENTRY.sub(lambda _: entry, catalogue, count=1)


def main() -> None:
    """Convert a checkpoint; with a linear model and choices, make what ships."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--kind", choices=sorted(_TYPES), default="q8_0")
    parser.add_argument("--linear", type=Path, help="the linear model that the file carries")
    parser.add_argument("--choices", type=Path, help="written by ``evaluate dev``")
    parser.add_argument("--catalogue", type=Path, help="whose starter entry is rewritten")
    arguments = parser.parse_args()
    write(load_network(arguments.checkpoint), arguments.tokenizer, arguments.output, arguments.kind)
    if arguments.linear:
        carry(arguments.output, arguments.linear)
    if arguments.catalogue:
        choice = json.loads(arguments.choices.read_text(encoding="utf-8"))[SHIPPED]
        entry = catalogue_entry(arguments.output, choice)
        known = arguments.catalogue.read_text(encoding="utf-8")
        arguments.catalogue.write_text(with_entry(known, entry), encoding="utf-8")


if __name__ == "__main__":
    main()
