"""Sources in: text files as hospital software writes them, and the examples that ship."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from assistant.documents import Source
from assistant.errors import AparteError, ErrorCode
from assistant.extraction.plain import NotTextError, decode_text

LONGEST_SOURCE = 400_000
"""Characters: some hundred and thirty pages."""

_LARGEST_FILE = LONGEST_SOURCE * 4 + 4


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
    try:
        text = decode_text(data)
    except NotTextError as fault:
        raise AparteError(ErrorCode.SOURCE_BINARY) from fault
    return checked(Source(text, name))


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


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
