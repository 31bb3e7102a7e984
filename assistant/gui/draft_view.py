"""The draft's text: its plan, the text as it comes, then a text to correct."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
)

from assistant.documents import Draft, Span
from assistant.drafting.document_type import DocumentType
from assistant.gui.draft_document import (
    DraftWriter,
    Kind,
    SecondInk,
    blocks,
    draft_text,
    kind_of,
    marks_of,
    passage_ink,
    plan_pitch,
    span_at,
)
from assistant.gui.reading_text import PAD_RIGHT, Mark, ReadingText, body_format
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Space

_MOVES = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip


class DraftView(ReadingText):
    """Shows a plan or a draft; ``passage_chosen`` carries a span of the source, or None."""

    passage_chosen = Signal(object)
    edited = Signal()

    def __init__(self) -> None:
        self._plan: DocumentType | None = None
        super().__init__("Brouillon", Space.XL, Space.MEASURE)
        self.linked = True
        self._held: QTextDocument | None = None  # Qt does not keep it
        self._shown: Draft | None = None
        self._cursor_at: int | None = None
        self._plan_shown: tuple[DocumentType, float] | None = None
        self._writing = False
        self.setReadOnly(True)

    def show_plan(self, form: DocumentType) -> None:
        """Show the headings the next draft will have."""
        self._begin(QTextDocument(), writing=False)
        self._plan = form
        self._write_plan(form)
        self.set_reading(True)

    def shows_plan_of(self, form: DocumentType) -> bool:
        """Whether the plan of ``form`` is on screen."""
        return self._plan == form

    def show_writing(self, draft: Draft) -> None:
        """Show the draft so far; the text stays where the reader scrolled it."""
        if not self._writing:
            self._begin(QTextDocument(), writing=True)
        bar = self.verticalScrollBar()
        follows, where = bar.value() >= bar.maximum() - Space.GUTTER, bar.value()
        DraftWriter(self.document()).write(draft, writing=True)
        self._cursor_at = self._last_written(draft)
        self._shown = draft
        self.set_reading(True)
        bar.setValue(where)
        if follows and self._cursor_at is not None:
            self._keep_visible(self._cursor_at)

    def show_draft(self, draft: Draft, document: QTextDocument | None) -> None:
        """Show an ended draft, to be corrected; ``document`` is as corrected before, if it was."""
        self._begin(document or QTextDocument(), writing=False)
        if document is None:
            DraftWriter(self.document()).write(draft, writing=False)
            self.document().clearUndoRedoStacks()
            self.moveCursor(QTextCursor.MoveOperation.Start)
            self.verticalScrollBar().setValue(0)
        self._shown = draft
        self.set_reading(False)

    def set_reading(self, only: bool) -> None:
        """Whether the text can only be read."""
        self.setReadOnly(only)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        if only:
            flags |= Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(flags)
        else:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)

    def text(self) -> str:
        """The draft as it stands on screen, ready to be pasted elsewhere."""
        return draft_text(self.document())

    def choose(self, position: int) -> None:
        """Choose the passage at ``position`` of the document, or none."""
        span = span_at(self.document(), position) if self.linked else None
        self.set_marks(marks_of(self.document(), span) if span else ())
        self.passage_chosen.emit(span)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy a selection as plain text without our own note."""
        piece = QTextDocument()
        QTextCursor(piece).insertFragment(QTextDocumentFragment(self.textCursor()))
        mime = QMimeData()
        mime.setText(draft_text(piece))
        return mime

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.choose(self.cursorForPosition(event.position().toPoint()).position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.isReadOnly():
            self._plain_line()
        if event.key() in _MOVES and not self.textCursor().hasSelection():
            self.choose(self.textCursor().position())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._plan is not None:
            self._write_plan(self._plan)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for block in blocks(self.document()):
            if kind_of(block) is Kind.PLAN and block.isVisible():
                end = block.position() + block.length() - 1
                self._paint_hairline(painter, Mark(block.position(), end))
        painter.end()
        super().paintEvent(event)
        if self._cursor_at is not None:
            self._paint_cursor(self._cursor_at)

    def rescale(self) -> None:
        super().rescale()
        ink = self.document().findChild(SecondInk)
        if self._plan is not None:
            self._plan_shown = None
            self._write_plan(self._plan)
        if isinstance(ink, SecondInk):
            ink.rehighlight()

    def _write_plan(self, form: DocumentType) -> None:
        titles = [heading.title for heading in form.headings]
        pitch = plan_pitch(len(titles), self.viewport().height() - Space.L)
        if (form, pitch) != self._plan_shown or not self.document().characterCount() > 1:
            self._plan_shown = (form, pitch)
            DraftWriter(self.document()).write_plan(titles, pitch)

    def _begin(self, document: QTextDocument, *, writing: bool) -> None:
        self.set_marks(())
        self._writing, self._cursor_at, self._shown, self._plan = writing, None, None, None
        if document is not self._held:
            self._held = document
            self.setDocument(document)
        if document.findChild(SecondInk) is None:
            SecondInk(document)
            document.contentsChange.connect(self._changed_by_hand)

    def _changed_by_hand(self, _position: int, removed: int, added: int) -> None:
        if not self.isReadOnly() and removed != added:
            self.set_marks(())
            self.edited.emit()

    def _plain_line(self) -> None:
        cursor = self.textCursor()
        if kind_of(cursor.block()) in (Kind.HEADING, Kind.NOTE):
            cursor.joinPreviousEditBlock()
            cursor.setBlockFormat(body_format())
            cursor.setBlockCharFormat(passage_ink(None))
            cursor.endEditBlock()
            self.setCurrentCharFormat(passage_ink(None))

    def _last_written(self, draft: Draft) -> int | None:
        """The end of the passage that came last, in the document."""
        last = _newest(self._shown, draft)
        if last is None:
            return self._cursor_at
        found = marks_of(self.document(), last)
        return found[-1].end if found else self._cursor_at

    def _keep_visible(self, position: int) -> None:
        bottom = self.position_y(position) + Space.L
        if bottom > self.viewport().height():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + round(bottom - self.viewport().height()))

    def _paint_hairline(self, painter: QPainter, mark: Mark) -> None:
        areas = self.areas(mark)
        if areas:
            area, t = areas[-1], tokens()
            left = round(area.right()) + 13
            width = self.viewport().width() - PAD_RIGHT - left
            middle = round(area.center().y()) - 1
            painter.fillRect(left, middle, width, t.line, QColor(t.rule))

    def _paint_cursor(self, position: int) -> None:
        block = self.document().findBlock(position)
        line = block.layout().lineForTextPosition(position - block.position())
        if not line.isValid():
            return
        x = round(self._x(line, position - block.position()) + block.layout().position().x()) + 2
        height = theme().px(20)
        top = round(self._block_top(block) + line.y()) + 2
        width = theme().px(9)
        x = min(x, self.viewport().width() - width)
        QPainter(self.viewport()).fillRect(x, top, width, height, QColor(tokens().accent))


def _newest(before: Draft | None, after: Draft) -> Span | None:
    """The span that ``after`` has and ``before`` had not: the last one in the source's order."""
    known = set(before.used) if before else set()
    fresh = [span for span in after.used if span not in known]
    return fresh[-1] if fresh else None
