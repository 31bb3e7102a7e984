"""Packs: guides with their manifest, in a signed single file, or in a folder of the same members.

``manifest.json`` lists every file with its size and SHA-256; ``signature.json`` names a key and
signs the bytes of the manifest. So nothing of a signed pack can change unseen, and what changed is
named. A pack without a signature can be read too, and says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.documents import Span
from assistant.errors import AparteError, ErrorCode
from assistant.extraction.markdown import RawBlock, assemble
from assistant.guides import Block, BlockKind, Guide, GuideQuestion, Rectangle
from assistant.retrieval.container import LARGEST_PACK, ContainerError, decode, encode
from assistant.retrieval.guide_text import GuideError, guide_id, read_guide
from assistant.retrieval.signatures import TrustedKey, fingerprint, is_signed, sign

MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
_FORMAT = 1
_MOST_GUIDES = 200


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack whose every byte was checked. ``signer`` is None where nobody vouches for it."""

    name: str
    licence: str
    dated: date
    guides: tuple[Guide, ...]
    signer: str | None
    pdfs: Mapping[str, bytes]
    members: Mapping[str, bytes]

    @property
    def archive(self) -> bytes:
        """The single file of the pack."""
        return encode(self.members)


class _PackError(ValueError):
    """What is wrong, and where; turned into AparteError with the pack's name."""

    def __init__(self, code: ErrorCode, part: str) -> None:
        super().__init__(part)
        self.code = code
        self.part = part


def open_pack(path: Path, keys: Mapping[str, TrustedKey]) -> Pack:
    """The pack in the file or folder ``path``.

    Raises AparteError: PACK_UNREADABLE, PACK_ALTERED, PACK_KEY_UNKNOWN.
    """
    try:
        if path.is_dir():
            return read_pack(_members_of_folder(path), path.name, keys)
        if path.stat().st_size > LARGEST_PACK:
            raise AparteError(ErrorCode.PACK_UNREADABLE, pack=path.name, part="taille")
        return read_archive(path.read_bytes(), path.name, keys)
    except OSError as fault:
        raise AparteError(ErrorCode.PACK_UNREADABLE, pack=path.name, part="lecture") from fault


def read_archive(archive: bytes, name: str, keys: Mapping[str, TrustedKey]) -> Pack:
    """The pack in the bytes of a single file; raises what ``open_pack`` raises."""
    try:
        members = decode(archive)
    except ContainerError as fault:
        code = _code_of_damage(archive)
        raise AparteError(code, pack=name, part=str(fault)) from fault
    return read_pack(members, name, keys)


def read_pack(members: Mapping[str, bytes], name: str, keys: Mapping[str, TrustedKey]) -> Pack:
    """The pack made of ``members``; raises what ``open_pack`` raises."""
    try:
        manifest = _manifest(members)
        signer = _signer(members, keys)
        _check_files(members, manifest, signed=SIGNATURE in members)
        guides = tuple(_guide(members, entry) for entry in _entries(manifest))
        return Pack(
            name=_word(manifest, "name"),
            licence=_word(manifest, "licence"),
            dated=_day(manifest["dated"]),
            guides=guides,
            signer=signer,
            pdfs={e["id"]: members[e["pdf"]] for e in _entries(manifest) if e.get("pdf")},
            members=members,
        )
    except _PackError as fault:
        where = {"key": fault.part} if fault.code is ErrorCode.PACK_KEY_UNKNOWN else {}
        raise AparteError(fault.code, pack=name, part=fault.part, **where) from fault
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as fault:
        raise AparteError(ErrorCode.PACK_UNREADABLE, pack=name, part=MANIFEST) from fault


@dataclass(frozen=True, slots=True)
class Content:
    """What a pack says of one guide besides the guide: the file its text is in (Markdown with
    front matter, or extracted blocks) and its PDF."""

    guide: Guide
    text_name: str
    text: bytes
    pdf: bytes | None = None


def write_pack(
    name: str,
    licence: str,
    dated: date,
    contents: list[Content],
    private: Ed25519PrivateKey | None = None,
) -> dict[str, bytes]:
    """The members of a pack of ``contents``, signed where a key is given."""
    members: dict[str, bytes] = {}
    entries = []
    for content in contents:
        guide = content.guide
        entry: dict[str, Any] = {
            "id": guide.id,
            "title": guide.title,
            "version": guide.version,
            "dated": guide.dated.isoformat(),
            "review": guide.review.isoformat() if guide.review else None,
            "text": content.text_name,
        }
        members[content.text_name] = content.text
        if content.pdf is not None:
            entry["pdf"] = f"guides/{guide.id}.pdf"
            members[entry["pdf"]] = content.pdf
        if guide.lines:
            entry["lines"] = f"guides/{guide.id}.lignes.json"
            members[entry["lines"]] = _as_json([
                [r.page, r.left, r.top, r.right, r.bottom, r.span.start, r.span.end]
                for r in guide.lines
            ])  # fmt: skip
        if guide.questions:
            entry["questions"] = f"guides/{guide.id}.questions.json"
            asked = [[list(question.section), question.text] for question in guide.questions]
            members[entry["questions"]] = _as_json(asked)
        entries.append(entry)
    files = [
        {"name": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path, data in sorted(members.items())
    ]
    manifest = {
        "format": _FORMAT,
        "name": name,
        "licence": licence,
        "dated": dated.isoformat(),
        "guides": entries,
        "files": files,
    }
    members[MANIFEST] = _as_json(manifest)
    if private is not None:
        members[SIGNATURE] = _as_json({
            "key": fingerprint(private.public_key()),
            "signature": sign(members[MANIFEST], private).hex(),
        })  # fmt: skip
    return members


def archive_of(members: Mapping[str, bytes]) -> bytes:
    """The single file of a pack of ``members``."""
    return encode(members)


def blocks_as_json(raw: list[RawBlock]) -> bytes:
    """Blocks taken out of a document, as a pack keeps them."""
    return _as_json([[b.kind.value, b.level, b.number, b.page, b.text] for b in raw])


# --- reading ----------------------------------------------------------------------------


def _manifest(members: Mapping[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in members:
        raise _PackError(ErrorCode.PACK_UNREADABLE, MANIFEST)
    manifest = _read_json(members[MANIFEST])
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise _PackError(ErrorCode.PACK_UNREADABLE, MANIFEST)
    return manifest


def _signer(members: Mapping[str, bytes], keys: Mapping[str, TrustedKey]) -> str | None:
    if SIGNATURE not in members:
        return None
    try:
        told = _read_json(members[SIGNATURE])
        name, signature = str(told["key"]), bytes.fromhex(told["signature"])
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise _PackError(ErrorCode.PACK_ALTERED, SIGNATURE) from fault
    if _as_json({"key": name, "signature": signature.hex()}) != members[SIGNATURE]:
        raise _PackError(ErrorCode.PACK_ALTERED, SIGNATURE)
    if name not in keys:
        raise _PackError(ErrorCode.PACK_KEY_UNKNOWN, name[:16])
    if not is_signed(members[MANIFEST], signature, keys[name]):
        raise _PackError(ErrorCode.PACK_ALTERED, f"{MANIFEST} ou {SIGNATURE}")
    return keys[name].signer


def _check_files(members: Mapping[str, bytes], manifest: dict[str, Any], *, signed: bool) -> None:
    """Every file is in the manifest and as it says; the first that is not is named."""
    wrong = ErrorCode.PACK_ALTERED if signed else ErrorCode.PACK_UNREADABLE
    listed = {_word(file, "name"): file for file in manifest["files"]}
    for name in sorted(listed.keys() | members.keys() - {MANIFEST, SIGNATURE}):
        if name not in members or name not in listed:
            raise _PackError(wrong, name)
        data, told = members[name], listed[name]
        if told["size"] != len(data) or told["sha256"] != hashlib.sha256(data).hexdigest():
            raise _PackError(wrong, name)


def _entries(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    entries = manifest["guides"]
    ids = {guide_id(entry["id"]) for entry in entries}
    if not 0 < len(entries) <= _MOST_GUIDES or len(ids) != len(entries):
        raise ValueError("guides")
    return list(entries)


def _guide(members: Mapping[str, bytes], entry: dict[str, Any]) -> Guide:
    """The guide that ``entry`` announces, which must be the one in its text."""
    name = _word(entry, "text")
    try:
        written = members[name]
        guide = (
            read_guide(written.decode("utf-8"))
            if name.endswith(".md")
            else _extracted_guide(entry, written)
        )
        if entry.get("lines"):
            guide = _with_lines(guide, members[entry["lines"]])
        if entry.get("questions"):
            guide = replace(guide, questions=_questions(members[entry["questions"]]))
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise _PackError(ErrorCode.PACK_UNREADABLE, name) from fault
    told = (entry["id"], entry["title"], entry["version"], entry["dated"], entry.get("review"))
    review = guide.review.isoformat() if guide.review else None
    if told != (guide.id, guide.title, guide.version, guide.dated.isoformat(), review):
        raise _PackError(ErrorCode.PACK_UNREADABLE, name)
    return guide


def _extracted_guide(entry: dict[str, Any], written: bytes) -> Guide:
    raw = [
        RawBlock(BlockKind(kind), _text(text), int(level), int(number), page)
        for kind, level, number, page, text in _read_json(written)
    ]
    text, blocks = assemble(raw)
    if not text.strip() or not all(b.page is None or type(b.page) is int for b in blocks):
        raise GuideError("texte")
    return Guide(
        id=guide_id(entry["id"]),
        title=_word(entry, "title"),
        version=_word(entry, "version"),
        dated=_day(entry["dated"]),
        text=text,
        blocks=blocks,
        review=_day(entry["review"]) if entry.get("review") else None,
    )


def _with_lines(guide: Guide, written: bytes) -> Guide:
    """``guide`` with the place of its lines in its PDF, and the page of each block."""
    lines = tuple(
        Rectangle(int(page), float(left), float(top), float(right), float(bottom),
                  _span(start, end, len(guide.text)))
        for page, left, top, right, bottom, start, end in _read_json(written)
    )  # fmt: skip
    starts = {line.span.start: line.page for line in reversed(lines)}
    blocks = tuple(
        replace(block, page=_page_at(block, starts, guide.text)) for block in guide.blocks
    )
    return replace(guide, lines=lines, blocks=blocks)


def _questions(written: bytes) -> tuple[GuideQuestion, ...]:
    return tuple(
        GuideQuestion(tuple(_text(heading) for heading in section), _text(text))
        for section, text in _read_json(written)
    )


def _page_at(block: Block, starts: dict[int, int], text: str) -> int:
    if block.span.start not in starts:
        raise GuideError(block.span.cut(text)[:20])
    return starts[block.span.start]


def _span(start: Any, end: Any, length: int) -> Span:
    if not 0 <= start <= end <= length:
        raise GuideError("lignes")
    return Span(int(start), int(end))


def _members_of_folder(folder: Path) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise AparteError(ErrorCode.PACK_UNREADABLE, pack=folder.name, part=path.name)
        if path.is_file():
            size += path.stat().st_size
            if size > LARGEST_PACK or len(members) > 5 * _MOST_GUIDES:
                raise AparteError(ErrorCode.PACK_UNREADABLE, pack=folder.name, part="taille")
            members[path.relative_to(folder).as_posix()] = path.read_bytes()
    return members


def _code_of_damage(archive: bytes) -> ErrorCode:
    """A file that was once a signed pack is altered; another was never a pack."""
    return ErrorCode.PACK_ALTERED if SIGNATURE.encode() in archive else ErrorCode.PACK_UNREADABLE


def _read_json(written: bytes) -> Any:
    """What ``written`` holds; a number that is none is a ValueError."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(written, parse_constant=refuse)


def _as_json(value: Any) -> bytes:
    """One spelling for each value, readable."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _word(table: dict[str, Any], name: str) -> str:
    value = _text(table[name])
    if not value.strip() or len(value) > 500:
        raise ValueError(name)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("texte")
    return value


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))
