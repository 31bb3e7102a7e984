"""The source as an editable text: kept as pasted, with the bar that shows what was read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from assistant.documents import Span
from assistant.gui.marks import Mark
from assistant.gui.offsets import Offsets
from assistant.gui.reading_text import ReadingText, body_format, gap_format, set_frame
from assistant.gui.theme import tokens
from assistant.gui.tokens import Space

_BREAKS = str.maketrans({"\u2029": "\n", "\u2028": "\n"})


class SourceEditor(ReadingText):
    """Shows and edits the source; its text is what drafts are made from, exactly."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__("Source", Space.L)
        self.read_bar = ReadBar(self)
        self.verticalScrollBar().valueChanged.connect(self.read_bar.update)
        self._known_offsets: Offsets | None = None
        self.textChanged.connect(self._text_changed)

    def source_text(self) -> str:
        """The text, its no-break spaces kept (``toPlainText`` would turn them into spaces)."""
        return self.document().toRawText().translate(_BREAKS)

    def set_source_text(self, text: str) -> None:
        """Show another text from its first line; its history starts here."""
        self.blockSignals(True)
        self.setPlainText(text)
        set_frame(self.document())
        self._space_paragraphs(0, self.document().blockCount())
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.blockSignals(False)
        self.set_signs(())
        self.align_columns()
        self._text_changed()

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Mark ``spans`` of the source and bring the first into view; none shows no mark."""
        marks = [self.mark(span) for span in spans]
        self.set_marks(marks)
        if marks:
            self.bring_into_view(marks[0])

    def mark(self, span: Span) -> Mark:
        """The run of the document that ``span`` of the source is."""
        offsets = self._offsets()
        return Mark(offsets.to_qt(span.start), offsets.to_qt(span.end))

    def show_read(self, characters: int | None) -> None:
        """Draw the bar as far as ``characters`` were read; None hides it."""
        position = None
        if characters is not None:
            position = self._offsets().to_qt(characters)
        self.read_bar.show_read(position)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text, its paragraphs spaced like the rest."""
        first = self.document().findBlock(self.textCursor().selectionStart()).blockNumber()
        super().insertFromMimeData(source)
        self._space_paragraphs(first, self.textCursor().blockNumber() + 1, joined=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are the pane's to take."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.read_bar.setGeometry(Space.L - 2, Space.XS, 3, self.height() - Space.XS)

    def _text_changed(self) -> None:
        self._known_offsets = None
        self.edited.emit()

    def _offsets(self) -> Offsets:
        if self._known_offsets is None:
            self._known_offsets = Offsets(self.source_text())
        return self._known_offsets

    def _space_paragraphs(self, first: int, last: int, *, joined: bool = False) -> None:
        cursor = QTextCursor(self.document())
        if joined:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        body, gap = body_format(), gap_format()
        block = self.document().findBlockByNumber(first)
        while block.isValid() and block.blockNumber() < last:
            cursor.setPosition(block.position())
            empty = not block.text() and 0 < block.blockNumber() < last - 1
            cursor.setBlockFormat(gap if empty else body)
            block = block.next()
        cursor.endEditBlock()


class ReadBar(QWidget):
    """The bar in the source's margin: in accent down to the last line that was read."""

    def __init__(self, editor: SourceEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._position: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_read(self, position: int | None) -> None:
        """Show that the text was read up to ``position``, in Qt's offsets."""
        self._position = position
        self.setVisible(position is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().rule))
        if not self._position:
            return
        bottom = round(self._editor.position_y(self._position)) - self.y()
        if self._position >= self._editor.document().characterCount() - 1:
            bottom = self.height()
        painter.fillRect(0, 0, self.width(), min(bottom, self.height()), QColor(tokens().accent))
