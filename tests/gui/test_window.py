"""The whole window: keys, places, sizes, names, and the French it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.documents import Source
from assistant.errors import ErrorCode
from assistant.gui.rail import DRAFTING, SETTINGS
from assistant.gui.theme import set_theme, theme
from assistant.gui.window import KEYBOARD, MainWindow
from assistant.settings import Settings, load_settings
from tests.gui.fake_desk import NOTE, FakeDesk, drafted, letter

CTRL = Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    window.activateWindow()
    QTest.keyClick(window.windowHandle(), key, modifier or Qt.KeyboardModifier.NoModifier)


def test_places(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F9)
    assert window.places.currentWidget() is window.settings_page
    assert window.rail.places[SETTINGS].isChecked()
    press(window, Qt.Key.Key_F1)
    assert window.places.currentWidget() is window.keyboard_page
    press(window, Qt.Key.Key_Escape)
    assert window.places.currentWidget() is window.drafting
    press(window, Qt.Key.Key_F9)
    press(window, Qt.Key.Key_F2)
    assert window.places.currentWidget() is window.drafting
    assert window.rail.places[DRAFTING].isChecked()


def test_only_what_exists_is_in_the_rail(window: MainWindow) -> None:
    assert set(window.rail.places) == {DRAFTING, SETTINGS}


def test_ctrl_enter_starts_and_escape_stops(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    press(window, Qt.Key.Key_Return, CTRL)
    assert len(desk.runs) == 1
    press(window, Qt.Key.Key_Return, CTRL)
    assert len(desk.runs) == 1
    press(window, Qt.Key.Key_Escape)
    assert desk.runs[-1].cancelled


def test_keys_work_from_inside_the_texts(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.drafting.source.editor.setFocus()
    press(window, Qt.Key.Key_Return, CTRL)
    assert len(desk.runs) == 1
    assert window.drafting.source.text == NOTE
    desk.finish(window, letter())


def test_f6_goes_round_the_panes(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    press(window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is window.drafting.source.editor
    press(window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is window.drafting.draft.view
    press(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is window.drafting.source.editor


def test_ctrl_v_pastes_into_the_empty_source_only(window: MainWindow) -> None:
    QApplication.clipboard().setText(NOTE)
    press(window, Qt.Key.Key_V, CTRL)
    assert window.drafting.source.text == NOTE
    QApplication.clipboard().setText("autre")
    window.drafting.top.main.setFocus()
    press(window, Qt.Key.Key_V, CTRL)
    assert window.drafting.source.text == NOTE


def test_text_size_keys_are_kept(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Plus, CTRL)
    assert theme().text_scale == 1.15
    assert load_settings().text_scale == 1.15
    press(window, Qt.Key.Key_Minus, CTRL)
    assert theme().text_scale == 1.0


def test_appearance_applies_and_is_kept(window: MainWindow) -> None:
    window.settings_page.themes["sombre"].click()
    assert theme().tokens.name == "sombre"
    assert load_settings().theme == "sombre"
    window.settings_page.themes["clair"].click()


def test_settings_that_cannot_be_saved_are_told(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(settings: Settings) -> None:
        raise PermissionError

    monkeypatch.setattr("assistant.gui.window.save_settings", refuse)
    window.show_place(SETTINGS)
    window.settings_page.themes["contraste"].click()
    assert theme().tokens.name == "contraste"
    assert window.settings_page.notice.isVisible()
    window.settings_page.themes["clair"].click()


def test_tab_shows_a_ring_and_the_mouse_does_not(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_Tab)
    assert window.ring.target is QApplication.focusWidget()
    centre = window.rail.rect().center()
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=centre)
    assert window.ring.target is None


def reached_by_tab(window: MainWindow) -> set[QWidget]:
    """What Tab gives the focus to, from one end of the window to the other."""
    seen: set[QWidget] = set()
    for _ in range(40):
        press(window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is not None:
            seen.add(focus)
    return seen


def test_every_control_can_be_reached_by_tab(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    wanted = {
        w
        for w in window.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and isinstance(w, QAbstractButton | QComboBox)
    }
    seen = reached_by_tab(window)
    assert {name_of(w) for w in wanted - seen} == set()


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1440, 900, 1.0), (1280, 720, 1.0), (960, 600, 1.0), (1440, 900, 2.0), (1280, 720, 2.0)],
)
def test_nothing_is_cut_or_overlaps(
    window: MainWindow, desk: FakeDesk, width: int, height: int, scale: float
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    set_theme(app, "clair", scale)
    window.resize(width, height)
    drafted(window, desk)
    QTest.qWait(1)
    place = window.drafting
    assert (window.width(), window.height()) == (width, height)
    for row in (
        (place.top.form, place.top.main, place.top.facts),
        (place.foot.source, place.foot.sections, place.foot.copy, place.foot.save),
    ):
        for one, other in pairwise(row):
            right = one.mapTo(window, one.rect().topRight()).x()
            assert right < other.mapTo(window, other.rect().topLeft()).x()
    last = place.foot.save
    assert last.mapTo(window, last.rect().bottomRight()).x() <= width
    assert place.draft.view.viewport().width() > 200
    set_theme(app, "clair", 1.0)


def test_the_rail_narrows(window: MainWindow) -> None:
    assert window.rail.width() == 184
    window.resize(1280, 720)
    assert window.rail.width() == 64


# --- what is said -------------------------------------------------------------------------


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return text or widget.accessibleName() or f"{type(widget).__name__} {widget.objectName()}"


def said(window: MainWindow) -> Iterator[str]:
    """Everything the window can say now, except the clinician's own text."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        yield widget.windowTitle()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(i) for i in range(widget.count()))
        if isinstance(widget, QMenu):
            yield from (action.text() for action in widget.actions())
    yield window.drafting.draft.view.document().toRawText().replace(NOTE, "")


FAULTS = {
    "an ASCII apostrophe": re.compile("'"),
    "an ordinary space before a colon or a unit": re.compile(r" [:%»]|« |\d (?:mg|%|h\b)"),
    "no narrow space before ; ? !": re.compile(r"[^\u202f][;?!]"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "an exclamation": re.compile("!"),
    "jargon": re.compile(r"\b(tokens?|prompt|GGUF|LLM|thread|worker|seccomp|coffre)\b", re.I),
}


def faults(window: MainWindow) -> list[tuple[str, str]]:
    return [
        (fault, sentence)
        for sentence in set(said(window))
        for fault, pattern in FAULTS.items()
        if sentence and pattern.search(sentence)
    ]


def test_french(window: MainWindow, desk: FakeDesk) -> None:
    assert faults(window) == []
    window.open_source(Source(NOTE))
    window.start()
    desk.read(window, 10)
    assert faults(window) == []
    desk.write(window, letter(finished=False, until=1))
    assert faults(window) == []
    desk.fail(window, ErrorCode.WORKER_DIED)
    assert faults(window) == []
    window.start()
    desk.finish(window, letter())
    assert faults(window) == []


def test_every_control_has_a_name(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    for place in (DRAFTING, SETTINGS, KEYBOARD):
        window.show_place(place)
        for widget in window.findChildren(QWidget):
            if isinstance(widget, QAbstractButton | QComboBox | QTextEdit):
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert text or widget.accessibleName(), widget
