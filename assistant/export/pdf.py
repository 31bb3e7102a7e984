"""A letter as a PDF whose text can be copied, in the fonts of the window."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import Table as SetTable

from assistant.export.letter import Letter, Paragraph, Part, Table

_MARGIN = 22 * mm
_PLAIN, _BOLD, _ITALIC = "Aparte", "Aparte-Bold", "Aparte-Italic"


def pdf(letter: Letter) -> bytes:
    """The bytes of an A4 PDF: headings, tables, page numbers, the mention at the end and in the
    file's own data."""
    _register_fonts()
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=letter.title,
        subject=letter.mention,
        author=letter.reviewer,
        creator="Aparté",
        lang="fr",
    )
    story: list[Flowable] = [Set(escape(letter.title), _style(16, bold=True)), Spacer(1, 4 * mm)]
    for part in letter.parts:
        story += _part(part, document.width)
    story += [Spacer(1, 6 * mm), Set(escape(letter.mention), _style(9, italic=True))]
    document.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return written.getvalue()


def _part(part: Part, width: float) -> list[Flowable]:
    story: list[Flowable] = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            story.append(Set(escape(block.text), _style(10.5)))
        else:
            story.append(_table(block, width))
    if not part.heading:
        return story
    heading = Set(escape(part.heading), _style(12, bold=True, above=8))
    return [KeepTogether([heading, *story[:1]]), *story[1:]]


def _table(block: Table, width: float) -> Flowable:
    columns = len(block.rows[0])
    cells = [[Set(escape(text), _style(10)) for text in row] for row in block.rows]
    table = SetTable(cells, colWidths=[width / columns] * columns)
    table.setStyle(
        TableStyle(
            [("GRID", (0, 0), (-1, -1), 0.4, "#858075"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        )
    )
    return table


def _style(
    size: float, *, bold: bool = False, italic: bool = False, above: float = 2
) -> ParagraphStyle:
    font = _BOLD if bold else _ITALIC if italic else _PLAIN
    return ParagraphStyle(
        f"{font}{size}", fontName=font, fontSize=size, leading=size * 1.4, alignment=TA_LEFT,
        spaceBefore=above, spaceAfter=2,
    )  # fmt: skip


def _page_number(canvas: Canvas, _document: SimpleDocTemplate) -> None:
    canvas.setFont(_PLAIN, 8)
    canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, f"page {canvas.getPageNumber()}")


@cache
def _register_fonts() -> None:
    folder = resources.files("assistant.gui") / "fonts"
    for name, ending in ((_PLAIN, "Regular"), (_BOLD, "Bold"), (_ITALIC, "Italic")):
        with resources.as_file(folder) as files:
            (file,) = files.glob(f"*-{ending}.ttf")
            pdfmetrics.registerFont(TTFont(name, str(file)))
