"""The guides of this PC: those that ship, the packs of IT, the documents of the hospital's own.

Everything is kept as packs, one file each: a document becomes a pack of one guide, unsigned. Where
two packs hold the same guide, the most recent one is shown; one that ships is replaced by a signed
one only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.guides import Guide, GuidePassage, Rectangle
from assistant.paths import guides_folder, shipped_guides
from assistant.protocol import PackFile
from assistant.retrieval.packs import Pack, read_archive
from assistant.retrieval.signatures import TrustedKey, trusted_keys
from assistant.retrieval.words import plain

SHIPPED_PACK = "aparte-guides.zip"


class Origin(StrEnum):
    """Where a guide comes from."""

    SHIPPED = "livré"
    PACK = "paquet"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class LibraryGuide:
    """A guide on the shelf, and the pack it is in. ``signer`` is None where nobody signed it."""

    guide: Guide
    origin: Origin
    signer: str | None
    path: Path
    sha256: str
    has_pdf: bool

    def overdue(self, today: date) -> bool:
        """True once the guide is past its review date."""
        return self.guide.overdue(today)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A pack of this PC that can't be read any more, and why."""

    name: str
    error: AparteError


@dataclass(frozen=True, slots=True)
class Library:
    """The guides, by title; and the packs that could not be opened."""

    guides: tuple[LibraryGuide, ...]
    set_aside: tuple[SetAside, ...] = ()

    @property
    def files(self) -> list[PackFile]:
        """The packs that the guides are in, each once."""
        ids: dict[tuple[str, str], list[str]] = {}
        for shelved in self.guides:
            ids.setdefault((str(shelved.path), shelved.sha256), []).append(shelved.guide.id)
        return [PackFile(path, sha256, guides) for (path, sha256), guides in sorted(ids.items())]

    def find(self, guide_id: str) -> LibraryGuide:
        """The guide called ``guide_id``; raises AparteError (GUIDE_UNKNOWN)."""
        for shelved in self.guides:
            if shelved.guide.id == guide_id:
                return shelved
        raise AparteError(ErrorCode.GUIDE_UNKNOWN, guide=guide_id)

    def rectangles(self, passage: GuidePassage) -> tuple[Rectangle, ...]:
        """Where ``passage`` stands in the PDF of its guide; empty where that is not known."""
        lines = self.find(passage.guide).guide.lines
        start, end = passage.span.start, passage.span.end
        return tuple(r for r in lines if r.span.start < end and start < r.span.end)

    def pdf(self, guide_id: str) -> bytes | None:
        """The bytes of a guide's PDF, or None. Raises AparteError where its pack has changed."""
        shelved = self.find(guide_id)
        if not shelved.has_pdf:
            return None
        return read_checked(shelved.path, shelved.sha256).pdfs[guide_id]


def read_checked(path: Path, sha256: str) -> Pack:
    """The pack in ``path``; raises AparteError (PACK_ALTERED) if its bytes are other ones now."""
    archive = _bytes_of(path)
    if _digest(archive) != sha256:
        raise AparteError(ErrorCode.PACK_ALTERED, pack=path.name, part=path.name)
    return read_archive(archive, path.name, trusted_keys())


def open_library() -> Library:
    """The guides of this PC, every pack checked.

    Raises AparteError (GUIDES_MISSING) where the guides that ship are not what was signed.
    """
    keys = trusted_keys()
    shipped = shipped_guides() / SHIPPED_PACK
    try:
        shelved = _shelved(shipped, keys, Origin.SHIPPED)
    except AparteError as fault:
        raise AparteError(ErrorCode.GUIDES_MISSING) from fault
    if any(one.signer is None for one in shelved):
        raise AparteError(ErrorCode.GUIDES_MISSING)
    best = {one.guide.id: one for one in shelved}
    set_aside = []
    for path in sorted(guides_folder().glob("*.zip")):
        origin = Origin.DOCUMENT if path.name.startswith(_DOCUMENT) else Origin.PACK
        try:
            for one in _shelved(path, keys, origin):
                best[one.guide.id] = _preferred(best.get(one.guide.id), one)
        except AparteError as fault:
            set_aside.append(SetAside(path.name, fault))
    by_title = sorted(best.values(), key=lambda one: plain(one.guide.title))
    return Library(tuple(by_title), tuple(set_aside))


_DOCUMENT = "document-"


def keep_pack(archive: bytes) -> Path:
    """Put a pack that was checked on the shelf of this PC; its file. Raises AparteError."""
    return _keep(f"paquet-{_digest(archive)[:16]}.zip", archive)


def keep_document(archive: bytes, guide: Guide) -> Path:
    """Put a document of the hospital's own on the shelf, in place of the one of the same name."""
    return _keep(f"{_DOCUMENT}{guide.id}.zip", archive)


def remove_guide(library: Library, guide_id: str) -> None:
    """Take a guide off the shelf, with the pack it came in. Raises AparteError."""
    shelved = library.find(guide_id)
    if shelved.origin is Origin.SHIPPED:
        raise AparteError(ErrorCode.GUIDE_KEPT, guide=shelved.guide.title)
    try:
        shelved.path.unlink()
    except OSError as fault:
        raise AparteError(ErrorCode.GUIDE_UNWRITABLE) from fault


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; raises AparteError (PACK_UNREADABLE)."""
    return _digest(_bytes_of(path))


def _shelved(path: Path, keys: Mapping[str, TrustedKey], origin: Origin) -> list[LibraryGuide]:
    archive = _bytes_of(path)
    pack = read_archive(archive, path.name, keys)
    sha256 = _digest(archive)
    return [
        LibraryGuide(guide, origin, pack.signer, path, sha256, guide.id in pack.pdfs)
        for guide in pack.guides
    ]


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise AparteError(ErrorCode.PACK_UNREADABLE, pack=path.name, part="lecture") from fault


def _preferred(one: LibraryGuide | None, other: LibraryGuide) -> LibraryGuide:
    if one is None:
        return other
    if (one.signer is None) != (other.signer is None):
        return one if one.signer is not None else other
    return max(one, other, key=lambda shelved: shelved.guide.dated)


def _keep(name: str, archive: bytes) -> Path:
    """Write safely: a new file, flushed, then renamed."""
    folder = guides_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".ajout-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(archive)
                out.flush()
                os.fsync(out.fileno())
            return Path(temporary).replace(folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise AparteError(ErrorCode.GUIDE_UNWRITABLE) from fault


def _digest(archive: bytes) -> str:
    return hashlib.sha256(archive).hexdigest()
