"""The pictures of docs/interface.md and README, from the real window and the real workers.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.gui.pictures docs/images

The worker is slowed down, nothing else: a short note is drafted in less than a second.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()  # the user's own settings stay what they are

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.checking import Checker
from assistant.confinement.seal import seal
from assistant.documents import Draft, Source
from assistant.drafting.sources import example_sources
from assistant.engine import NLP_COMMAND, Engine
from assistant.gui.application import make_application
from assistant.gui.bridge import Reports
from assistant.gui.checking_flow import CheckingState
from assistant.gui.drafting_flow import State
from assistant.gui.pasted_draft import pasted_draft
from assistant.gui.rail import SETTINGS
from assistant.gui.theme import set_theme
from assistant.gui.window import MainWindow
from assistant.model_store.catalogue import find_model
from assistant.settings import Settings
from assistant.tasks import Desk

FORM = "lettre_liaison"
NOTE = "médecine polyvalente"
CHOSEN = "apixaban"
QUERCY = Path(__file__).parent / "quercy"
PAUSE_S = 0.4


class SlowReports(Reports):
    """Holds the worker's thread before each piece of text, so that each stage can be seen."""

    def changed(self, draft: Draft) -> None:
        time.sleep(PAUSE_S)
        super().changed(draft)


def main(folder: Path) -> None:
    seal()
    desk, checker = Desk(find_model(None)), Checker(Engine(command=NLP_COMMAND))
    app = make_application(Settings("clair"))
    window = MainWindow(desk, checker, Settings("clair"))
    try:
        take_all(app, window, desk, folder)
    finally:
        window.close()
        desk.close()
        checker.engine.close()


def take_all(app: QApplication, window: MainWindow, desk: Desk, folder: Path) -> None:
    window.resize(1440, 900)
    window.show()
    desk.prepare()
    QTest.qWait(4000)
    chooser = window.drafting.top.form
    chooser.setCurrentIndex(chooser.findData(FORM))
    chooser.activated.emit(chooser.currentIndex())
    take(window, folder / "00-vide.png")
    note = next(source for source in example_sources() if NOTE in source.name)
    follow(window, note, folder)
    view = window.drafting.draft.view
    before, found, _ = view.document().toRawText().partition(CHOSEN)
    if found:
        view.choose(len(before.encode("utf-16-le")) // 2 + 1)
    settle(window)
    window.drafting.review.choose(None)
    take(window, folder / "03-copie.png")
    review(window, folder, app)
    measure_this_pc(window, folder)


def review(window: MainWindow, folder: Path, app: QApplication) -> None:
    """A draft written elsewhere, checked against its source, then decided point by point."""
    place = window.drafting
    window.open_source(Source((QUERCY / "source.txt").read_text("utf-8").strip(), "Mme Quercy"))
    place.flow.open_draft(pasted_draft((QUERCY / "draft.txt").read_text("utf-8"), place.flow.form))
    settle(window)
    take(window, folder / "01-brouillon.png")
    for theme in ("sombre", "contraste"):
        set_theme(app, theme)
        take(window, folder / f"01-{theme}.png")
    set_theme(app, "clair")
    window.resize(1280, 720)
    take(window, folder / "01-1280x720.png")
    window.resize(1440, 900)
    place.review.correct()
    settle(window)
    place.review.step(+1)
    place.review.correct()
    settle(window)
    take(window, folder / "04-decide.png")


def settle(window: MainWindow) -> None:
    """Wait for the check of what is on screen."""
    checking = window.drafting.review.checking
    while not (checking.settled and checking.state is CheckingState.CHECKED):
        QTest.qWait(20)


def measure_this_pc(window: MainWindow, folder: Path) -> None:
    """Réglages, once this PC was measured with the model that ships."""
    page = window.settings_page
    window.show_place(SETTINGS)
    page.pc.start.click()
    while page.measure.running:
        QTest.qWait(50)
    take(window, folder / "06-reglages.png")


def follow(window: MainWindow, note: Source, folder: Path) -> None:
    """Draft ``note`` and take one picture while it is read, one while it is written."""
    flow, taken = window.drafting.flow, set[State]()
    names = {State.READING: "02a-lecture.png", State.WRITING: "02b-redaction.png"}

    def look() -> None:
        begun = flow.progress is not None and flow.progress.read > 0
        if flow.state is State.WRITING:
            begun = flow.version is not None and flow.version.written
        if begun and flow.state in names and flow.state not in taken:
            taken.add(flow.state)
            take(window, folder / names[flow.state])

    flow.progressed.connect(look)
    flow.drafted.connect(look)
    window.open_source(note)
    window.start()
    while flow.state.running:
        QTest.qWait(10)


def take(window: MainWindow, path: Path) -> None:
    QTest.qWait(60)
    window.grab().save(str(path))


if __name__ == "__main__":
    import assistant.gui.bridge as bridge

    bridge.Reports = SlowReports  # type: ignore[misc]
    main(Path(sys.argv[1]))
