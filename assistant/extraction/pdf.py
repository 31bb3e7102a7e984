"""PDF to blocks with their pages: what is set larger, or alone in bold, is a heading.

A PDF says where glyphs stand, not what they are. Lines are rebuilt from their places; lines that
come back on most pages are running heads and are left out; a paragraph ends where the gap widens.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pypdf import PageObject, PdfReader

from assistant.errors import AparteError, ErrorCode
from assistant.extraction.limits import Allowance
from assistant.extraction.markdown import RawBlock
from assistant.guides import BlockKind

_LARGER = 1.12  # times the size of the body: a heading
_LONGEST_HEADING = 150
_WIDE_GAP = 1.65  # times the size of the line: another paragraph
_BULLET = re.compile(r"[\x7f•◦▪●○■□–—\uf0b7\uf0a7➢➔✓-]\s+(\S.*)")
_NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(\S.*)")
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"(\w+)-$")
_RUNNING_SHARE = 0.6
_FEWEST_PAGES = 4
_EDGE = 2  # lines from the top, and from the bottom, of a page
_FEWEST_LETTERS = 3  # a page: under that many on average, a PDF is images


@dataclass(slots=True)
class _Line:
    """A line of text on a page; ``top`` is in points from the bottom, as PDF counts."""

    page: int
    text: str
    size: float
    bold: bool
    top: float


def read_pdf(data: bytes, allowance: Allowance) -> Generator[tuple[int, int], None, list[RawBlock]]:
    """The blocks of the PDF file that holds ``data``; tells the pages read, of how many.

    Raises AparteError: DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED, DOCUMENT_SCANNED, DOCUMENT_TOO_LONG,
    DOCUMENT_TOO_SLOW.
    """
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise AparteError(ErrorCode.DOCUMENT_ENCRYPTED)
    pages = len(reader.pages)
    allowance.check_pages(pages)
    lines: list[_Line] = []
    for number, page in enumerate(reader.pages, 1):
        found = _lines(page, number)
        allowance.spend(sum(len(line.text) for line in found) + 1)
        lines += found
        yield number, pages
    letters = sum(c.isalpha() for line in lines for c in line.text)
    if not pages:
        raise AparteError(ErrorCode.DOCUMENT_DAMAGED)
    if letters < _FEWEST_LETTERS * pages:
        raise AparteError(ErrorCode.DOCUMENT_SCANNED)
    return list(_blocks(_without_running_heads(lines, pages)))


def _lines(page: PageObject, number: int) -> list[_Line]:
    """The lines of a page, in the order they are written."""
    made: list[_Line] = []
    piece: list[str] = []
    setting: tuple[float, bool, float] | None = None

    def end_line() -> None:
        nonlocal piece, setting
        text = " ".join("".join(piece).split())
        if text and setting is not None:
            made.append(_Line(number, text, *setting))
        piece, setting = [], None

    def hear(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        nonlocal setting
        for at, part in enumerate(text.split("\n")):
            if at:
                end_line()
            if part.strip() and setting is None:
                setting = _setting(cm, tm, font, size)
            piece.append(part)

    page.extract_text(visitor_text=hear)
    end_line()
    return made


def _setting(cm: Any, tm: Any, font: Any, size: Any) -> tuple[float, bool, float]:
    """The size in points, whether it is bold, and the height on the page."""
    scale = abs(float(tm[3]) * float(cm[3])) or abs(float(tm[1]) * float(cm[2])) or 1.0
    top = float(tm[5]) * float(cm[3]) + float(cm[5])
    name = str(font.get("/BaseFont", "")) if isinstance(font, dict) else ""
    bold = any(word in name.casefold() for word in ("bold", "black", "heavy", "gras"))
    return round(float(size) * scale, 1), bold, top


def _without_running_heads(lines: list[_Line], pages: int) -> list[_Line]:
    """``lines`` but those at the edge of a page that come back, at the same height, on most."""
    if pages < _FEWEST_PAGES:
        return lines
    shown: Counter[tuple[str, int]] = Counter()
    edges: set[int] = set()
    for _, numbered in groupby(enumerate(lines), key=lambda pair: pair[1].page):
        by_height = sorted(numbered, key=lambda pair: pair[1].top)
        outer = {id(line): line for _, line in (*by_height[:_EDGE], *by_height[-_EDGE:])}
        edges.update(outer)
        shown.update({_key(line) for line in outer.values()})
    most = _RUNNING_SHARE * pages
    return [line for line in lines if id(line) not in edges or shown[_key(line)] < most]


def _key(line: _Line) -> tuple[str, int]:
    """What stays the same of a running head from page to page: words and height."""
    return _DIGITS.sub("#", line.text), round(line.top / 4)


def _blocks(lines: list[_Line]) -> Iterator[RawBlock]:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted({line.size for line in lines if line.size >= body * _LARGER}, reverse=True)
    words = {word for line in lines for word in line.text.split()}
    block: RawBlock | None = None
    before: _Line | None = None
    for line in lines:
        level = _heading_level(line, larger)
        goes_on = block is not None and before is not None and _goes_on(before, line)
        if level:
            if block is not None and goes_on and block.level == level:
                block.text = f"{block.text} {line.text}"
            else:
                if block is not None:
                    yield block
                block = RawBlock(BlockKind.HEADING, line.text, level=level, page=line.page)
        elif block is None or block.level or not goes_on or _item(line):
            if block is not None:
                yield block
            block = _item(line) or RawBlock(BlockKind.PARAGRAPH, line.text, page=line.page)
        else:
            block.text = _joined(block.text, line.text, words)
        before = line
    if block is not None:
        yield block


def _heading_level(line: _Line, larger: list[float]) -> int:
    """1 for the largest headings, up to 4; 0 for text."""
    if len(line.text) > _LONGEST_HEADING or not any(c.isalpha() for c in line.text):
        return 0
    if line.size in larger:
        return min(larger.index(line.size) + 1, 4)
    stands_out = line.bold and line.text[-1] not in ".;,:" and not _item(line)
    return min(len(larger) + 1, 4) if stands_out and len(line.text) <= _LONGEST_HEADING // 2 else 0


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether ``line`` belongs to the paragraph of the line before it."""
    if before.page != line.page:
        return before.text[-1] not in ".!?:;" and line.text[:1].islower()
    gap = before.top - line.top
    return before.size == line.size and -1 <= gap <= _WIDE_GAP * line.size


def _item(line: _Line) -> RawBlock | None:
    if match := _BULLET.fullmatch(line.text):
        return RawBlock(BlockKind.BULLET, match[1], page=line.page)
    if match := _NUMBERED.fullmatch(line.text):
        return RawBlock(BlockKind.NUMBERED, match[2], number=int(match[1]), page=line.page)
    return None


def _joined(text: str, more: str, words: set[str]) -> str:
    """``text`` and the next line; a word cut by the end of the line is made whole, unless the
    document writes it with its hyphen elsewhere."""
    cut = _HYPHEN.search(text)
    if cut is None:
        return f"{text} {more}"
    rest = more.split(" ", 1)[0]
    keeps = f"{cut[1]}-{rest}" in words or not rest[:1].islower()
    return f"{text}{more}" if keeps else f"{text[:-1]}{more}"
