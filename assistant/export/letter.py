"""A draft as it leaves: its parts, who reviewed it, and what made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NBSP = "\u00a0"
ENDINGS = frozenset({".docx", ".pdf", ".json"})
"""Files that are more than text: Word, PDF, FHIR."""

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text that follow each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, such as the treatments of a letter; the rows are of one length."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, empty for what stands before the first one, and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What made the draft: nothing of it is about the patient. ``rewritten`` is the share of the
    words that the human wrote, from 0 to 1."""

    model: str
    model_sha256: str
    form: str
    form_title: str
    mode: str
    version: str
    rewritten: float = 0.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A document that leaves. ``reviewer`` is the name the clinician gives, or empty."""

    title: str
    parts: tuple[Part, ...]
    making: Making
    reviewed: datetime
    reviewer: str = ""
    wording: str = "Brouillon assisté par IA, relu par {reviewer} le {date}."

    @property
    def mention(self) -> str:
        """The line that says that a machine helped: always there, in the text and in the file's
        own data. Policy chooses its wording, never whether it is there."""
        reviewer = self.reviewer or "son signataire"
        return self.wording.format(reviewer=reviewer, date=french_date(self.reviewed))

    @property
    def text(self) -> str:
        """The whole document as plain text, the mention last; cells of a table are tabbed."""
        blocks = [f"{p.heading}\n{_text(p)}" if p.heading else _text(p) for p in self.parts]
        return "\n\n".join([self.title, *blocks, self.mention]) + "\n"


def french_date(moment: datetime) -> str:
    """« 22 novembre 2026 »."""
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day}{NBSP}{_MONTHS[moment.month - 1]}{NBSP}{moment.year}"


def parts_of(text: str, headings: Sequence[str]) -> tuple[Part, ...]:
    """``text`` cut at the lines that are one of ``headings``; what was edited stays as it is."""
    known = {heading.casefold() for heading in headings}
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.strip().rstrip(" :").casefold() in known:
            parts.append((line.strip().rstrip(" :"), []))
        else:
            parts[-1][1].append(line)
    return tuple(
        Part(heading, tuple(_blocks(lines)))
        for heading, lines in parts
        if heading or any(line.strip() for line in lines)
    )


def _blocks(lines: Sequence[str]) -> list[Block]:
    """Runs of tabbed lines are tables, the rest paragraphs, one a line: lines are never joined."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*lines, ""]:
        cells = tuple(cell.strip() for cell in re.split(r"\t+", line.strip()))
        if len(cells) > 1:
            rows.append(cells)
            continue
        if rows:
            wide = max(len(row) for row in rows)
            blocks.append(Table(tuple(row + ("",) * (wide - len(row)) for row in rows)))
            rows = []
        if line.strip():
            blocks.append(Paragraph(line.strip()))
    return blocks


def _text(part: Part) -> str:
    lines = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += ["\t".join(row) for row in block.rows]
    return "\n".join(lines)
