"""Text files as hospital software writes them: UTF-8, UTF-16 with its mark, or Windows-1252."""

from __future__ import annotations

import codecs

from assistant.extraction.markdown import RawBlock
from assistant.guides import BlockKind

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Controls that old editors and printers do leave in text: tab, line ends, form feed.
_USUAL_CONTROLS = frozenset("\t\n\r\f\v")


class NotTextError(ValueError):
    """The bytes are not those of a text."""


def decode_text(data: bytes) -> str:
    """The text in ``data``, its line ends made « \\n »; raises NotTextError."""
    text = _decode(data)
    controls = sum(1 for c in text if c < " " and c not in _USUAL_CONTROLS)
    if "\0" in text or controls > len(text) // 200:
        raise NotTextError
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_plain(text: str) -> list[RawBlock]:
    """The paragraphs of a text without markup: a blank line stands between two."""
    paragraphs = (" ".join(part.split()) for part in text.replace("\f", "\n\n").split("\n\n"))
    return [RawBlock(BlockKind.PARAGRAPH, paragraph) for paragraph in paragraphs if paragraph]


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as fault:
                raise NotTextError from fault
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; hospital exports do contain them.
        return data.decode("cp1252", "replace")
