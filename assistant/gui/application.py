"""Open the window: the application, its font, its look, and the worker started behind."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from assistant.drafting.sources import example_sources
from assistant.gui.fonts import font, load_fonts
from assistant.gui.interruption import closing_on_signals
from assistant.gui.theme import set_theme
from assistant.gui.window import MainWindow
from assistant.settings import Settings
from assistant.tasks import Desk


def run(desk: Desk, settings: Settings, example: bool) -> int:
    """Show the window until it is closed; ``example`` opens the first case that ships."""
    app = make_application(settings)
    window = MainWindow(desk, settings)
    if example:
        window.open_source(example_sources()[0])
    window.show()
    QTimer.singleShot(0, desk.prepare)
    with closing_on_signals(window.close):
        return app.exec()


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
