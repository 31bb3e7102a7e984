"""The source pane: what comes in, and how it is kept."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from assistant.documents import Source, Span
from assistant.drafting.sources import example_sources
from assistant.gui.window import MainWindow
from tests.gui.fake_desk import NOTE

TEXTS = [
    NOTE,
    "a\n\n\nb\n",
    "\n\ndébut",
    "12\u00a0000 UI, 4\u202f820 ng/L",
    "tab\tulé  deux espaces ",
    "👩🏽‍⚕️ émoji",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_text_is_kept_as_it_came(window: MainWindow, text: str) -> None:
    window.open_source(Source(text))
    assert window.drafting.source.text == text


def test_pasting(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(NOTE)
    window.drafting.source.empty.paste.click()
    assert window.drafting.source.text == NOTE
    assert window.drafting.source.fact.startswith("collée à ")


def test_an_empty_clipboard_is_told(window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    window.drafting.source.empty.paste.click()
    assert window.drafting.source.notice.isVisible()
    assert not window.drafting.source.text


def test_opening_a_file(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes("Motif : dyspnée à l’effort.".encode("cp1252"))
    window.drafting.source.open_file(file)
    assert window.drafting.source.text == "Motif : dyspnée à l’effort."
    assert window.drafting.source.fact.startswith("note, ouverte à ")


def test_a_file_that_is_no_text_leaves_the_source(window: MainWindow, tmp_path: Path) -> None:
    window.open_source(Source(NOTE))
    file = tmp_path / "image.txt"
    file.write_bytes(bytes(range(256)) * 8)
    window.drafting.source.open_file(file)
    assert window.drafting.source.text == NOTE
    assert window.drafting.source.notice.isVisible()


def drop(window: MainWindow, mime: QMimeData) -> None:
    event = QDropEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.drafting.source.dropEvent(event)


def test_dropping_a_file(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(NOTE, "utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    drop(window, mime)
    assert window.drafting.source.text == NOTE


def test_dropping_text(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText(NOTE)
    drop(window, mime)
    assert window.drafting.source.text == NOTE
    assert window.drafting.source.fact.startswith("déposée à ")


def test_the_fictional_cases_are_offered(window: MainWindow) -> None:
    pane = window.drafting.source
    pane.offer_examples()
    actions = pane.examples_menu.actions()
    assert [a.text().casefold() for a in actions] == [s.name.casefold() for s in example_sources()]
    actions[0].trigger()
    assert pane.text == example_sources()[0].text
    assert pane.fact.startswith("cas fictif, ouvert à ")
    pane.examples_menu.close()


def test_typing_begins_a_source(window: MainWindow) -> None:
    QTest.keyClicks(window, "HTA")
    pane = window.drafting.source
    assert pane.text == "H"  # the editor takes the next letters
    assert pane.stack.currentWidget() is pane.editor
    assert pane.fact.startswith("saisie à ")


def test_clearing_can_be_undone(window: MainWindow) -> None:
    window.open_source(Source(NOTE))
    pane = window.drafting.source
    pane.clear()
    assert pane.stack.currentWidget() is pane.empty
    window.drafting.undo()
    assert pane.text == NOTE
    assert pane.stack.currentWidget() is pane.editor


def test_a_span_is_marked_where_it_stands(window: MainWindow) -> None:
    window.open_source(Source(NOTE))
    editor = window.drafting.source.editor
    start = NOTE.index("HTA")
    editor.show_spans([Span(start, start + 3)])
    (mark,) = editor.marks
    assert mark.start == start + 1  # one emoji before
    (area,) = editor.areas(mark)
    assert area.width() > 10
    editor.show_spans(())
    assert not editor.marks


def test_resizing_leaves_no_correction_to_undo(window: MainWindow) -> None:
    window.open_source(Source(NOTE))
    window.resize(1280, 720)
    window.resize(1500, 900)
    assert not window.drafting.source.editor.document().isUndoAvailable()


def test_a_long_source_opens_quickly(window: MainWindow) -> None:
    began = monotonic()
    window.open_source(Source(("Toux depuis 3 j, TA 12/8.\n\n" * 15_000)[:400_000]))
    assert monotonic() - began < 5


def test_a_scroll_bar_takes_nothing_from_the_text(window: MainWindow) -> None:
    editor = window.drafting.source.editor
    window.open_source(Source("Ligne courte."))
    width = editor.viewport().width()
    assert editor.verticalScrollBar().maximum() == 0
    window.open_source(Source("Ligne.\n" * 200))
    assert editor.verticalScrollBar().maximum() > 0
    assert abs(editor.viewport().width() - width) <= 1
