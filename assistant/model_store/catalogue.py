"""The catalogue of models and the check of a file before anything reads it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.documents import Mode
from assistant.errors import AparteError, ErrorCode
from assistant.paths import shipped_models

STARTER = "starter"
_MAGIC = b"GGUF"
_OWN_FILE_CONTEXT = 8192
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Companion:
    """A linear model that files beside a model, and the weights of the voices."""

    path: Path
    size: int
    sha256: str
    model_share: float
    neighbours_share: float


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that can be used. ``sha256`` and ``size`` (bytes) are None for a file of the user's
    own, which nobody vouches for. ``certainty`` is calibrated with the model."""

    id: str
    name: str
    path: Path
    context: int
    modes: tuple[Mode, ...]
    size: int | None = None
    sha256: str | None = None
    certainty: float = 0.5
    companion: Companion | None = None

    @property
    def fingerprint(self) -> str:
        """What names the file's content: its hash, or for a file of the user's own its size and
        date."""
        if self.sha256 is not None:
            return self.sha256
        state = self.path.stat()
        return f"{state.st_size}-{state.st_mtime_ns}"


def find_model(chosen: str | None) -> ModelEntry:
    """The catalogue's model with this id, or any GGUF file by its path; None: the starter model.

    Raises AparteError: MODEL_MISSING where neither exists.
    """
    entries = {entry.id: entry for entry in catalogue()}
    wanted = chosen or STARTER
    if wanted in entries:
        return entries[wanted]
    path = Path(wanted)
    if not path.is_file():
        raise AparteError(ErrorCode.MODEL_MISSING, model=path.name)
    return ModelEntry(
        id=path.stem,
        name=path.stem,
        path=path,
        context=_OWN_FILE_CONTEXT,
        modes=(Mode.VERIFIED, Mode.STRICT_COPY),
    )


def catalogue() -> tuple[ModelEntry, ...]:
    """The models that ship. Raises AparteError (MODEL_MISSING) if the catalogue is gone."""
    folder = shipped_models()
    try:
        table = tomllib.loads((folder / "catalogue.toml").read_text("utf-8"))
        return tuple(
            ModelEntry(
                id=str(entry["id"]),
                name=str(entry["name"]),
                path=folder / str(entry["file"]),
                context=int(entry["context"]),
                modes=tuple(Mode(mode) for mode in entry["modes"]),
                size=int(entry["size"]),
                sha256=str(entry["sha256"]),
                certainty=float(entry["placement"]["confidence"]),
                companion=_companion(folder, entry["placement"]),
            )
            for entry in table["model"]
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise AparteError(ErrorCode.MODEL_MISSING, model=STARTER) from fault


def _companion(folder: Path, placement: dict[str, Any]) -> Companion | None:
    if "linear" not in placement:
        return None
    return Companion(
        path=folder / str(placement["linear"]),
        size=int(placement["linear_size"]),
        sha256=str(placement["linear_sha256"]),
        model_share=float(placement["model_share"]),
        neighbours_share=float(placement["neighbours_share"]),
    )


class Verifier:
    """Checks model files, and remembers what it checked as long as the file stays the same."""

    def __init__(self) -> None:
        self._checked: set[tuple[Path, int, int, int]] = set()

    def verify(self, entry: ModelEntry) -> None:
        """Return if the files of ``entry`` are whole and, for a catalogue model, the very files.

        Raises AparteError: MODEL_MISSING, MODEL_ALTERED, MODEL_UNUSABLE (not a GGUF file).
        """
        try:
            if entry.sha256 is None:
                self._verify_own(entry)
            else:
                self._verify_file(entry, entry.path, entry.size, entry.sha256)
            if (linear := entry.companion) is not None:
                self._verify_file(entry, linear.path, linear.size, linear.sha256)
        except OSError as fault:
            raise AparteError(ErrorCode.MODEL_MISSING, model=entry.name) from fault

    def _verify_own(self, entry: ModelEntry) -> None:
        with entry.path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise AparteError(ErrorCode.MODEL_UNUSABLE, model=entry.path.name)

    def _verify_file(self, entry: ModelEntry, path: Path, size: int | None, sha256: str) -> None:
        state = path.stat()
        key = (path, state.st_size, state.st_mtime_ns, state.st_ino)
        if key in self._checked:
            return
        if state.st_size != size or _digest(path) != sha256:
            raise AparteError(ErrorCode.MODEL_ALTERED, model=entry.name)
        self._checked.add(key)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
