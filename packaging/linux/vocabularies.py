"""The vocabularies that the tests read: they come with llama.cpp's source, and weigh 36 MB.

Taken once for each version of the engine, and kept beside the wheels: nothing is compiled.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from engine_wheel import engine_version
from llama_source import fetched, named_source, unpack
from steps import CACHE, locked

NAMES = ("llama-bpe", "qwen2", "qwen35", "gemma-4")


def vocabulary_folder() -> Path:
    """Where the vocabularies of this version are kept."""
    return CACHE / "vocabularies" / f"llama_cpp_python-{engine_version()}"


def take_vocabularies(python: Path) -> None:
    """Put the vocabularies in their folder, whole or not at all, unless they are there."""
    folder = vocabulary_folder()
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.parent, "Une autre préparation prend les vocabulaires : attente…"):
        if folder.is_dir():
            return
        for leftover in folder.parent.glob(".taking-*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(prefix=".taking-", dir=folder.parent) as name:
            work = Path(name)
            files = [f"models/ggml-vocab-{vocabulary}.gguf" for vocabulary in NAMES]
            unpack(named_source() or fetched(python, work), work / "tree", *files)
            (work / "tree" / "models").rename(folder)
