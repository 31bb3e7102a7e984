"""What the guides answer: sentences with their citations, or a refusal and what is nearest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from assistant.gui import fonts, phrases
from assistant.gui.controls import Button, ElidedLabel, IconLabel, label
from assistant.gui.reading_text import PARAGRAPH_GAP, body_format
from assistant.gui.theme import theme, tokens
from assistant.gui.tokens import Size, Space
from assistant.guides import Answer, Citation, Refusal

_SHOWN = 220  # characters of a passage in a list


class GuideAnswer(QWidget):
    """Shows one answer, one refusal, or passages found while typing."""

    chosen = Signal(object)
    rephrase_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.L, Space.S, Space.L, Space.L)
        self._column.setSpacing(0)
        self.sentences: AnswerText | None = None
        self.rows: list[CitationRow] = []

    def show_answer(self, answer: Answer) -> None:
        """The sentences, then the passages they cite; the first is chosen."""
        self.clear()
        self.sentences = AnswerText(answer)
        self.sentences.cited.connect(lambda number: self._choose(answer.citations[number - 1]))
        self._column.addWidget(self.sentences)
        self._column.addSpacing(Space.L)
        self._heading("Passages cités", str(len(answer.citations)))
        for citation in answer.citations:
            self._row(CitationRow(citation, numbered=True))
        self._column.addStretch(1)
        self._choose(answer.citations[0])

    def show_refusal(self, answer: Answer) -> None:
        """Why there is no answer, where to look, and the nearest passages."""
        self.clear()
        patient = answer.refusal is Refusal.PATIENT_TEXT
        first, *others = answer.advice.split("\n")
        title, _, rest = first.partition(". ")
        block = QHBoxLayout()
        block.setSpacing(Space.M)
        mark = QVBoxLayout()
        mark.addWidget(IconLabel("shield-check" if patient else "search-x", 24, "ink"))
        mark.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        if patient:
            words.addWidget(
                label("Retirez d’abord ce qui parle de la personne.", "screen", wrap=True)
            )
            words.addWidget(label(first, "secondControl", wrap=True))
        else:
            words.addWidget(label(f"{title}.", "screen", wrap=True))
            words.addWidget(label(rest, "secondControl", wrap=True))
        for advice in others:
            words.addWidget(label(advice, "", wrap=True))
        block.addLayout(mark)
        block.addLayout(words, 1)
        self._column.addLayout(block)
        self._column.addSpacing(Space.M)
        rephrase = Button("Reformuler la question")
        rephrase.clicked.connect(self.rephrase_asked)
        self._column.addWidget(rephrase)
        self._column.addSpacing(Space.L)
        if answer.nearest:
            self._line()
            self._heading("Passages les plus proches", "aucun ne répond")
            for citation in answer.nearest:
                self._row(CitationRow(citation, numbered=False))
        self._column.addStretch(1)

    def show_passages(self, passages: Sequence[Citation]) -> None:
        """What a search found as one types."""
        self.clear()
        if passages:
            self._heading("Passages trouvés", str(len(passages)))
        for citation in passages:
            self._row(CitationRow(citation, numbered=False))
        self._column.addStretch(1)

    def show_words(self, words: str) -> None:
        """One sentence: what goes on, or what to do."""
        self.clear()
        self._column.addWidget(label(words, "secondControl", wrap=True))
        self._column.addStretch(1)

    def clear(self) -> None:
        """Show nothing."""
        self.sentences, self.rows = None, []
        _empty(self._column)

    def _choose(self, citation: Citation) -> None:
        for row in self.rows:
            row.setChecked(row.citation is citation)
        if self.sentences is not None:
            self.sentences.show_chosen(citation.number)
        self.chosen.emit(citation)

    def _row(self, row: CitationRow) -> None:
        row.clicked.connect(lambda: self._choose(row.citation))
        self.rows.append(row)
        self._column.addWidget(row)

    def _heading(self, title: str, fact: str) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, Space.S)
        row.setSpacing(Space.S)
        row.addWidget(label(title, "strong"))
        row.addWidget(label(fact, "second"))
        row.addStretch(1)
        self._column.addLayout(row)

    def _line(self) -> None:
        line = QFrame()
        line.setObjectName("hairline")
        self._column.addWidget(line)
        self._column.addSpacing(Space.M)


def _empty(layout: QVBoxLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QVBoxLayout | QHBoxLayout):
            _empty(inner)
            inner.deleteLater()


def place_of(citation: Citation) -> str:
    """« Recommandations, 3, page 2 »."""
    passage = citation.passage
    page = [f"page{phrases.NBSP}{passage.page}"] if passage.page is not None else []
    return ", ".join([*passage.section, *page])


class AnswerText(QTextBrowser):
    """The sentences of an answer; each citation is a chip to click, or to reach by Tab."""

    cited = Signal(int)

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self._chosen = 0
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Réponse{phrases.NBSP}: {answer.text}")
        self.anchorClicked.connect(lambda url: self.cited.emit(int(url.toString())))
        self._write()

    def show_chosen(self, number: int) -> None:
        """Fill the chips of the citation that is open."""
        if number != self._chosen:
            self._chosen = number
            self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_answer"):
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _write(self) -> None:
        document = QTextDocument(self)
        document.setDocumentMargin(0)
        document.setDefaultFont(fonts.font(Size.READ))
        cursor = QTextCursor(document)
        shape = body_format()
        for number, sentence in enumerate(self._answer.sentences):
            shape.setTopMargin(theme().px(PARAGRAPH_GAP) if number else 0)
            if number:
                cursor.insertBlock(shape)
            else:
                cursor.setBlockFormat(shape)
            ink = QTextCharFormat()
            if sentence.under:
                strong = QTextCharFormat()
                strong.setFontWeight(700)
                cursor.insertText(f"{sentence.under}{phrases.NBSP}: ", strong)
            cursor.insertText(f"{sentence.text} ", ink)
            cursor.insertImage(self._chip(document, sentence.citation))
        self.setDocument(document)
        self._fit()

    def _chip(self, document: QTextDocument, number: int) -> QTextImageFormat:
        page = self._answer.citations[number - 1].passage.page
        words = f"{number}" if page is None else f"{number}, p.{phrases.NBSP}{page}"
        image = chip_image(words, filled=number == self._chosen, ratio=self.devicePixelRatioF())
        name = QUrl(f"chip:{number}")
        document.addResource(QTextDocument.ResourceType.ImageResource.value, name, image)
        shape = QTextImageFormat()
        shape.setName(name.toString())
        shape.setAnchor(True)
        shape.setAnchorHref(str(number))
        shape.setToolTip(f"Ouvrir le passage {number}")
        shape.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        return shape

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(round(self.document().size().height()) + 2)


def chip_image(words: str, *, filled: bool, ratio: float) -> QImage:
    """A citation chip: number and page, filled when its passage is shown."""
    t, font = tokens(), fonts.font(Size.SECONDARY, bold=True)
    metrics = QFontMetricsF(font)
    size = QSize(round(metrics.horizontalAdvance(words)) + 16, theme().px(22))
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(t.accent), 1.5))
    painter.setBrush(QColor(t.accent if filled else t.paper))
    painter.drawRoundedRect(QRectF(1, 1, size.width() - 2, size.height() - 2), 4, 4)
    painter.setFont(font)
    painter.setPen(QColor(t.on_accent if filled else t.accent))
    box = QRectF(0, 0, size.width(), size.height())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
    painter.end()
    return image


class CitationRow(QPushButton):
    """A passage in a list: guide, where in it, its review date; and what it says, unless the
    answer above says it."""

    def __init__(self, citation: Citation, *, numbered: bool) -> None:
        super().__init__()
        self.citation = citation
        self._numbered = numbered
        self.setObjectName("citation")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        where = place_of(citation)
        self.setAccessibleName(f"{citation.guide_title}, {where}")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.M)
        if numbered:
            row.addWidget(NumberMark(citation.number, self), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(_wide(citation.guide_title, "strong"), 1)
        if citation.overdue:
            head.addWidget(IconLabel("diamond", 14, "minor"))
            head.addWidget(label("à revoir", "fact"))
        words.addLayout(head)
        words.addWidget(_wide(where, "second"))
        if not numbered:
            text = " ".join(citation.passage.text.split())
            shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
            words.addWidget(label(shown, "", wrap=True))
        row.addLayout(words, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        width = max(self.width(), 200)
        tall = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
        return QSize(200, max(tall, layout.totalMinimumSize().height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.setChecked(True)


def _wide(text: str, kind: str) -> ElidedLabel:
    """A label that takes all the width there is, so that its words start at the left."""
    made = ElidedLabel(text, kind)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made


class NumberMark(QWidget):
    """The number of a citation in a box, filled when it is the one shown."""

    def __init__(self, number: int, row: CitationRow) -> None:
        super().__init__()
        self._number, self._row = number, row
        self.setFixedSize(theme().px(22), theme().px(22))
        row.toggled.connect(lambda _on: self.update())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, filled = tokens(), self._row.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(t.accent), 1.5))
        painter.setBrush(QColor(t.accent if filled else t.paper))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.setFont(fonts.font(Size.SECONDARY, bold=True))
        painter.setPen(QColor(t.on_accent if filled else t.accent))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
