"""Sources in: text files as hospital software writes them, and the examples that ship."""

from __future__ import annotations

import codecs
from functools import cache
from importlib import resources
from pathlib import Path

from assistant.documents import Source
from assistant.errors import AparteError, ErrorCode

LONGEST_SOURCE = 400_000
"""Characters: some hundred and thirty pages."""

_LARGEST_FILE = LONGEST_SOURCE * 4 + 4
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Controls that old editors and printers do leave in text: tab, line ends, form feed.
_USUAL_CONTROLS = frozenset("\t\n\r\f\v")


def read_source(path: Path) -> Source:
    """The text of the file at ``path``: UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises AparteError: SOURCE_UNREADABLE, SOURCE_TOO_LONG, SOURCE_BINARY, SOURCE_EMPTY.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise AparteError(
                ErrorCode.SOURCE_TOO_LONG, characters=_grouped(size), limit=_grouped(LONGEST_SOURCE)
            )
        data = path.read_bytes()
    except OSError as fault:
        raise AparteError(ErrorCode.SOURCE_UNREADABLE) from fault
    return decode_source(data, path.name)


def decode_source(data: bytes, name: str = "") -> Source:
    """The source whose file holds ``data``; raises as ``read_source``."""
    text = _decode(data)
    controls = sum(1 for c in text if c < " " and c not in _USUAL_CONTROLS)
    if "\0" in text or controls > len(text) // 200:
        raise AparteError(ErrorCode.SOURCE_BINARY)
    return checked(Source(text.replace("\r\n", "\n").replace("\r", "\n"), name))


def checked(source: Source) -> Source:
    """``source`` if it can be drafted from; raises AparteError (SOURCE_EMPTY, SOURCE_TOO_LONG)."""
    if not any(c.isalnum() for c in source.text):
        raise AparteError(ErrorCode.SOURCE_EMPTY)
    if len(source.text) > LONGEST_SOURCE:
        raise AparteError(
            ErrorCode.SOURCE_TOO_LONG,
            characters=_grouped(len(source.text)),
            limit=_grouped(LONGEST_SOURCE),
        )
    return source


@cache
def example_sources() -> tuple[Source, ...]:
    """The fictional notes that ship, in the order of their names."""
    folder = resources.files("assistant.drafting") / "examples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(Source(f.read_text("utf-8"), _title(f.name)) for f in files)


def _title(file_name: str) -> str:
    return file_name.removesuffix(".txt").partition("-")[2].replace("-", " ")


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as fault:
                raise AparteError(ErrorCode.SOURCE_BINARY) from fault
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; hospital exports do contain them.
        return data.decode("cp1252", "replace")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
