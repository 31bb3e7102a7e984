"""The main window: composes the rail and the places, and gives each key its meaning."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from assistant.checking import Checker
from assistant.documents import Source
from assistant.errors import AparteError
from assistant.gui.desk_facts import DeskFacts
from assistant.gui.drafting_place import DraftingPlace
from assistant.gui.focus_ring import FocusRing
from assistant.gui.guides_place import GuidesPlace
from assistant.gui.keyboard_page import KeyboardPage
from assistant.gui.page import Page
from assistant.gui.rail import DRAFTING, SETTINGS, Rail
from assistant.gui.settings_page import SettingsPage
from assistant.gui.theme import SYSTEM, set_theme, theme
from assistant.gui.tokens import Space
from assistant.settings import Settings, save_settings
from assistant.tasks import Desk

KEYBOARD = "clavier"


class MainWindow(QMainWindow):
    """The window over ``desk``, dressed by ``settings``."""

    def __init__(self, desk: Desk, checker: Checker, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("Aparté")
        self.setMinimumSize(960, 600)
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize()))
        self.rail = Rail()
        self.drafting = DraftingPlace(desk, checker)
        self.settings_page = SettingsPage(desk, settings, self.drafting.flow)
        self.keyboard_page = KeyboardPage(desk)
        self.places = QStackedWidget()
        self._pages: dict[str, DraftingPlace | GuidesPlace | Page] = {
            DRAFTING: self.drafting,
            SETTINGS: self.settings_page,
            KEYBOARD: self.keyboard_page,
        }
        for page in self._pages.values():
            self.places.addWidget(page)
        ground = QWidget()
        ground.setObjectName("ground")
        row = QHBoxLayout(ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self.places, 1)
        self.setCentralWidget(ground)
        self.ring = FocusRing(self)
        self.rail.chosen.connect(self.show_place)
        self.settings_page.changed.connect(self._apply)
        self.settings_page.model_adopted.connect(self._follow_model)
        self.keyboard_page.back_asked.connect(lambda: self.show_place(DRAFTING))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._bind_keys()

    def open_source(self, source: Source) -> None:
        """Show ``source``, ready to be drafted from."""
        self.drafting.open_source(source)

    def start(self) -> None:
        """Draft the source on screen."""
        self.show_place(DRAFTING)
        self.drafting.start()

    def tell_model_refused(self, refusal: AparteError) -> None:
        """Say why the model that was chosen before is not the one in use."""
        settings = ("Ouvrir Réglages", lambda: self.show_place(SETTINGS))
        close = ("Fermer", self.drafting.notice.dismiss)
        self.drafting.notice.tell(refusal.sentence, "", [settings, close])

    def add_page(self, name: str, page: Page | GuidesPlace, key: str) -> None:
        """Make ``page`` one more place, that ``key`` goes to."""
        self._pages[name] = page
        self.places.addWidget(page)
        self._fit()
        QShortcut(QKeySequence(key), self).activated.connect(lambda: self.show_place(name))

    def show_place(self, name: str) -> None:
        """Go to a place; what runs goes on."""
        page = self._pages[name]
        self.places.setCurrentWidget(page)
        if isinstance(page, GuidesPlace):
            page.take_focus()
        self.rail.show_place(name)

    def _bind_keys(self) -> None:
        page = self.settings_page
        keys: dict[str, Callable[[], object]] = {
            "F1": lambda: self.show_place(KEYBOARD),
            "F2": lambda: self.show_place(DRAFTING),
            "F9": lambda: self.show_place(SETTINGS),
            "F6": lambda: self.drafting.focus_pane(+1),
            "Shift+F6": lambda: self.drafting.focus_pane(-1),
            "Ctrl+Return": self.start,
            "Ctrl+Enter": self.start,
            "Escape": self._escape,
            "F8": lambda: self.drafting.step_point(+1),
            "Shift+F8": lambda: self.drafting.step_point(-1),
            "Alt+R": self.drafting.correct_point,
            "Alt+G": self.drafting.keep_point,
            "Ctrl+E": self.drafting.save,
            "Ctrl+D": self.drafting.flow.swap_versions,
            "Ctrl+Z": self.drafting.undo,
            "Ctrl+Y": self.drafting.redo,
            "Ctrl+V": self.drafting.source.paste_into_empty,
            "Ctrl++": lambda: page.step_scale(+1),
            "Ctrl+=": lambda: page.step_scale(+1),
            "Ctrl+-": lambda: page.step_scale(-1),
            "Ctrl+0": lambda: page.step_scale(0),
        }
        for key, does in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(does)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter typed over the empty source begins it."""
        text = event.text()
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        here = self.places.currentWidget() is self.drafting
        if here and plain and text.isprintable() and text.strip() and not self.drafting.source.text:
            self.drafting.source.begin_typing(text)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ring.watch_keyboard()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "ring"):
            for page in self._pages.values():
                page.rescale()
            self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings_page.close_work()
        for place in self._working_places():
            place.close_flow()
        super().closeEvent(event)

    def _fit(self) -> None:
        narrow = self.width() < theme().px(Space.NARROW_UNDER)
        self.rail.set_narrow(narrow)
        for place in self._working_places():
            place.set_narrow(narrow)

    def _working_places(self) -> list[DraftingPlace | GuidesPlace]:
        return [p for p in self._pages.values() if isinstance(p, DraftingPlace | GuidesPlace)]

    def _escape(self) -> None:
        if self.places.currentWidget() is not self.drafting:
            self.show_place(DRAFTING)
        else:
            self.drafting.flow.stop()

    def _apply(self, settings: Settings) -> None:
        self._dress(settings)
        try:
            save_settings(settings)
        except (OSError, ValueError):
            self.settings_page.tell_unsaved()

    def _follow_model(self) -> None:
        """Another model drafts from now on."""
        self.drafting.follow_model()
        for facts in self.findChildren(DeskFacts):
            facts.refresh()

    def _system_changed(self) -> None:
        if self.settings_page.settings.theme == SYSTEM:
            self._dress(self.settings_page.settings)

    @staticmethod
    def _dress(settings: Settings) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            set_theme(app, settings.theme, settings.text_scale)
