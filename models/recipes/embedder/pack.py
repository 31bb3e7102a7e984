"""Write the folder that ships: rows of eight bits, their scales, the tokenizer, the contract."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

from models.recipes.embedder.vocabulary import Vocabulary

NAME = "aparte-fr"
_CONTRACT = """\
# What the search needs to know of an embedder: what stands before a text, and what it was made of.
name = "{name}"
query_prefix = ""
passage_prefix = ""
dimension = {dimension}

[sha256]
{hashes}
"""


def eighths(rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """``rows`` as integers of eight bits, and the scale of each row."""
    scales = np.abs(rows).max(axis=1) / 127
    safe = np.where(scales > 0, scales, 1)
    return np.round(rows / safe[:, None]).astype(np.int8), scales.astype(np.float32)


def packed(build: Path, folder: Path) -> None:
    """Write ``folder`` from what training left in ``build``."""
    words = Vocabulary.load(build)
    rows = np.load(build / "trained.npy").astype(np.float32)
    whole, scales = eighths(rows)
    static = StaticEmbedding(words.tokenizer, embedding_weights=rows[words.rows])
    model = SentenceTransformer(modules=[static, Normalize()], similarity_fn_name="cosine")
    model.save_pretrained(str(folder), create_model_card=False)
    # The keys and the folding are those that StaticEmbedding reads of model2vec's own files.
    save_file(
        {
            "embeddings": whole,
            "mapping": words.rows.astype(np.int32),
            "weights": scales[words.rows],
        },
        folder / "model.safetensors",
    )
    hashes = [
        f'"{name}" = "{hashlib.sha256((folder / name).read_bytes()).hexdigest()}"'
        for name in ("model.safetensors", "tokenizer.json")
    ]
    (folder / "embedder.toml").write_text(
        _CONTRACT.format(name=NAME, dimension=rows.shape[1], hashes="\n".join(hashes)),
        encoding="utf-8",
    )


def main() -> None:
    """Pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    packed(arguments.build, arguments.folder)


if __name__ == "__main__":
    main()
