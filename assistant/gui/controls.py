"""Small controls that every panel shares: buttons, labels, key caps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QToolButton,
    QWidget,
)

from assistant.gui import icons
from assistant.gui.theme import theme, tokens

ICON_GAP = 8


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and let the style sheet see them."""
    for name, value in properties.items():
        widget.setProperty("class" if name == "kind" else name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label; ``kind`` is its class in the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("class", kind)
    return made


class Paragraph(QLabel):
    """Wrapped text whose height is set for a width that is known: Qt's layouts squeeze a label
    whose height follows its width. ``less`` is how much narrower than its row it is."""

    def __init__(self, text: str, kind: str = "", less: int = 0) -> None:
        super().__init__(text)
        self._less = less
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("class", kind)

    def fit(self, width: int) -> None:
        """Take the height that the text needs in a row ``width`` wide."""
        self.ensurePolished()
        self.setFixedHeight(self.heightForWidth(max(width - self._less, 1)))


class KeyCap(QLabel):
    """A key of the keyboard, such as « Échap »."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("class", "key")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words + 19, theme().px(21))


def key_caps(*keys: str) -> QHBoxLayout:
    """The keys of one shortcut, side by side."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for key in keys:
        row.addWidget(KeyCap(key))
    return row


class ElidedLabel(QLabel):
    """A label that shortens its text with an ellipsis when there is no room for it."""

    def __init__(self, text: str = "", kind: str = "second") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("class", kind)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip("" if self._fits() else self.text())

    def _fits(self) -> bool:
        return QFontMetrics(self.font()).horizontalAdvance(self.text()) <= self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._fits():
            super().paintEvent(event)
            return
        shown = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment()), shown)


class Button(QPushButton):
    """A button with a word, and an icon if it has one: « filled », « outlined » or « bare »."""

    def __init__(self, text: str, kind: str = "outlined", icon_name: str = "") -> None:
        super().__init__(text)
        self._icon_name = icon_name
        self.setProperty("class", kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._dress()

    def become(self, text: str, kind: str, icon_name: str) -> None:
        """Show another word, look and icon."""
        self._icon_name = icon_name
        self.setText(text)
        restyle(self, kind=kind)
        self._dress()

    def set_kind(self, kind: str) -> None:
        """Change only the look."""
        self.become(self.text(), kind, self._icon_name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_icon_name"):
            self._dress()

    def _dress(self) -> None:
        if not self._icon_name:
            return
        t = tokens()
        colours = {"filled": t.on_accent, "bare": t.accent, "off": t.off_ink}
        colour = colours.get(self.property("class"), t.ink)
        size = theme().px(18)
        self.setIcon(icons.icon(self._icon_name, colour, size, off=t.off_ink, gap=ICON_GAP))
        self.setIconSize(QSize(size + ICON_GAP, size))


class ToolButton(QToolButton):
    """An icon alone, always with a name that is also its tooltip."""

    def __init__(self, icon_name: str, name: str, size: int = 18) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._size = size
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_icon_name"):
            self._dress()

    def _dress(self) -> None:
        t = tokens()
        size = theme().px(self._size)
        self.setIcon(icons.icon(self._icon_name, t.ink, size, off=t.edge))
        self.setIconSize(QSize(size, size))
        self.setFixedSize(max(32, size + 14), max(32, size + 14))


class Chooser(QComboBox):
    """A combo box with our chevron and a spoken name."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setItemDelegate(QStyledItemDelegate(self))  # the plain one ignores the style sheet
        self._width = width
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        needed = super().sizeHint()
        metrics = QFontMetrics(self.font())
        words = max(
            (metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0
        )
        return QSize(max(theme().px(self._width), words + 68), needed.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), super().minimumSizeHint().height())

    def offer(self, index: int, tip: str = "", *, on: bool = True) -> None:
        """Offer the item at ``index`` or not; ``tip`` says what it is, or why it is off."""
        items = self.model()
        assert isinstance(items, QStandardItemModel)
        items.item(index).setEnabled(on)
        self.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = theme().px(16)
        chevron = icons.pixmap("chevron-down", tokens().ink2, size, self.devicePixelRatioF())
        right = self.width() - 12 - size
        QPainter(self).drawPixmap(right, (self.height() - size) // 2, chevron)


class IconLabel(QWidget):
    """An icon drawn in one of the tokens' colours; the words beside it carry the meaning."""

    def __init__(self, icon_name: str, size: int = 18, token: str = "ink2") -> None:
        super().__init__()
        self._icon_name, self._size, self._token = icon_name, size, token
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def become(self, icon_name: str, token: str) -> None:
        """Show another icon, in the colour that ``token`` names."""
        self._icon_name, self._token = icon_name, token
        self.update()

    def sizeHint(self) -> QSize:
        side = theme().px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        drawn = icons.pixmap(
            self._icon_name,
            getattr(tokens(), self._token),
            theme().px(self._size),
            self.devicePixelRatioF(),
        )
        QPainter(self).drawPixmap(0, 0, drawn)
