"""What the extractor answers: the blocks of one document."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.extraction.limits import LARGEST_DOCUMENT, Allowance
from assistant.extraction.markdown import RawBlock, read_markdown
from assistant.extraction.plain import NotTextError, decode_text, read_plain
from assistant.protocol import Done, Event, Extract, Extracted, Read, Request

_BLOCKS_A_LINE = 500


class Service:
    """Answers requests one at a time; ``stopped`` tells whether to leave the one under way."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``; raises AparteError with the code to report."""
        if not isinstance(request, Extract):
            raise AparteError(ErrorCode.WORKER_FAULT)
        began = time.monotonic()
        blocks = yield from self._blocks(request)
        if not any(c.isalnum() for block in blocks for c in block.text):
            raise AparteError(ErrorCode.DOCUMENT_EMPTY)
        for at in range(0, len(blocks), _BLOCKS_A_LINE):
            some = blocks[at : at + _BLOCKS_A_LINE]
            yield Extracted(
                request.id,
                [block.kind.value for block in some],
                [block.level or block.number for block in some],
                [block.page or 0 for block in some],
                [_sound(block.text) for block in some],
            )
        yield Done(request.id, 0, round(time.monotonic() - began, 3))

    def _blocks(self, request: Extract) -> Generator[Event, None, list[RawBlock]]:
        path = Path(request.path)
        try:
            size = path.stat().st_size
            if size > LARGEST_DOCUMENT:
                raise AparteError(
                    ErrorCode.DOCUMENT_TOO_LONG, size=_mib(size), limit=_mib(LARGEST_DOCUMENT)
                )
            data = path.read_bytes()
        except OSError as fault:
            raise AparteError(ErrorCode.DOCUMENT_UNREADABLE) from fault
        try:
            if path.suffix.casefold() == ".pdf":
                return (yield from self._pages(request.id, data))
            return _other(data, path.suffix.casefold())
        except AparteError:
            raise
        except MemoryError as fault:
            raise AparteError(ErrorCode.DOCUMENT_TOO_SLOW) from fault
        except Exception as fault:  # parsers raise anything on a file made to harm them
            raise AparteError(ErrorCode.DOCUMENT_DAMAGED) from fault

    def _pages(self, request_id: int, data: bytes) -> Generator[Event, None, list[RawBlock]]:
        from assistant.extraction.pdf import read_pdf

        reading = read_pdf(data, Allowance())
        while True:
            if self._stopped():
                raise AparteError(ErrorCode.CANCELLED)
            try:
                done, total = next(reading)
            except StopIteration as end:
                return list(end.value)
            yield Read(request_id, done, total)


def _other(data: bytes, suffix: str) -> list[RawBlock]:
    allowance = Allowance()
    if suffix == ".docx":
        from assistant.extraction.word import read_word

        return read_word(data, allowance)
    if suffix not in (".md", ".markdown", ".txt", ".text"):
        raise AparteError(ErrorCode.DOCUMENT_UNKNOWN)
    try:
        text = decode_text(data)
    except NotTextError as fault:
        raise AparteError(ErrorCode.DOCUMENT_UNKNOWN) from fault
    allowance.spend(len(text))
    return read_markdown(text) if suffix.startswith(".m") else read_plain(text)


def _sound(text: str) -> str:
    """``text`` without what no guide needs and some programs stumble on: halves of surrogate
    pairs, and control characters."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff")


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f}\u00a0Mio"
