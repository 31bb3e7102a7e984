"""Open the window: the application, its font, its look, and the worker started behind."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from assistant.checking import Checker
from assistant.drafting.sources import example_sources
from assistant.errors import AparteError
from assistant.gui.fonts import font, load_fonts
from assistant.gui.guides_place import GuidesPlace
from assistant.gui.interruption import closing_on_signals
from assistant.gui.rail import GUIDES
from assistant.gui.theme import set_theme
from assistant.gui.window import MainWindow
from assistant.gui.window_vault import WindowVault
from assistant.guides_desk import GuidesDesk
from assistant.settings import Settings
from assistant.tasks import Desk
from assistant.vault.vault import Vault

_PREPARING_MS = 100


def run(
    desk: Desk,
    checker: Checker,
    settings: Settings,
    vault: Vault,
    guides: GuidesDesk | None,
    *,
    example: bool,
    refusal: AparteError | None = None,
) -> int:
    """Show the window until it is closed; ``example`` opens the first case that ships, and
    ``refusal`` is why the model that was remembered is not the one in use."""
    app = make_application(settings)
    window = MainWindow(desk, checker, settings)
    if guides is not None:
        window.rail.add_guides()
        window.add_page(GUIDES, GuidesPlace(guides, desk), "F3")
    WindowVault(window, vault, desk)
    if example:
        window.open_source(example_sources()[0])
    if refusal is not None:
        window.tell_model_refused(refusal)
    window.show()
    QTimer.singleShot(0, lambda: _prepare(window, desk, checker))
    with closing_on_signals(window.close):
        return app.exec()


def _prepare(window: MainWindow, desk: Desk, checker: Checker) -> None:
    """Load the model, then what checks need: the processors are few."""
    loading = desk.prepare()
    waiting = QTimer(window)

    def go_on() -> None:
        if loading is None or loading.ended:
            waiting.stop()
            checker.prepare()

    waiting.timeout.connect(go_on)
    waiting.start(_PREPARING_MS)


def make_application(settings: Settings) -> QApplication:
    """The Qt application in French, with our font and the chosen look."""
    existing = QApplication.instance()
    app = cast("QApplication", existing) if existing else QApplication(sys.argv[:1])
    app.setApplicationName("Aparté")
    app.setStyle("Fusion")
    QLocale.setDefault(QLocale(QLocale.Language.French, QLocale.Country.France))
    _speak_french(app)
    load_fonts()
    app.setFont(font())
    set_theme(app, settings.theme, settings.text_scale)
    return app


def _speak_french(app: QApplication) -> None:
    """Qt's own words (file dialogs, menus of text fields) in French."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_fr", folder):
        app.installTranslator(translator)
