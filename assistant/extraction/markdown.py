"""Markdown to blocks of plain text: headings, paragraphs, items of lists.

Only what guides are written with is understood; the rest is text. Time is linear in the text's
length, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assistant.documents import Span
from assistant.guides import Block, BlockKind, Run, Style

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)")
_BULLET = re.compile(r"[-*+]\s+(\S.*)")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|?")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LONGEST_RUN = 400  # characters; bounds the search for the end of a run
_INLINE = re.compile(
    rf"\\(?P<plain>[\\*_`\[\]#])"
    rf"|\*\*(?=\S)(?P<bold>[^*\n]{{1,{_LONGEST_RUN}}})(?<=\S)\*\*"
    rf"|\*(?=\S)(?P<italic>[^*\n]{{1,{_LONGEST_RUN}}})(?<=\S)\*"
    rf"|`(?P<code>[^`\n]{{1,{_LONGEST_RUN}}})`"
    rf"|\[(?P<link>[^\[\]\n]{{1,{_LONGEST_RUN}}})\]\([^()\s]{{1,{_LONGEST_RUN}}}\)"
)


@dataclass(slots=True)
class RawBlock:
    """A block before its place in the text is known."""

    kind: BlockKind
    text: str
    level: int = 0
    number: int = 0
    page: int | None = None
    runs: list[tuple[int, int, Style]] = field(default_factory=list)


def read_markdown(markdown: str) -> list[RawBlock]:
    """The blocks of ``markdown``, in order."""
    return [_inline(block) for block in _blocks(_COMMENT.sub("", markdown).splitlines())]


def assemble(raw: Iterable[RawBlock]) -> tuple[str, tuple[Block, ...]]:
    """The plain text of ``raw`` blocks and the blocks with their spans in it: items of a list
    follow each other line by line, everything else after a blank line."""
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    before: RawBlock | None = None
    for block in raw:
        if before is not None:
            gap = "\n" if _is_item(before) and before.kind is block.kind else "\n\n"
            pieces.append(gap)
            at += len(gap)
        end = at + len(block.text)
        runs = tuple(Run(Span(at + a, at + b), style) for a, b, style in block.runs)
        blocks.append(Block(block.kind, Span(at, end), block.level, block.number, block.page, runs))
        pieces.append(block.text)
        at, before = end, block
    return "".join(pieces), tuple(blocks)


def _is_item(block: RawBlock) -> bool:
    return block.kind in (BlockKind.BULLET, BlockKind.NUMBERED)


def _blocks(lines: Iterable[str]) -> Iterator[RawBlock]:
    begun: RawBlock | None = None
    further: list[str] = []  # the lines of ``begun`` after its first
    for line in (*lines, ""):
        text = line.strip()
        started = _start(text)
        if begun is not None:
            if started is None and text:
                further.append(text.removeprefix(">").strip())
                continue
            begun.text = " ".join((begun.text, *further))
            yield begun
            begun, further = None, []
        if started is None and text:
            started = _paragraph(text)
        if started is not None and (started.kind is BlockKind.HEADING or text.startswith("|")):
            yield started  # on a line of its own, whatever follows
        else:
            begun = started


def _start(text: str) -> RawBlock | None:
    """The block that begins with this line, or None where it goes on with the one before."""
    if match := _HEADING.fullmatch(text):
        return RawBlock(BlockKind.HEADING, match[2].rstrip("# "), level=len(match[1]))
    if match := _NUMBERED.fullmatch(text):
        return RawBlock(BlockKind.NUMBERED, match[2], number=int(match[1]))
    if match := _BULLET.fullmatch(text):
        return RawBlock(BlockKind.BULLET, match[1])
    return None


def _paragraph(text: str) -> RawBlock | None:
    """A paragraph that begins with this line; a row of a table is one by itself."""
    if text.startswith("|"):
        cells = [] if _TABLE_RULE.fullmatch(text) else text.strip("|").split("|")
        text = " — ".join(cell.strip() for cell in cells if cell.strip())
    text = text.removeprefix(">").strip()
    return RawBlock(BlockKind.PARAGRAPH, text) if text else None


def _inline(block: RawBlock) -> RawBlock:
    """``block`` without the marks of its runs, whose places are kept."""
    pieces: list[str] = []
    at = after = 0
    for match in _INLINE.finditer(block.text):
        style = {"bold": Style.BOLD, "italic": Style.ITALIC}.get(match.lastgroup or "")
        before, inside = block.text[after : match.start()], match[match.lastgroup or 0]
        start = at + len(before)
        at = start + len(inside)
        pieces += [before, inside]
        if style is not None:
            block.runs.append((start, at, style))
        after = match.end()
    block.text = "".join(pieces) + block.text[after:]
    return block
