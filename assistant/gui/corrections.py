"""Changes of the draft that a decision makes: replace, remove, add. Each is one step to undo."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextDocumentFragment

from assistant.documents import Span
from assistant.drafting.document_type import DocumentType
from assistant.drafting.labels import fold
from assistant.gui.draft_document import (
    Kind,
    block_format,
    heading_ink,
    kind_of,
    passage_ink,
)
from assistant.gui.reading_text import PARAGRAPH_GAP, blocks

# What a heading says that takes in an omission, best first, by how the omission's title begins.
_HEADINGS = {
    "allergie": ("allerg",),
    "resultat": ("attente", "resultat", "suite"),
    "dispositif": ("dispositif", "antecedent"),
    "directives": ("directive", "souhait", "volonte", "personne de confiance", "information"),
    "suivi": ("suite", "suivi", "conduite"),
    "heure": ("suite", "suivi", "conduite"),
    "situation": ("mode de vie", "social", "contexte"),
    "valeurs": ("biologie", "examens", "resultat", "synthese"),
    "anticoagulant": ("traitement de sortie", "traitement", "medicament"),
    "changement": ("arrete", "traitement de sortie", "traitement", "medicament"),
    "medicament": ("traitement de sortie", "traitement", "medicament"),
}


@dataclass(slots=True)
class Correction:
    """``cursor`` selects ``after``, what now stands where ``before`` stood."""

    cursor: QTextCursor
    before: QTextDocumentFragment
    after: str

    @property
    def stands(self) -> bool:
        """Whether what was written is still there, as it was written."""
        return plain(self.cursor) == self.after

    def take_back(self) -> None:
        """Put back what stood there."""
        self.cursor.beginEditBlock()
        self.cursor.removeSelectedText()
        self.cursor.insertFragment(self.before)
        self.cursor.endEditBlock()


def plain(cursor: QTextCursor) -> str:
    """What ``cursor`` selects, as plain text."""
    return cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")


def replace(selection: QTextCursor, text: str, source: Span | None) -> Correction:
    """Write ``text``, from ``source``, in place of what ``selection`` selects."""
    cursor, before, start = (
        QTextCursor(selection),
        selection.selection(),
        selection.selectionStart(),
    )
    cursor.beginEditBlock()
    cursor.insertText(text, passage_ink(source))
    cursor.endEditBlock()
    return _done(cursor, start, before)


def remove(selection: QTextCursor) -> Correction:
    """Take out the sentence that ``selection`` selects, with the space or the line it leaves."""
    document, cursor = selection.document(), QTextCursor(selection)
    start, end = selection.selectionStart(), selection.selectionEnd()
    first, last = document.findBlock(start), document.findBlock(end)
    at_start = start == first.position()
    at_end = end == last.position() + last.length() - 1
    if at_start and at_end and first.previous().isValid():
        start -= 1
    elif not at_end and document.characterAt(end) == " ":
        end += 1
    elif not at_start and document.characterAt(start - 1) == " ":
        start -= 1
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    before = cursor.selection()
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    cursor.endEditBlock()
    return _done(cursor, start, before)


def add(
    document: QTextDocument, form: DocumentType, title: str, passage: str, source: Span
) -> Correction:
    """Write ``passage`` of the source, word for word, on lines of its own: under the heading that
    suits the omission called ``title``, which the form may have and the draft not yet, or last."""
    after, heading = _place(document, form, title)
    cursor = QTextCursor(after)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    start = cursor.position()
    cursor.beginEditBlock()
    if heading is not None:
        cursor.insertBlock(block_format(Kind.HEADING, PARAGRAPH_GAP), heading_ink())
        cursor.insertText(heading, heading_ink())
    for line in passage.strip().splitlines():
        cursor.insertBlock(block_format(Kind.TEXT), passage_ink(source))
        cursor.insertText(line, passage_ink(source))
    cursor.endEditBlock()
    return _done(cursor, start, QTextDocumentFragment())


def _place(
    document: QTextDocument, form: DocumentType, title: str
) -> tuple[QTextBlock, str | None]:
    """The block to write after, and the heading to write first where the draft lacks it."""
    present = [block for block in blocks(document) if kind_of(block) is Kind.HEADING]
    wanted = next((w for start, w in _HEADINGS.items() if fold(title).startswith(start)), ())
    for words in wanted:
        for block in present:
            if words in fold(block.text()):
                return _end_of_section(block), None
        titles = [heading.title for heading in form.headings]
        index = next((i for i, title in enumerate(titles) if words in fold(title)), None)
        if index is not None:
            later = {fold(title) for title in titles[index + 1 :]}
            following = next((b for b in present if fold(b.text()) in later), None)
            if following is not None and following.previous().isValid():
                return following.previous(), titles[index]
            return document.lastBlock(), titles[index]
    return document.lastBlock(), None


def _end_of_section(heading: QTextBlock) -> QTextBlock:
    last = heading
    block = heading.next()
    while block.isValid() and kind_of(block) is not Kind.HEADING:
        if block.text().strip():
            last = block
        block = block.next()
    return last


def _done(cursor: QTextCursor, start: int, before: QTextDocumentFragment) -> Correction:
    end = cursor.position()
    written = QTextCursor(cursor.document())
    written.setPosition(start)
    written.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return Correction(written, before, plain(written))
