"""The draft's text: its plan, the text as it comes, then a text to correct."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, Signal
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
    kind_of,
    marks_of,
    passage_ink,
    plan_pitch,
    span_at,
)
from assistant.gui.draft_text import DraftText
from assistant.gui.marks import Mark
from assistant.gui.reading_text import PAD_RIGHT, ReadingText, blocks, body_format
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Space

_MOVES = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip

Places = tuple[Span, ...]


class DraftView(ReadingText):
    """Shows a plan or a draft. ``passage_chosen`` and ``passage_passed`` (the mouse is on it) carry
    the places of the source that a passage comes from; none where there are none."""

    passage_chosen = Signal(object)
    passage_passed = Signal(object)
    edited = Signal()

    def __init__(self) -> None:
        self._plan: DocumentType | None = None
        super().__init__("Brouillon", Space.XL, Space.MEASURE)
        self.linked = True
        self._origins: tuple[tuple[Mark, Places], ...] = ()
        self._text_before = ""
        self._held: QTextDocument | None = None  # Qt does not keep it
        self._shown: Draft | None = None
        self._cursor_at: int | None = None
        self._plan_shown: tuple[DocumentType, float] | None = None
        self._writing = False
        self.setReadOnly(True)
        self.viewport().setMouseTracking(True)

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
        self._text_before = self.document().toRawText()
        self.align_columns()
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
        return DraftText(self.document()).text

    def set_origins(self, origins: Sequence[tuple[Mark, Places]]) -> None:
        """Where each sentence comes from, as the check of this very text found; forgotten as soon
        as it is edited."""
        self._origins = tuple(origins)

    def choose(self, position: int) -> None:
        """Choose the passage at ``position`` of the document, or none."""
        marks, places = self._passage_at(position)
        self.set_marks(marks)
        self.passage_chosen.emit(places)

    def _passage_at(self, position: int) -> tuple[Sequence[Mark], Places]:
        """What was copied as one piece, else the sentence, with where it comes from."""
        span = span_at(self.document(), position) if self.linked else None
        if span is not None:
            return marks_of(self.document(), span), (span,)
        for mark, places in self._origins:
            if mark.start <= position <= mark.end and places:
                return (mark,), places
        return (), ()

    def _pass(self, where: QPointF | None) -> None:
        marks, places = (), ()  # type: tuple[Sequence[Mark], Places]
        if where is not None and not self._writing and self._plan is None:
            marks, places = self._passage_at(self.cursorForPosition(where.toPoint()).position())
            if not any(area.contains(where) for mark in marks for area in self.areas(mark)):
                marks, places = (), ()
        if self.passed != tuple(marks):
            self.pass_over(marks)
            self.passage_passed.emit(places)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy a selection as plain text without our own note."""
        piece = QTextDocument()
        QTextCursor(piece).insertFragment(QTextDocumentFragment(self.textCursor()))
        mime = QMimeData()
        mime.setText(DraftText(piece).text)
        return mime

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        chooses = event.button() is Qt.MouseButton.LeftButton
        if chooses and not self.textCursor().hasSelection() and not self.sign_at(event.position()):
            self.choose(self.cursorForPosition(event.position().toPoint()).position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        held = event.buttons() != Qt.MouseButton.NoButton
        self._pass(None if held else event.position())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._pass(None)
        return super().viewportEvent(event)

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
        self.set_reading(True)
        self.set_marks(())
        self.pass_over(())
        self.set_signs(())
        self.set_origins(())
        self._writing, self._cursor_at, self._shown, self._plan = writing, None, None, None
        if document is not self._held:
            self._held = document
            self.setDocument(document)
        if document.findChild(SecondInk) is None:
            SecondInk(document)
            document.contentsChange.connect(self._changed_by_hand)

    def _changed_by_hand(self) -> None:
        text = self.document().toRawText()
        if self.isReadOnly() or text == self._text_before:  # Qt reports changes of format too
            return
        self._text_before = text
        self._origins = ()
        self.set_marks(())
        self.pass_over(())
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
