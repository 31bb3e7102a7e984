"""The focus ring: 2 px of ink, 2 px clear of the control; style sheets have no outer ring."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from assistant.gui.theme import tokens

REACH = 5
_FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show)


class FocusRing(QWidget):
    """Follows the keyboard's focus over a whole window; lets the mouse through.

    Texts show a caret instead, and a control that was clicked needs no ring.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._by_keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("")
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    def watch_keyboard(self) -> None:
        """Tell keyboard from mouse; called once the window exists."""
        handle = self.window().windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    @property
    def target(self) -> QWidget | None:
        """The control that wears the ring."""
        return self._target if self.isVisible() else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            self._by_keyboard = True
        elif kind == QEvent.Type.MouseButtonPress:
            self._by_keyboard = False
            self.hide()
        elif watched is self._target and kind in _FOLLOWED:
            self._place()
        return False

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target = None
        ringed = new is not None and new.window() is self.window()
        if ringed and self._by_keyboard and not isinstance(new, QTextEdit):
            self._target = new
            assert new is not None
            new.installEventFilter(self)
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        where = target.mapTo(self.window(), target.rect().topLeft())
        box = target.rect().translated(where).adjusted(-REACH, -REACH, REACH, REACH)
        self.setGeometry(box)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().ink), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
