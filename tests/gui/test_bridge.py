"""Reports cross from the engine's thread, gathered."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from assistant.documents import Coverage
from assistant.errors import AparteError, ErrorCode
from assistant.gui.bridge import DraftBridge
from assistant.tasks import Outcome, Progress, Stage
from tests.gui.fake_desk import letter


def test_a_thousand_reports_from_a_thread_become_a_few_signals(qtbot: QtBot) -> None:
    bridge = DraftBridge()
    shown: list[object] = []
    ends: list[object] = []
    bridge.changed.connect(shown.append)
    bridge.progressed.connect(shown.append)
    bridge.finished.connect(ends.append)
    last = letter(finished=False, until=3)
    outcome = Outcome(letter(), Coverage(1, 1), 1.0)

    def engine() -> None:
        for read in range(1000):
            bridge.reports.progressed(Progress(Stage.READING, read, 1000))
            bridge.reports.changed(last)
        bridge.reports.finished(outcome)

    thread = threading.Thread(target=engine)
    with qtbot.waitSignal(bridge.finished, timeout=5000):
        thread.start()
    thread.join()
    assert ends == [outcome]
    assert last in shown
    assert len(shown) < 100


def test_the_last_text_comes_before_the_end(qtbot: QtBot) -> None:
    bridge = DraftBridge()
    order: list[str] = []
    bridge.changed.connect(lambda _: order.append("texte"))
    bridge.failed.connect(lambda _: order.append("fin"))
    for until in (1, 2):  # the second comes while the first is still rested upon
        bridge.reports.changed(letter(finished=False, until=until))
        bridge.gather()
    bridge.reports.failed(AparteError(ErrorCode.WORKER_DIED))
    bridge.gather()
    bridge.gather()
    assert order == ["texte", "texte", "fin"]
