"""The draft on screen: its text, its passages, its corrections."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest

from assistant.documents import Source
from assistant.gui.draft_document import Kind, kind_of
from assistant.gui.phrases import UNSORTED_NOTE
from assistant.gui.reading_text import blocks
from assistant.gui.tokens import DARK
from assistant.gui.window import MainWindow
from tests.gui.fake_desk import NOTE, FakeDesk, drafted, letter, position


def test_the_text_is_the_draft_s(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    assert window.drafting.draft.text == letter().text


def test_headings_are_bold_and_nothing_else(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    for block in blocks(window.drafting.draft.view.document()):
        bold = block.begin().fragment().charFormat().fontWeight() > 500
        assert bold is (kind_of(block) is Kind.HEADING)


def test_unsorted_stands_last_with_one_sentence(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    lines = window.drafting.draft.view.document().toRawText().split("\u2029")
    assert lines[-3:] == ["À classer", UNSORTED_NOTE, "Vu avec l’IDE."]
    assert UNSORTED_NOTE not in window.drafting.draft.text


def test_headings_to_come_keep_their_place(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    desk.write(window, letter(finished=False, until=2))
    lines = window.drafting.draft.view.toPlainText().split("\n")
    assert lines[:5] == [
        "Patient et médecin traitant",
        "Motif d’hospitalisation",
        "chute 🩺 à domicile.",
        "Antécédents, allergies et mode de vie",
        "HTA, FA.",
    ]
    assert lines[-1] == "Personne à contacter et information"
    assert "Patient" not in window.drafting.draft.text


def test_clicking_a_passage_shows_its_source(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    view, editor = window.drafting.draft.view, window.drafting.source.editor
    cursor = QTextCursor(view.document())
    cursor.setPosition(position(view, "bisoprolol") + 2)
    where = view.cursorRect(cursor).center()
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view.viewport(), left, pos=QPoint(where.x(), where.y()))
    (mark,) = editor.marks
    chosen = QTextCursor(editor.document())
    chosen.setPosition(mark.start)
    chosen.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
    assert chosen.selectedText() == "bisoprolol 5\u00a0mg."
    assert len(view.marks) == 1
    assert editor.areas(mark)


def test_clicking_a_heading_shows_nothing(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    view = window.drafting.draft.view
    view.choose(position(view, "HTA"))
    assert window.drafting.source.editor.marks
    view.choose(position(view, "Motif"))
    assert not window.drafting.source.editor.marks


def test_choosing_scrolls_the_source(window: MainWindow, desk: FakeDesk) -> None:
    long = "Ligne.\n" * 200 + NOTE
    window.open_source(Source(long))
    window.start()
    desk.finish(window, letter(source=long))
    view, editor = window.drafting.draft.view, window.drafting.source.editor
    assert editor.verticalScrollBar().value() == 0
    view.choose(position(view, "HTA"))
    assert editor.verticalScrollBar().value() > 0
    assert 0 <= editor.areas(editor.marks[0])[0].top() < editor.viewport().height()


def test_corrections_undo_and_redo(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    pane = window.drafting.draft
    assert not pane.undo.isEnabled()
    pane.view.moveCursor(QTextCursor.MoveOperation.End)
    pane.view.insertPlainText(" Vu.")
    assert pane.text.endswith("IDE. Vu.")
    pane.undo.click()
    assert pane.text == letter().text
    assert not pane.undo.isEnabled()
    pane.redo.click()
    assert pane.text.endswith("IDE. Vu.")


def test_spans_follow_the_corrections(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    view, editor = window.drafting.draft.view, window.drafting.source.editor
    view.moveCursor(QTextCursor.MoveOperation.Start)
    view.insertPlainText("Cher confrère, ")
    view.choose(position(view, "HTA") + 1)
    assert editor.marks


def test_a_line_typed_after_a_heading_is_text(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    view = window.drafting.draft.view
    view.moveCursor(QTextCursor.MoveOperation.Start)
    view.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClicks(view, "abc")
    assert kind_of(view.textCursor().block()) is Kind.TEXT
    assert view.textCursor().charFormat().fontWeight() < 500
    assert window.drafting.draft.text.startswith("Motif d’hospitalisation\nabc\nchute")


def test_copy(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    window.drafting.foot.copy.click()
    assert QGuiApplication.clipboard().text() == letter().text
    assert window.drafting.foot.said.text() == "Brouillon copié"


def test_copying_a_selection_leaves_our_note_out(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    window.drafting.draft.view.selectAll()
    window.drafting.draft.view.copy()
    copied = QGuiApplication.clipboard().text()
    assert UNSORTED_NOTE not in copied
    assert copied == letter().text


def test_save(window: MainWindow, desk: FakeDesk, tmp_path: Path) -> None:
    drafted(window, desk)
    file = tmp_path / "lettre.txt"
    window.drafting.save_to(str(file))
    assert file.read_text("utf-8") == letter().text + "\n"
    assert window.drafting.foot.said.text().startswith("Enregistré à")


def test_a_file_that_cannot_be_written_is_told(
    window: MainWindow, desk: FakeDesk, tmp_path: Path
) -> None:
    drafted(window, desk)
    window.drafting.save_to(str(tmp_path / "absent" / "lettre.txt"))
    assert window.drafting.draft.notice.isVisible()
    assert "ne peut pas être enregistré" in window.drafting.draft.notice.title.text()
    assert window.drafting.draft.text == letter().text


def test_the_diagnosis_goes_to_the_clipboard(window: MainWindow) -> None:
    window.drafting.copy_diagnosis()
    assert QGuiApplication.clipboard().text() == "Aparté : essai"


def test_the_plan_fits_a_small_window(window: MainWindow) -> None:
    for size in ((1440, 900), (1280, 720)):
        window.resize(*size)
        view = window.drafting.draft.view
        assert view.verticalScrollBar().maximum() == 0
        assert view.document().blockCount() == 12
    window.resize(960, 400)
    assert view.document().blockCount() == 12


def test_changing_theme_keeps_the_corrections_and_recolours_our_note(
    window: MainWindow, desk: FakeDesk
) -> None:
    drafted(window, desk)
    pane = window.drafting.draft
    pane.view.moveCursor(QTextCursor.MoveOperation.End)
    pane.view.insertPlainText(" Vu.")
    window.settings_page.themes["sombre"].click()
    note = next(b for b in blocks(pane.view.document()) if kind_of(b) is Kind.NOTE)
    (ink,) = note.layout().formats()
    assert ink.format.foreground().color().name().upper() == DARK.ink2
    assert pane.text.endswith(" Vu.")
    pane.undo.click()
    assert pane.text == letter().text
    window.settings_page.themes["clair"].click()


def test_typing_in_the_source_does_not_rebuild_the_plan(window: MainWindow) -> None:
    view = window.drafting.draft.view
    window.open_source(Source(NOTE))
    shown = view.document()
    window.drafting.source.editor.insertPlainText("a")
    assert view.document() is shown
