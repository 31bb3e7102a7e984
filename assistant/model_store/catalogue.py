"""The catalogue of models and the check of a file before anything reads it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.documents import Mode
from assistant.errors import AparteError, ErrorCode
from assistant.inference.hardware import Hardware, this_pc
from assistant.model_store.fit import Verdict, contexts_of, fit_of, gigabytes, usual_context
from assistant.model_store.gguf_header import GgufHeader, read_header
from assistant.paths import shipped_models

STARTER = "starter"
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
    own, which nobody vouches for; ``family`` is then what the file calls its architecture.
    ``certainty`` is calibrated with the model."""

    id: str
    name: str
    path: Path
    context: int
    modes: tuple[Mode, ...]
    size: int | None = None
    sha256: str | None = None
    certainty: float = 0.5
    companion: Companion | None = None
    family: str = ""

    @property
    def shipped(self) -> bool:
        """True for a model of the catalogue."""
        return self.sha256 is not None

    @property
    def fingerprint(self) -> str:
        """What names the file's content: its hash, or for a file of the user's own its size and
        date."""
        return fingerprint_of(self.path) if self.sha256 is None else self.sha256


def fingerprint_of(path: Path) -> str:
    """What tells a file of the user's own from what it was before: its size and its date. Raises
    OSError."""
    state = path.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"


def find_model(chosen: str | None) -> ModelEntry:
    """The catalogue's model with this id, or any GGUF file by its path; None: the starter model.

    Raises AparteError: MODEL_MISSING where neither exists, and as ``own_model``.
    """
    entries = {entry.id: entry for entry in catalogue()}
    wanted = STARTER if chosen is None else chosen
    if wanted in entries:
        return entries[wanted]
    path = Path(wanted)
    if not path.is_file():
        raise AparteError(ErrorCode.MODEL_MISSING, model=path.name)
    return own_model(path, this_pc())


def own_model(path: Path, pc: Hardware, context: int = 0) -> ModelEntry:
    """The model in a file of the user's own, to be loaded on ``pc`` with ``context`` tokens; where
    that is no length that fits (0, say), with as many as fit well, up to the usual length.

    Raises AparteError, with the reason and what would do: MODEL_UNREADABLE, MODEL_UNUSABLE,
    MODEL_CUT, MODEL_WITHOUT_WEIGHTS, MODEL_WITHOUT_DIALOGUE, MODEL_TOO_LARGE.
    """
    header = read_header(path)
    modes = _modes_of(header)
    if not modes:
        raise AparteError(ErrorCode.MODEL_WITHOUT_DIALOGUE, model=path.stem)
    if context not in contexts_of(header, pc):
        context = usual_context(header, pc)
    fit = fit_of(header, context, pc)
    if fit.verdict is Verdict.TOO_LARGE:
        sizes = {"needed": fit.needed, "free": fit.free, "largest": fit.largest}
        told = {name: gigabytes(size) for name, size in sizes.items()}
        raise AparteError(ErrorCode.MODEL_TOO_LARGE, model=path.stem, **told)
    return ModelEntry(
        id=path.stem,
        name=path.stem,
        path=path,
        context=context,
        modes=modes,
        family=header.architecture,
    )


def _modes_of(header: GgufHeader) -> tuple[Mode, ...]:
    """What a model was made for: filing alone, or following an instruction, which does both."""
    if header.has_chat_template:
        return (Mode.VERIFIED, Mode.STRICT_COPY)
    return (Mode.STRICT_COPY,) if header.places else ()


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


_State = tuple[Path, int, int, int]


class Verifier:
    """Checks model files, and remembers what it checked as long as the file stays the same."""

    def __init__(self) -> None:
        self._checked: set[_State] = set()

    def verify(self, entry: ModelEntry) -> None:
        """Return if the files of ``entry`` are whole and, for a catalogue model, the very files.

        Raises AparteError: MODEL_MISSING, MODEL_ALTERED, or as ``read_header``.
        """
        try:
            self._verify_file(entry, entry.path, entry.size, entry.sha256)
            if (linear := entry.companion) is not None:
                self._verify_file(entry, linear.path, linear.size, linear.sha256)
        except OSError as fault:
            raise AparteError(ErrorCode.MODEL_MISSING, model=entry.name) from fault

    def _verify_file(
        self, entry: ModelEntry, path: Path, size: int | None, sha256: str | None
    ) -> None:
        state = path.stat()
        key = (path, state.st_size, state.st_mtime_ns, state.st_ino)
        if key in self._checked:
            return
        if sha256 is None:
            read_header(path)
        elif state.st_size != size or _digest(path) != sha256:
            raise AparteError(ErrorCode.MODEL_ALTERED, model=entry.name)
        self._checked.add(key)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
