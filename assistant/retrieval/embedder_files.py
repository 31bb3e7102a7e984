"""The folder of an embedder: whole, and with the prefixes it was trained with. No model library.

The embedder that ships says all that in ``embedder.toml``. Others, installed by the user, are known
by their name; one that nobody knows gets no prefix.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.paths import shipped_models

CONTRACT = "embedder.toml"
_CHUNK = 1 << 20
_MODULES = "modules.json"  # what every sentence-transformers folder has


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What stands before a question, and before a passage."""

    question: str = ""
    passage: str = ""


def shipped_embedder() -> Path:
    """The folder of the embedder that ships."""
    return shipped_models() / "embedder"


def verify_embedder(folder: Path) -> str:
    """What names the content of ``folder``, once every file that its contract lists was checked.

    An embedder without a contract is named by its files' sizes and dates: nobody vouches for it.
    Raises AparteError: EMBEDDER_MISSING, EMBEDDER_ALTERED.
    """
    try:
        if (contract := folder / CONTRACT).is_file():
            listed = tomllib.loads(contract.read_text("utf-8"))["sha256"]
            for name, sha256 in listed.items():
                if "/" in name or _digest(folder / name) != sha256:
                    raise AparteError(ErrorCode.EMBEDDER_ALTERED)
        elif not (folder / _MODULES).is_file():
            raise AparteError(ErrorCode.EMBEDDER_MISSING)
        return _fingerprint(folder)
    except OSError as fault:
        raise AparteError(ErrorCode.EMBEDDER_MISSING) from fault
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as fault:
        raise AparteError(ErrorCode.EMBEDDER_ALTERED) from fault


def weights_sha256(folder: Path) -> str:
    """The hash of the weights that a contract announces; raises AparteError."""
    try:
        contract = tomllib.loads((folder / CONTRACT).read_text("utf-8"))
        return str(contract["sha256"]["model.safetensors"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as fault:
        raise AparteError(ErrorCode.EMBEDDER_MISSING) from fault


def prefixes_of(folder: Path) -> Prefixes:
    """The prefixes that the embedder in ``folder`` was trained with."""
    contract = folder / CONTRACT
    if contract.is_file():
        table = tomllib.loads(contract.read_text("utf-8"))
        return Prefixes(str(table["query_prefix"]), str(table["passage_prefix"]))
    known = (resources.files("assistant.retrieval") / "embedders.toml").read_text("utf-8")
    name = folder.resolve().name.casefold()
    for entry in tomllib.loads(known)["embedder"]:
        if entry["name"] in name:
            return Prefixes(entry["question"], entry["passage"])
    return Prefixes()


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        state = path.stat()
        small = path.suffix in (".json", ".toml", ".txt") and state.st_size < _CHUNK
        content = path.read_bytes().hex() if small else f"{state.st_size} {state.st_mtime_ns}"
        digest.update(f"{path.relative_to(folder)}\n{content}\n".encode())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
