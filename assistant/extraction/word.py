"""DOCX to blocks: headings by their style, lists, rows of tables, in the order of the document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from assistant.errors import AparteError, ErrorCode
from assistant.extraction.limits import Allowance
from assistant.extraction.markdown import RawBlock
from assistant.guides import BlockKind

_MOST_PARTS = 3000
_LARGEST_UNPACKED = 150 * 1024 * 1024
_HEADING = re.compile(r"(?:heading|titre|überschrift)\s*([1-6])", re.IGNORECASE)
_TITLE = ("title", "titre")
_LIST = re.compile(r"list|liste|puce", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0"  # what Office wraps a document in to encrypt it
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# What was deleted or moved away, and the second version of what is drawn in two.
_SKIPPED = {qn("w:del"), qn("w:moveFrom"), f"{{{_COMPATIBILITY}}}Fallback"}


def read_word(data: bytes, allowance: Allowance) -> list[RawBlock]:
    """The blocks of the DOCX file that holds ``data``.

    Raises AparteError: DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED, DOCUMENT_TOO_LONG, DOCUMENT_TOO_SLOW.
    """
    if data.startswith(_OLE):
        raise AparteError(ErrorCode.DOCUMENT_ENCRYPTED)
    _refuse_bomb(data)
    document = docx.Document(io.BytesIO(data))
    styles = {style.style_id: style.name or "" for style in document.styles}
    return list(_blocks(document.element.body, styles, allowance))


def _refuse_bomb(data: bytes) -> None:
    """Refuse what would unpack to far more than a document, before unpacking anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
        if len(infos) > _MOST_PARTS or sum(i.file_size for i in infos) > _LARGEST_UNPACKED:
            raise AparteError(ErrorCode.DOCUMENT_TOO_SLOW)
        if any(info.flag_bits & 1 for info in infos):
            raise AparteError(ErrorCode.DOCUMENT_ENCRYPTED)


def _blocks(container: Any, styles: dict[str, str], allowance: Allowance) -> Iterator[RawBlock]:
    """The blocks in an element, without calling itself: documents may nest as deep as they like."""
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if element.tag == qn("w:p"):
            block = _paragraph(element, styles)
        elif element.tag == qn("w:tr"):
            cells = (" ".join(_text(cell).split()) for cell in element.findall(qn("w:tc")))
            row = " — ".join(cell for cell in cells if cell)
            block = RawBlock(BlockKind.PARAGRAPH, row) if row else None
        else:
            if element.tag not in _SKIPPED:
                waiting += reversed(list(element))
            continue
        if block is not None:
            allowance.spend(len(block.text))
            yield block


def _paragraph(element: Any, styles: dict[str, str]) -> RawBlock | None:
    text = " ".join(_text(element).split())
    if not text:
        return None
    properties = element.find(qn("w:pPr"))
    style = styles.get(_value(properties, "w:pStyle"), "")
    if match := _HEADING.search(style):
        return RawBlock(BlockKind.HEADING, text, level=int(match[1]) + 1)
    if style.casefold() in _TITLE:
        return RawBlock(BlockKind.HEADING, text, level=1)
    numbered = properties is not None and properties.find(qn("w:numPr")) is not None
    if numbered or _LIST.search(style):
        return RawBlock(BlockKind.BULLET, text)
    return RawBlock(BlockKind.PARAGRAPH, text)


def _value(properties: Any, name: str) -> str:
    found = properties.find(qn(name)) if properties is not None else None
    return "" if found is None else found.get(qn("w:val"), "")


def _text(element: Any) -> str:
    """All that is written in ``element``, insertions included, deletions left out."""
    pieces: list[str] = []
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if part.tag == qn("w:t"):
            pieces.append(part.text or "")
        elif part.tag in (qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:p")):
            pieces.append(" ")
        elif part.tag == qn("w:noBreakHyphen"):
            pieces.append("-")
        if part.tag not in _SKIPPED:
            waiting += reversed(list(part))
    return "".join(pieces)
