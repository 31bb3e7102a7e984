"""What is computed once for each guide: the vectors and the terms of its passages, kept on disk.

A file is read back only if its first 32 bytes are the SHA-256 of its key and of the rest; the key
names the passages, the embedder and the way terms are made. Anything else is computed again.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.retrieval.embedder import Vectors

_FORMAT = "2"
_DIGEST_BYTES = 32

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SearchText:
    """What is searched of a passage: its text under its headings, and the questions it answers."""

    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One guide's part of the index. Row r of ``vectors`` is of the passage ``owners[r]``: the
    first of a passage is its text's, the others are its questions'. ``ids`` count in
    ``vocabulary``; the terms of passage i are ``ids[offsets[i]:offsets[i + 1]]``."""

    vectors: Vectors
    owners: Ids
    ids: Ids
    offsets: npt.NDArray[np.int64]
    vocabulary: list[str]


def segment_of(vectors: Vectors, owners: Sequence[int], terms: Iterable[list[str]]) -> Segment:
    """The segment of passages with these vectors, their owners, and the terms of each passage."""
    numbers: dict[str, int] = {}
    ids: list[int] = []
    offsets = [0]
    for names in terms:
        ids += [numbers.setdefault(name, len(numbers)) for name in names]
        offsets.append(len(ids))
    return Segment(
        vectors,
        np.array(owners, np.int32),
        np.array(ids, np.int32),
        np.array(offsets, np.int64),
        list(numbers),
    )


def segment_key(passages: Iterable[SearchText], embedder: str) -> str:
    """What the segment of these passages depends on, in hexadecimal."""
    digest = hashlib.sha256(f"{_FORMAT}\n{embedder}\n{_terms_version()}\n".encode())
    for passage in passages:
        for text in (passage.text, *passage.questions):
            digest.update(f"{len(text)}\n{text}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


class SegmentStore:
    """Segments in a folder; a folder that can't be written only costs the time to compute again."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, key: str) -> Segment | None:
        """The segment kept under ``key``, or None where there is none that holds."""
        if self._folder is None:
            return None
        try:
            kept = (self._folder / f"{key}.segment").read_bytes()
            if kept[:_DIGEST_BYTES] != _seal(key, kept[_DIGEST_BYTES:]):
                return None
            with np.load(io.BytesIO(kept[_DIGEST_BYTES:]), allow_pickle=False) as arrays:
                words = arrays["vocabulary"].tobytes().decode("utf-8")
                return Segment(
                    vectors=arrays["vectors"],
                    owners=arrays["owners"],
                    ids=arrays["ids"],
                    offsets=arrays["offsets"],
                    vocabulary=words.split("\n") if words else [],
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, key: str, segment: Segment) -> None:
        """Keep ``segment`` under ``key``, if the folder lets us."""
        if self._folder is None:
            return
        out = io.BytesIO()
        words = np.frombuffer("\n".join(segment.vocabulary).encode("utf-8"), np.uint8)
        np.savez(out, vectors=segment.vectors, owners=segment.owners, ids=segment.ids,
                 offsets=segment.offsets, vocabulary=words)  # fmt: skip
        content = out.getvalue()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(_seal(key, content) + content)
            Path(temporary).replace(self._folder / f"{key}.segment")
        except OSError:
            return

    def forget_others(self, keys: set[str]) -> None:
        """Remove the segments of guides that are no longer on the shelf."""
        if self._folder is None:
            return
        try:
            for path in self._folder.glob("*.segment"):
                if path.stem not in keys:
                    path.unlink()
        except OSError:
            return


def _seal(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + content).digest()


def _terms_version() -> str:
    """Changes when terms are made otherwise."""
    rooms = resources.files("assistant.retrieval")
    made_by = (rooms / name for name in ("words.py", "words.toml"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in made_by)).hexdigest()
