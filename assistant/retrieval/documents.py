"""Documents of the hospital's own, taken out by the extractor, as packs of one guide, unsigned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.extraction.markdown import RawBlock, assemble
from assistant.guides import BlockKind, Guide
from assistant.protocol import Extracted
from assistant.retrieval.packs import Content, archive_of, blocks_as_json, write_pack
from assistant.retrieval.patient_text import about_one_patient
from assistant.retrieval.words import plain

LICENCE = "document ajouté sur ce poste"
_LONGEST_TITLE = 120
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")


def document_guide(
    path: Path, parts: Sequence[Extracted], today: date
) -> tuple[Guide, list[RawBlock]]:
    """The guide made of what was taken out of ``path``, and its blocks. Its id follows from the
    file's name, its title is the one it begins with where a style says so, else that name; version
    and date are those of today: nothing in the file is trusted to say them.

    Raises AparteError (DOCUMENT_ABOUT_A_PATIENT): only guides are searched."""
    raw = [
        _block(kind, level, page, text)
        for part in parts
        for kind, level, page, text in zip(
            part.kinds, part.levels, part.pages, part.texts, strict=True
        )
    ]
    text, blocks = assemble(raw)
    if about_one_patient(text):
        raise AparteError(ErrorCode.DOCUMENT_ABOUT_A_PATIENT)
    called = " ".join(path.stem.replace("_", " ").split())[:_LONGEST_TITLE] or "Document"
    name = _NOT_IN_AN_ID.sub("-", plain(called)).strip("-")[:50].strip("-") or "document"
    guide = Guide(
        id=f"poste-{name}",
        title=_title(raw, path) or called,
        version=today.isoformat(),
        dated=today,
        text=text,
        blocks=blocks,
    )
    return guide, raw


def document_archive(guide: Guide, raw: list[RawBlock], path: Path) -> bytes:
    """The pack of ``guide``, with the PDF it was taken out of. Raises AparteError."""
    pdf = None
    if path.suffix.casefold() == ".pdf":
        try:
            pdf = path.read_bytes()
        except OSError as fault:
            raise AparteError(ErrorCode.DOCUMENT_UNREADABLE) from fault
    content = Content(guide, f"guides/{guide.id}.blocs.json", blocks_as_json(raw), pdf)
    return archive_of(write_pack(guide.title, LICENCE, guide.dated, [content]))


def _title(raw: Sequence[RawBlock], path: Path) -> str:
    """The heading a document begins with; "" where it has none, or where it is only guessed from
    the size of letters."""
    first = raw[0]
    styled = path.suffix.casefold() != ".pdf" and first.kind is BlockKind.HEADING
    return first.text[:_LONGEST_TITLE].strip() if styled and first.level == 1 else ""


def _block(kind: str, level: int, page: int, text: str) -> RawBlock:
    numbered = kind == BlockKind.NUMBERED
    return RawBlock(
        BlockKind(kind),
        text,
        level=0 if numbered else level,
        number=level if numbered else 0,
        page=page or None,
    )
