"""The draft on screen as plain text, and where in the document each of its characters stands."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtGui import QTextDocument

from assistant.documents import Span
from assistant.gui.draft_document import Kind, kind_of
from assistant.gui.marks import Mark
from assistant.gui.offsets import Offsets
from assistant.gui.phrases import UNSORTED_NOTE
from assistant.gui.reading_text import blocks


class DraftText:
    """``text`` is the draft as edited: a blank line before each heading, our note and the plan
    left out. Built once for a state of the document; it does not follow the edits."""

    def __init__(self, document: QTextDocument) -> None:
        lines: list[str] = []
        starts: list[int] = []
        self._lines: list[str] = []
        self._positions: list[int] = []
        length = 0
        for block in blocks(document):
            kind, line = kind_of(block), block.text().replace("\u2028", "\n")
            if kind is Kind.PLAN or (kind is Kind.NOTE and line == UNSORTED_NOTE):
                continue
            if kind is Kind.HEADING and lines:
                lines.append("")
                length += 1
            starts.append(length)
            self._lines.append(line)
            self._positions.append(block.position())
            lines.append(line)
            length += len(line) + 1
        whole = "\n".join(lines)
        skipped = len(whole) - len(whole.lstrip("\n"))
        self._starts = [start - skipped for start in starts]
        self.text = whole.strip("\n")

    def position(self, offset: int) -> int:
        """Where the character at ``offset`` of the text stands, in Qt's offsets."""
        index = max(bisect_right(self._starts, offset) - 1, 0)
        if not self._lines:
            return 0
        line = self._lines[index]
        within = min(offset - self._starts[index], len(line))
        return self._positions[index] + Offsets(line).to_qt(within)

    def mark(self, span: Span) -> Mark:
        """The run of the document that ``span`` of the text is."""
        return Mark(self.position(span.start), self.position(span.end))
