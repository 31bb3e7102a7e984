"""Guides to passages, along their structure.

A recommendation is a passage. The items of another list go together, under the sentence that
announces them. A paragraph is a passage; short neighbours under the same heading join, a long one
is cut between two sentences. A passage never reaches over a heading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

from assistant.documents import Span
from assistant.guides import Block, BlockKind, Guide, GuidePassage, Style
from assistant.retrieval.sentences import sentences

# Characters. A passage is read at one glance and embedded as one meaning; these only say which
# neighbours join, and which paragraphs are cut.
_SHORT = 220
_COMFORTABLE = 700
_LONG = 1100
# A numbered item of this length, on average, is a recommendation rather than a line of a list.
_RECOMMENDATION = 90
# A list of references is no answer.
_LEFT_OUT = ("sources", "références", "bibliographie")


def passages(guide: Guide) -> list[GuidePassage]:
    """The passages of ``guide``, in order; each block of text is in exactly one, headings and
    lists of sources in none. A recommendation's number ends its section."""
    page = _pages(guide)
    numbers = {b.span: (str(b.number),) for b in guide.blocks if b.kind is BlockKind.NUMBERED}
    return [
        GuidePassage(
            guide=guide.id,
            version=guide.version,
            section=path + numbers.get(span, ()),
            page=page(span.start),
            span=span,
            text=span.cut(guide.text),
        )
        for path, blocks in _sections(guide)
        for span in _spans(guide, blocks)
    ]


def _sections(guide: Guide) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """The headings above each run of blocks, and the run."""
    path: list[tuple[int, str]] = []
    run: list[Block] = []
    left_out_under = 0
    for block in guide.blocks:
        if block.kind is not BlockKind.HEADING:
            if not left_out_under and len(block.span) and (path[1:] or not _is_note(block)):
                run.append(block)
            continue
        if run:
            yield _titles(path, guide), run
            run = []
        path = [step for step in path if step[0] < block.level]
        path.append((block.level, block.span.cut(guide.text)))
        if not left_out_under or block.level <= left_out_under:
            named = path[-1][1].strip().casefold()
            left_out_under = block.level if named in _LEFT_OUT else 0
    if run:
        yield _titles(path, guide), run


def _titles(path: list[tuple[int, str]], guide: Guide) -> tuple[str, ...]:
    titles = [title for _, title in path]
    return tuple(titles[1:] if titles and titles[0] == guide.title else titles)


def _spans(guide: Guide, blocks: list[Block]) -> Iterator[Span]:
    """The passages of one section, as spans of the guide."""
    groups = list(_groups(guide, blocks))
    merged: list[Span] = []
    joins_before = False
    for span, joins in groups:
        if (
            merged
            and joins
            and joins_before
            and min(len(merged[-1]), len(span)) <= _SHORT
            and span.end - merged[-1].start <= _COMFORTABLE
        ):
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
        joins_before = joins
    for span in merged:
        yield from _cut(guide.text, span)


def _groups(guide: Guide, blocks: list[Block]) -> Iterator[tuple[Span, bool]]:
    """Spans of blocks that belong together; and whether a short neighbour may join them."""
    at = 0
    while at < len(blocks):
        first = blocks[at]
        end = at + 1
        if first.kind is BlockKind.PARAGRAPH:
            announces = first.span.cut(guide.text).rstrip().endswith(":")
            if not (announces and end < len(blocks) and _is_item(blocks[end])):
                yield first.span, True
                at = end
                continue
            end += 1
        kind = blocks[end - 1].kind
        while end < len(blocks) and blocks[end].kind is kind:
            end += 1
        items = blocks[at:end]
        if kind is BlockKind.NUMBERED and first.kind is kind and _are_recommendations(items):
            yield from ((item.span, False) for item in items)
        else:
            yield Span(first.span.start, items[-1].span.end), False
        at = end


def _is_item(block: Block) -> bool:
    return block.kind in (BlockKind.BULLET, BlockKind.NUMBERED)


def _are_recommendations(items: list[Block]) -> bool:
    return sum(len(item.span) for item in items) >= _RECOMMENDATION * len(items)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """``span`` in pieces of comfortable length, cut between sentences or items."""
    if len(span) <= _LONG:
        yield span
        return
    pieces = max(2, round(len(span) / _COMFORTABLE))
    starts = [sentence.start for sentence in sentences(text, span)][1:]
    wanted = [span.start + len(span) * piece / pieces for piece in range(1, pieces)]
    bounds = sorted({_nearest(place, starts) for place in wanted}) if starts else []
    for start, end in pairwise([span.start, *bounds, span.end]):
        yield Span(start, start + len(text[start:end].rstrip()))


def _nearest(place: float, starts: list[int]) -> int:
    """The one of ``starts``, which are in order, that is nearest to ``place``."""
    after = bisect_right(starts, place)
    return min(starts[max(0, after - 1) : after + 1], key=lambda start: abs(start - place))


def _pages(guide: Guide) -> Callable[[int], int | None]:
    """What page of its PDF a character of the guide stands on."""
    starts: list[int] = []
    pages: list[int | None] = []
    for place in guide.lines or guide.blocks:
        starts.append(place.span.start)
        pages.append(place.page)

    def page(character: int) -> int | None:
        return pages[bisect_right(starts, character) - 1]

    return page


def _is_note(block: Block) -> bool:
    """A paragraph all in italics under the title speaks of the guide, and is no part of it."""
    return any(run.style is Style.ITALIC and run.span == block.span for run in block.runs)
