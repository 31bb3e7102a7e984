"""A guide open at a passage: its text with a table of contents, or the very page of its PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QStackedWidget, QToolButton, QWidget

from assistant.documents import Span
from assistant.gui import phrases
from assistant.gui.controls import Button, ElidedLabel, ToolButton
from assistant.gui.marks import Mark
from assistant.gui.offsets import Offsets
from assistant.gui.pane import Pane
from assistant.gui.reading_text import ReadingText, body_format
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size, Space
from assistant.guides import Block, BlockKind, Guide, Rectangle, Style
from assistant.guides_desk import OpenPassage
from assistant.retrieval.library import LibraryGuide, Origin

_TITLE_SIZES = {1: Size.SCREEN, 2: Size.COMPARED}
_BAR = 3


class GuideReader(Pane):
    """Shows one guide; ``back_asked`` is for the list of guides."""

    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__("draftPane", "Guide")
        self.text = GuideText()
        self.page = PdfPage()
        self.back = ToolButton("arrow-left", "Revenir à la liste des guides")
        self.contents = ToolButton("list", "Sommaire du guide")
        self.contents.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.before = Button("Page précédente", "bare")
        self.after = Button("Page suivante", "bare")
        self.dates = ElidedLabel()
        for tool in (self.contents, self.back):
            self.tools.addWidget(tool)
        self._stack = QStackedWidget()
        self._area = QScrollArea()
        self._area.setWidgetResizable(False)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.setWidget(self.page)
        self._stack.addWidget(self.text)
        self._stack.addWidget(self._area)
        self.column.addWidget(self._stack, 1)
        self.column.addWidget(self._foot())
        self.back.clicked.connect(self.back_asked)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(+1))

    def open_guide(self, shelved: LibraryGuide) -> None:
        """Show a guide from its beginning."""
        self._show_text(shelved, None)

    def open_passage(self, opened: OpenPassage) -> None:
        """Show a guide at a passage: on the page itself for a document of the hospital's own that
        has one, else in its text."""
        own = opened.shelved.origin is Origin.DOCUMENT
        if own and opened.pdf is not None and opened.page is not None:
            self._tell(opened.shelved, opened.page)
            self.page.show_page(opened.pdf, opened.page, opened.rectangles)
            self._show_pages(on=True)
            self._stack.setCurrentWidget(self._area)
            return
        self._show_text(opened.shelved, opened.span)
        self._tell(opened.shelved, opened.page)

    def _show_text(self, shelved: LibraryGuide, span: Span | None) -> None:
        self.text.show_guide(shelved.guide, span)
        menu = QMenu(self.contents)
        for block in shelved.guide.blocks:
            if block.kind is BlockKind.HEADING and block.level > 1:
                name = block.span.cut(shelved.guide.text)
                menu.addAction(name).triggered.connect(lambda _=False, b=block: self.text.go_to(b))
        self.contents.setMenu(menu)
        self._tell(shelved, None)
        self._show_pages(on=False)
        self._stack.setCurrentWidget(self.text)

    def _show_pages(self, *, on: bool) -> None:
        self.before.setVisible(on)
        self.after.setVisible(on)
        self.contents.setVisible(not on)

    def _tell(self, shelved: LibraryGuide, page: int | None) -> None:
        guide = shelved.guide
        self.set_title(guide.title)
        version = f"version {guide.version}"
        self.set_fact(version if page is None else f"{version}, page {page}")
        self.dates.setText(review_sentence(guide))

    def _turn(self, step: int) -> None:
        self.page.turn(step)
        self._area.verticalScrollBar().setValue(0)

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.addWidget(self.before)
        row.addStretch(1)
        row.addWidget(self.dates)
        row.addStretch(1)
        row.addWidget(self.after)
        return foot


def review_sentence(guide: Guide) -> str:
    """« Du 22 novembre 2026, à revoir avant le 22 mai 2027 »."""
    dated = f"Du {phrases.day(guide.dated)}"
    if guide.review is None:
        return dated
    if guide.overdue(date.today()):
        return f"{dated}, à revoir depuis le {phrases.day(guide.review)}"
    return f"{dated}, à revoir avant le {phrases.day(guide.review)}"


class GuideText(ReadingText):
    """The text of a guide, set from its blocks; one span of it is lit."""

    def __init__(self) -> None:
        super().__init__("Texte du guide", Space.XL, Space.MEASURE)
        self.setReadOnly(True)
        self._starts: list[tuple[Block, int]] = []
        self._guide: Guide | None = None
        self._lit: tuple[int, int] | None = None

    def show_guide(self, guide: Guide, span: Span | None) -> None:
        """Write ``guide``, and bring ``span`` of its text into view, lit."""
        if guide is not self._guide:
            self._write(guide)
        self._lit = self._blocks_of(span) if span is not None else None
        self.viewport().update()
        if self._lit is not None:
            self._bring_into_view(self._lit[0])
        else:
            self.verticalScrollBar().setValue(0)

    def go_to(self, block: Block) -> None:
        """Bring a heading to the top."""
        for known, start in self._starts:
            if known is block:
                self._bring_into_view(start, Space.M)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self._lit is not None:
            areas = self.areas(Mark(*self._lit))
            if areas:
                t = tokens()
                top, bottom = areas[0].top() - Space.S, areas[-1].bottom() + Space.S
                width = self.viewport().width()
                if not t.contrast:
                    painter.fillRect(QRectF(0, top, width, bottom - top), QColor(t.accent_fill))
                painter.fillRect(QRectF(0, top, _BAR, bottom - top), QColor(t.accent))
        painter.end()
        super().paintEvent(event)

    def _write(self, guide: Guide) -> None:
        document = QTextDocument(self)
        self.setDocument(document)
        cursor = QTextCursor(document)
        self._starts, self._guide = [], guide
        for number, block in enumerate(guide.blocks):
            shape, ink = _set_of(block)
            if number:
                cursor.insertBlock(shape, ink)
            else:
                cursor.setBlockFormat(shape)
                cursor.setBlockCharFormat(ink)
            mark = "•\u2002" if block.kind is BlockKind.BULLET else ""
            mark = f"{block.number}.\u2002" if block.kind is BlockKind.NUMBERED else mark
            cursor.insertText(mark, ink)
            self._starts.append((block, cursor.position()))
            for text, style in _pieces(guide, block):
                cursor.insertText(text, _inked(ink, style))
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _blocks_of(self, span: Span) -> tuple[int, int] | None:
        """Where ``span`` of the guide stands in the document."""
        assert self._guide is not None
        found = [
            (start, block)
            for block, start in self._starts
            if block.span.start < span.end and span.start < block.span.end
        ]
        if not found:
            return None
        start, first = found[0]
        offsets = Offsets(first.span.cut(self._guide.text))
        begin = start + offsets.to_qt(max(span.start - first.span.start, 0))
        start, last = found[-1]
        offsets = Offsets(last.span.cut(self._guide.text))
        return begin, start + offsets.to_qt(min(span.end, last.span.end) - last.span.start)

    def _bring_into_view(self, position: int, above: int = 120) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(self.position_y(position)) - above)


def _set_of(block: Block) -> tuple[QTextBlockFormat, QTextCharFormat]:
    shape, ink = body_format(), QTextCharFormat()
    if block.kind is BlockKind.HEADING:
        ink.setFontWeight(QFont.Weight.Bold)
        size = theme().px(_TITLE_SIZES.get(block.level, Size.READ))
        ink.setProperty(QTextFormat.Property.FontPixelSize, size)
        shape.setTopMargin(theme().px(0 if block.level == 1 else Space.L))
    elif block.kind is BlockKind.PARAGRAPH:
        shape.setTopMargin(theme().px(Space.S))
    else:
        shape.setTopMargin(theme().px(Space.S))
        shape.setLeftMargin(theme().px(Space.L))
        shape.setTextIndent(-theme().px(Space.L))
    return shape, ink


def _pieces(guide: Guide, block: Block) -> Iterator[tuple[str, Style | None]]:
    place = block.span.start
    for run in block.runs:
        if run.span.start > place:
            yield guide.text[place : run.span.start], None
        yield run.span.cut(guide.text), run.style
        place = run.span.end
    if place < block.span.end:
        yield guide.text[place : block.span.end], None


def _inked(ink: QTextCharFormat, style: Style | None) -> QTextCharFormat:
    made = QTextCharFormat(ink)
    if style is Style.BOLD:
        made.setFontWeight(QFont.Weight.Bold)
    elif style is Style.ITALIC:
        made.setFontItalic(True)
        made.setForeground(QBrush(QColor(tokens().ink2)))
    return made


class PdfPage(QWidget):
    """One page of a PDF, with lines lit."""

    def __init__(self) -> None:
        super().__init__()
        self._document = QPdfDocument(self)
        self._bytes: QBuffer | None = None
        self._number = 1
        self._lit: tuple[Rectangle, ...] = ()
        self.setAccessibleName("Page du document")

    def show_page(self, pdf: bytes, number: int, lit: tuple[Rectangle, ...]) -> None:
        """Show page ``number``, from 1, of ``pdf``."""
        self._document.close()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(pdf))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(buffer)
        self._bytes, self._number, self._lit = buffer, number, lit
        self._fit()

    def turn(self, step: int) -> None:
        """Show another page."""
        self._number = min(max(self._number + step, 1), max(self._document.pageCount(), 1))
        self._fit()

    def sizeHint(self) -> QSize:
        size = self._document.pagePointSize(self._number - 1)
        return QSize(round(size.width() * self._scale), round(size.height() * self._scale))

    @property
    def _scale(self) -> float:
        return 1.2 * theme().text_scale

    def _fit(self) -> None:
        self.resize(self.sizeHint())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t, scale = QPainter(self), tokens(), self._scale
        painter.fillRect(self.rect(), QColor("#FFFFFF"))
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        image = self._document.render(self._number - 1, size)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(0, 0), image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for line in self._lit:
            if line.page == self._number:
                box = QRectF(line.left, line.top, line.right - line.left, line.bottom - line.top)
                lit = QRectF(
                    box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale
                )
                painter.fillRect(lit, QColor(t.accent_fill))
