"""Guides set on A4 pages with the fonts of the window, every line's place kept.

The text is laid out first, line by line, then drawn: so the number of pages is known at the foot of
the first one, and a passage can be found again on its page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from assistant.documents import Span
from assistant.guides import Block, BlockKind, Guide, Rectangle, Style
from assistant.retrieval.days import french_day

FONTS = Path(__file__).resolve().parents[2] / "assistant" / "gui" / "fonts"
REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Regular", "Bold", "Italic", "BoldItalic"

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 78.0, 78.0, 72.0, 76.0
MEASURE = WIDTH - LEFT - RIGHT
INDENT = 22.0
INK, PALE_INK = HexColor(0x1E2321), HexColor(0x565C58)
ACCENT, RULE = HexColor(0x0F5C61), HexColor(0xDAD6CC)

AVEC = {"A": "apprendre", "V": "vérifier", "E": "estimer", "C": "communiquer"}
_WORD = re.compile(r"[^ \n]+")
_MARK = re.compile(r"\[[^\[\]]{1,40}\](?: \(sources?[^()]{1,30}\))?$")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a kind of block is set: size and line height in points, the space above."""

    size: float
    leading: float
    above: float
    font: str = REGULAR


TITLE = Setting(24, 30, 0, BOLD)
HEADINGS = {2: Setting(15.5, 20, 24, BOLD), 3: Setting(12, 16.5, 14, BOLD)}
DEEPER = Setting(11, 16, 12, BOLD)
BODY = Setting(10.75, 16.25, 8)
ITEM = Setting(10.75, 16.25, 5)
NOTE = Setting(9.5, 14, 26, ITALIC)
SUMMARY = Setting(12.5, 18.5, 10)
META = Setting(9.5, 13, 4)
FOOT = Setting(8.5, 11, 0)
_WHOLE = 7  # lines; a block up to here is not cut by the end of a page


Face = tuple[str, bool]  # a font, and whether it is set in the pale ink


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one face; ``x`` is counted from the left of the line."""

    x: float
    text: str
    face: Face


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is ready to draw. ``span`` is what stands in it of the guide's text; ``keep``
    keeps it on the page of the line that follows."""

    setting: Setting
    pieces: tuple[Piece, ...]
    width: float
    indent: float = 0.0
    above: float = 0.0
    span: Span | None = None
    label: str = ""
    keep: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """Characters that stay together, from the character ``at`` of a text."""

    at: int
    parts: tuple[tuple[str, Face], ...]
    width: float

    @property
    def end(self) -> int:
        """The character after the last."""
        return self.at + sum(len(text) for text, _ in self.parts)


Sheet = list[tuple[Line, float]]  # the lines of a page, and the height of each baseline


def set_guide(guide: Guide, maker: str) -> tuple[bytes, tuple[Rectangle, ...]]:
    """The PDF of ``guide``, and where its lines stand. The same guide makes the same bytes."""
    load_fonts()
    sheets = paginated([*_head(guide), *_body(guide)])
    return _drawn(guide, maker, sheets), tuple(_rectangles(sheets))


def load_fonts() -> None:
    """Make the fonts of the window known to reportlab."""
    for style in (REGULAR, BOLD, ITALIC, BOLD_ITALIC):
        if style not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(style, FONTS / f"AparteHyperlegible-{style}.ttf"))


# --- laying out -------------------------------------------------------------------------


def _head(guide: Guide) -> Iterator[Line]:
    """The title, and what is told of the guide."""
    yield from _block_lines(guide, guide.blocks[0], TITLE)
    if guide.summary:
        yield from _told(guide.summary, SUMMARY)
    facts = [f"Version {guide.version}, {french_day(guide.dated)}"]
    if guide.review:
        facts[0] += f". À revoir avant le {french_day(guide.review)}."
    if guide.audience:
        facts.append(f"Pour\u00a0: {', '.join(guide.audience)}.")
    if guide.avec:
        letters = ", ".join(AVEC.get(letter, letter) for letter in guide.avec)
        facts.append(f"Méthode A.V.E.C.\u00a0: {letters}.")
    for fact in facts:
        yield from _told(fact, META, pale=True)


def _body(guide: Guide) -> Iterator[Line]:
    for block in guide.blocks[1:]:
        if block.kind is BlockKind.HEADING:
            yield from _block_lines(guide, block, HEADINGS.get(block.level, DEEPER))
        elif block.kind is BlockKind.PARAGRAPH:
            note = any(r.span == block.span and r.style is Style.ITALIC for r in block.runs)
            yield from _block_lines(guide, block, NOTE if note else BODY)
        else:
            label = f"{block.number}." if block.kind is BlockKind.NUMBERED else "•"
            yield from _block_lines(guide, block, ITEM, INDENT, label)


def _told(text: str, setting: Setting, *, pale: bool = False) -> Iterator[Line]:
    for number, row in enumerate(_rows(text, setting, MEASURE, lambda _: (setting.font, pale))):
        pieces, width = _placed(row, setting)
        yield Line(setting, pieces, width, above=0 if number else setting.above, keep=True)


def _block_lines(
    guide: Guide, block: Block, setting: Setting, indent: float = 0.0, label: str = ""
) -> Iterator[Line]:
    """The lines of ``block``. A heading stays with what follows it, a short block is kept whole,
    and a long one leaves at least two lines on a page."""
    text = block.span.cut(guide.text)
    measure = MEASURE - indent
    faces = _faces(block, text, setting)
    rows = list(_rows(text, setting, measure, faces))
    while setting is TITLE and len(list(_rows(text, setting, measure - 8, faces))) == len(rows):
        measure -= 8  # rows of about one length
        rows = list(_rows(text, setting, measure, faces))
    for number, row in enumerate(rows):
        pieces, width = _placed(row, setting)
        inside = number < len(rows) - 1
        tied = len(rows) <= _WHOLE or number in (0, len(rows) - 2)
        yield Line(
            setting,
            pieces,
            width,
            indent,
            0 if number else setting.above,
            Span(block.span.start + row[0].at, block.span.start + row[-1].end),
            "" if number else label,
            keep=block.kind is BlockKind.HEADING or (inside and tied),
            level=0 if number else block.level,
        )


def _faces(block: Block, text: str, setting: Setting) -> Callable[[int], Face]:
    """The face of each character of a block: its runs, and the mark that ends a recommendation in
    the pale ink."""
    mark = _MARK.search(text) if block.kind is BlockKind.NUMBERED else None
    pale_from = mark.start() if mark else len(text)
    runs = [(Span(r.span.start - block.span.start, r.span.end - block.span.start), r.style)
            for r in block.runs] if setting.font == REGULAR else []  # fmt: skip

    def face(at: int) -> Face:
        styles = [style for span, style in runs if span.start <= at < span.end]
        font = {Style.BOLD: BOLD, Style.ITALIC: ITALIC}[styles[0]] if styles else setting.font
        return font, at >= pale_from

    return face


def _rows(
    text: str, setting: Setting, measure: float, face: Callable[[int], Face]
) -> Iterator[list[Word]]:
    """The words of ``text`` in rows of at most ``measure`` points."""
    space = _width(" ", setting.font, setting)
    row: list[Word] = []
    used = 0.0
    for word in _words(text, setting, measure, face):
        if row and used + space + word.width > measure:
            yield row
            row, used = [], 0.0
        used += word.width + (space if row else 0)
        row.append(word)
    if row:
        yield row


def _words(
    text: str, setting: Setting, measure: float, face: Callable[[int], Face]
) -> Iterator[Word]:
    """The words of ``text``; one wider than the line, an address for instance, is cut."""
    for match in _WORD.finditer(text):
        parts: list[tuple[str, Face]] = []
        start, width = match.start(), 0.0
        for at in range(match.start(), match.end()):
            letter, style = text[at], face(at)
            wide = _width(letter, style[0], setting)
            if parts and width + wide > measure:
                yield Word(start, tuple(parts), width)
                parts, start, width = [], at, 0.0
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + letter, style)
            else:
                parts.append((letter, style))
            width += wide
        yield Word(start, tuple(parts), width)


def _placed(row: list[Word], setting: Setting) -> tuple[tuple[Piece, ...], float]:
    """The pieces of a row, neighbours of one face together, and the row's width."""
    space = _width(" ", setting.font, setting)
    pieces: list[Piece] = []
    x = 0.0
    for number, word in enumerate(row):
        x += space if number else 0
        for text, face in word.parts:
            pieces.append(Piece(x, text, face))
            x += _width(text, face[0], setting)
    return tuple(pieces), x


def _width(text: str, font: str, setting: Setting) -> float:
    return float(pdfmetrics.stringWidth(text, font, setting.size))


def paginated(lines: list[Line]) -> list[Sheet]:
    """``lines`` on pages, those that are kept together on the same one."""
    sheets: list[Sheet] = [[]]
    y = HEIGHT - TOP
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end - 1].keep:
            end += 1
        needed = sum(line.above + line.setting.leading for line in lines[at:end])
        if sheets[-1] and y - needed < BOTTOM:
            sheets.append([])
            y = HEIGHT - TOP
        for line in lines[at:end]:
            if sheets[-1] and y - line.setting.leading < BOTTOM:
                sheets.append([])  # what is kept together is taller than a page
                y = HEIGHT - TOP
            y -= (line.above if sheets[-1] else 0) + line.setting.leading
            sheets[-1].append((line, y))
        at = end
    return sheets


def _rectangles(sheets: list[Sheet]) -> Iterator[Rectangle]:
    for page, sheet in enumerate(sheets, 1):
        for line, y in sheet:
            if line.span is not None:
                left = LEFT + line.indent
                top = round(HEIGHT - y - line.setting.size, 1)
                bottom = round(HEIGHT - y + line.setting.size * 0.28, 1)
                place = (
                    round(left, 1),
                    round(top, 1),
                    round(left + line.width, 1),
                    round(bottom, 1),
                )
                yield Rectangle(page, *place, line.span)


# --- drawing ----------------------------------------------------------------------------


def _drawn(guide: Guide, maker: str, sheets: list[Sheet]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True, lang="fr", initialFontName=REGULAR)
    canvas.setTitle(guide.title)
    canvas.setAuthor(maker)
    canvas.setSubject(guide.summary)
    canvas.setCreator(maker)
    for page, sheet in enumerate(sheets, 1):
        for line, y in sheet:
            _draw_line(canvas, guide, line, y)
        if page == 1:
            _draw_rule_under_head(canvas, sheet)
        _draw_foot(canvas, guide, page, len(sheets))
        canvas.showPage()
    canvas.showOutline()
    canvas.save()
    return out.getvalue()


def _draw_line(canvas: Canvas, guide: Guide, line: Line, y: float) -> None:
    if line.level and line.span is not None:
        key = f"titre-{line.span.start}"
        canvas.bookmarkHorizontal(key, 0, y + line.setting.leading)
        heading = next(b for b in guide.blocks if b.span.start == line.span.start)
        canvas.addOutlineEntry(heading.span.cut(guide.text), key, max(0, min(line.level - 1, 2)))
    if line.label:
        canvas.setFillColor(ACCENT)
        canvas.setFont(BOLD, line.setting.size)
        canvas.drawRightString(LEFT + line.indent - 7, y, line.label)
    for piece in line.pieces:
        font, pale = piece.face
        canvas.setFillColor(PALE_INK if pale or font == NOTE.font else INK)
        canvas.setFont(font, line.setting.size)
        canvas.drawString(LEFT + line.indent + piece.x, y, piece.text)


def _draw_rule_under_head(canvas: Canvas, sheet: Sheet) -> None:
    facts = [y for line, y in sheet if line.setting is META]
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, min(facts) - 11, WIDTH - RIGHT, min(facts) - 11)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(3)
    canvas.line(LEFT, HEIGHT - TOP + 12, LEFT + 34, HEIGHT - TOP + 12)


def _draw_foot(canvas: Canvas, guide: Guide, page: int, pages: int) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, BOTTOM - 20, WIDTH - RIGHT, BOTTOM - 20)
    canvas.setFillColor(PALE_INK)
    canvas.setFont(REGULAR, FOOT.size)
    about = f"{guide.title}\u00a0– version {guide.version}, {french_day(guide.dated)}"
    room = MEASURE - 70
    while _width(about, REGULAR, FOOT) > room:
        about = about[:-2].rstrip(" ,…") + "…"
    canvas.drawString(LEFT, BOTTOM - 20 - 14, about)
    canvas.drawRightString(WIDTH - RIGHT, BOTTOM - 20 - 14, f"page {page} sur {pages}")
