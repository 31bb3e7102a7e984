"""What can stand before the whole window: the lock, a passphrase to choose, a code to type."""

from __future__ import annotations

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from assistant.gui.middle import Middle


class Curtain(QStackedWidget):
    """Takes the place of the central widget of ``window``, and shows it when nothing is drawn."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__()
        self._window = window
        self._focus: QWidget | None = None
        ground = window.takeCentralWidget()
        assert ground is not None
        self._ground = ground
        self.addWidget(ground)
        window.setCentralWidget(self)

    @property
    def drawn(self) -> bool:
        """Whether the window is hidden."""
        return self.currentWidget() is not self._ground

    def draw(self, page: Middle) -> None:
        """Hide the window behind ``page``, at once; its keys do nothing meanwhile."""
        if not self.drawn:
            self._focus = QApplication.focusWidget()
        if self.indexOf(page) < 0:
            self.addWidget(page)
        page.rescale()
        self.setCurrentWidget(page)
        self._close_what_floats()
        self._set_keys(on=False)
        self.repaint()

    def lift(self) -> None:
        """Show the window as it was."""
        self.setCurrentWidget(self._ground)
        self._set_keys(on=True)
        if self._focus is not None and self._focus.isVisible():
            self._focus.setFocus()

    def _close_what_floats(self) -> None:
        """Menus and file dialogs stand above any page, and would show names."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.reject()

    def _set_keys(self, *, on: bool) -> None:
        for shortcut in self._window.findChildren(QShortcut):
            shortcut.setEnabled(on)
