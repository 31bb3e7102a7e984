"""A letter as a DOCX file, on the hospital's own template where there is one."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.document import Document
from docx.shared import Pt

from assistant.errors import AparteError, ErrorCode
from assistant.export.letter import Letter, Paragraph, Table

_SIZE = 11


def word(letter: Letter, template: Path | None = None) -> bytes:
    """The bytes of a DOCX file. ``template`` is a DOCX whose styles, header and footer are kept and
    whose text stays before ours.

    Raises AparteError (TEMPLATE_UNREADABLE) if ``template`` is not a DOCX file.
    """
    document = _opened(template)
    document.core_properties.title = letter.title
    document.core_properties.comments = letter.mention
    document.core_properties.author = letter.reviewer
    document.core_properties.created = letter.reviewed.replace(tzinfo=None)
    document.core_properties.last_modified_by = letter.reviewer
    document.add_heading(letter.title, level=0)
    for part in letter.parts:
        if part.heading:
            document.add_heading(part.heading, level=1)
        for block in part.blocks:
            if isinstance(block, Paragraph):
                document.add_paragraph(block.text)
            else:
                _add_table(document, block)
    mention = document.add_paragraph(letter.mention)
    for run in mention.runs:
        run.italic = True
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _opened(template: Path | None) -> Document:
    if template is None:
        document = docx.Document()
        document.styles["Normal"].font.size = Pt(_SIZE)
        return document
    try:
        return docx.Document(str(template))
    # Whatever python-docx finds wrong in a file that is no DOCX.
    except Exception as fault:
        raise AparteError(ErrorCode.TEMPLATE_UNREADABLE) from fault


def _add_table(document: Document, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]))
    if "Table Grid" in [style.name for style in document.styles]:
        table.style = "Table Grid"
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
