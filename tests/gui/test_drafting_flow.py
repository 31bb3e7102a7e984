"""From empty to done, stopped or failed; what is on screen is never lost."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from assistant.documents import Coverage, Mode, Source, Span
from assistant.drafting.document_type import document_types
from assistant.errors import AparteError, ErrorCode
from assistant.gui.controls import Chooser
from assistant.gui.drafting_flow import DraftingFlow, State
from assistant.gui.window import MainWindow
from tests.gui.conftest import choose_form
from tests.gui.fake_checker import FakeChecker
from tests.gui.fake_desk import NOTE, FakeDesk, drafted, letter, position


def test_empty(window: MainWindow) -> None:
    place = window.drafting
    assert place.flow.state is State.EMPTY
    assert not place.top.main.isEnabled()
    assert place.top.reason.text() == "Il manque la source"
    assert place.draft.fact == "rien d’écrit"
    assert not place.foot.copy.isEnabled()
    assert not place.foot.save.isEnabled()


def test_a_source_makes_ready(window: MainWindow) -> None:
    window.open_source(Source(NOTE))
    place = window.drafting
    assert place.flow.state is State.READY
    assert place.top.main.isEnabled()
    assert place.top.main.property("class") == "filled"
    assert place.top.reason.isHidden()


def test_blank_text_is_no_source(window: MainWindow) -> None:
    window.open_source(Source(" \n\t "))
    assert window.drafting.flow.state is State.EMPTY


def test_reading(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    place = window.drafting
    assert place.draft.status.title.text() == "Préparation"
    desk.read(window, len(NOTE) // 2)
    assert place.flow.state is State.READING
    assert place.draft.status.title.text() == "Lecture de la source"
    assert "35\u00a0secondes" in place.draft.status.sentence.text()
    assert place.draft.status.bar.share == pytest.approx(0.5, abs=0.02)
    assert place.foot.source.title.text().endswith("% de la source lue")
    assert place.source.editor.read_bar.isVisible()
    assert place.top.main.text() == "Arrêter"
    assert place.top.key.isVisible()
    assert not place.top.form.isEnabled()


def test_writing(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    desk.read(window, len(NOTE), 0.0)
    for until in (1, 2):
        desk.write(window, letter(finished=False, until=until))
    place = window.drafting
    assert place.flow.state is State.WRITING
    assert "mots placés sur" in place.draft.status.title.text()
    assert "HTA, FA." in place.draft.view.toPlainText()
    assert place.draft.view.isReadOnly()
    assert place.foot.sections.title.text() == "1\u00a0rubrique sur\u00a012"
    assert place.foot.sections.fact.text() == "une en cours"


def test_done(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    place = window.drafting
    assert place.flow.state is State.DONE
    assert place.top.main.text() == "Rédiger de nouveau"
    assert place.top.main.property("class") == "outlined"
    assert place.foot.copy.property("class") == "filled"
    assert place.foot.source.title.text() == "Source lue en entier"
    assert place.foot.sections.title.text() == "3\u00a0rubriques sur\u00a012"
    assert place.foot.sections.fact.text().startswith("manque\u00a0: patient et médecin traitant")
    assert not place.draft.view.isReadOnly()
    assert place.draft.status.isHidden()
    assert not place.source.editor.read_bar.isVisible()


def test_what_was_not_read_is_said(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    half = len(NOTE) // 2
    desk.finish(window, letter(), Coverage(half, len(NOTE), (Span(half, len(NOTE)),)))
    assert window.drafting.foot.source.title.text().endswith("% de la source lue")


def test_stop_keeps_the_text(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    desk.write(window, letter(finished=False, until=2))
    place = window.drafting
    place.top.main.click()
    assert desk.runs[-1].cancelled
    assert not place.top.main.isEnabled()
    assert place.draft.status.title.text() == "Arrêt en cours"
    desk.fail(window, ErrorCode.CANCELLED)
    assert place.flow.state is State.STOPPED
    assert "HTA, FA." in place.draft.text
    assert place.source.text == NOTE
    assert place.draft.notice.title.text() == "Arrêté à votre demande."
    assert place.foot.copy.isEnabled()


@pytest.mark.parametrize(
    "code", [ErrorCode.WORKER_DIED, ErrorCode.WORKER_HUNG, ErrorCode.WORKER_FAULT]
)
def test_failure_keeps_both_texts(window: MainWindow, desk: FakeDesk, code: ErrorCode) -> None:
    window.open_source(Source(NOTE))
    window.start()
    desk.write(window, letter(finished=False, until=2))
    desk.fail(window, code)
    place = window.drafting
    assert place.flow.state is State.FAILED
    assert place.source.text == NOTE
    assert "HTA, FA." in place.draft.text
    assert place.draft.notice.isVisible()
    shown = f"{place.draft.notice.title.text()} {place.draft.notice.detail.text()}"
    assert shown.strip() == code.sentence
    assert [b.text() for b in place.draft.notice.buttons] == ["Reprendre", "Copier le diagnostic"]
    place.draft.notice.buttons[0].click()
    assert len(desk.runs) == 2
    assert place.flow.state.running


def test_failure_before_any_text_brings_the_last_draft_back(
    window: MainWindow, desk: FakeDesk
) -> None:
    drafted(window, desk)
    place = window.drafting
    place.draft.view.selectAll()
    place.draft.view.insertPlainText("Corrigé à la main.")
    window.start()
    desk.read(window, 3)
    desk.fail(window, ErrorCode.WORKER_DIED)
    assert place.draft.text == "Corrigé à la main."
    assert place.draft.notice.isVisible()
    assert place.foot.copy.isEnabled()


def test_a_refusal_is_told_in_place(window: MainWindow, desk: FakeDesk) -> None:
    desk.refusal = AparteError(ErrorCode.SOURCE_TOO_LONG, characters="5", limit="4")
    window.open_source(Source(NOTE))
    window.start()
    place = window.drafting
    assert place.flow.state is State.FAILED
    assert place.draft.notice.title.text().startswith("La source compte 5 caractères")
    assert place.source.text == NOTE


def test_a_draft_corrected_by_hand_survives_the_next_one(
    window: MainWindow, desk: FakeDesk
) -> None:
    drafted(window, desk)
    place = window.drafting
    place.draft.view.moveCursor(place.draft.view.textCursor().MoveOperation.End)
    place.draft.view.insertPlainText(" À revoir.")
    window.start()
    desk.finish(window, letter())
    assert "À revoir." not in place.draft.text
    assert place.draft.fact.startswith("version\u00a02")
    assert place.draft.versions.isVisible()
    place.draft.versions.click()
    assert place.draft.text.endswith(" À revoir.")
    assert place.draft.fact.startswith("version\u00a01")
    place.draft.versions.click()
    assert "À revoir." not in place.draft.text


def test_late_reports_of_a_stopped_run_change_nothing(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    old = desk.runs[-1]
    desk.fail(window, ErrorCode.CANCELLED)
    window.start()
    old.listener.changed(letter())
    desk.read(window, 4)
    assert window.drafting.flow.state is State.READING
    assert not window.drafting.draft.written


def test_the_source_is_locked_only_while_running(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE))
    window.start()
    assert window.drafting.source.editor.isReadOnly()
    desk.finish(window, letter())
    assert not window.drafting.source.editor.isReadOnly()


def test_a_changed_source_is_said_and_drops_the_marks(window: MainWindow, desk: FakeDesk) -> None:
    drafted(window, desk)
    place = window.drafting
    place.draft.view.choose(position(place.draft.view, "HTA"))
    assert place.source.editor.marks
    place.source.editor.insertPlainText("Ajout. ")
    assert not place.source.editor.marks
    assert not place.draft.view.marks
    assert place.source.fact == "modifiée depuis le brouillon"
    assert place.draft.fact == "la source a changé depuis"
    assert place.top.main.property("class") == "filled"
    assert place.foot.copy.property("class") == "outlined"
    place.draft.view.choose(position(place.draft.view, "HTA"))
    assert not place.source.editor.marks


def test_the_core_gets_the_text_on_screen(window: MainWindow, desk: FakeDesk) -> None:
    window.open_source(Source(NOTE, "note"))
    window.start()
    assert desk.sources[-1].text == NOTE


def test_one_way_of_drafting_is_a_quiet_word(window: MainWindow) -> None:
    mode = window.drafting.top.mode
    assert mode.property("text") == "Copie stricte"
    assert mode.toolTip()


def test_two_ways_are_a_choice(window: MainWindow, desk: FakeDesk) -> None:
    desk.ways = (Mode.STRICT_COPY, Mode.VERIFIED)
    other = MainWindow(desk, FakeChecker(), window.settings_page.settings)
    other.drafting.top.mode.activated.emit(1)  # type: ignore[attr-defined]
    assert other.drafting.flow.mode is Mode.VERIFIED
    other.close()
    shiboken6.delete(other)


def test_a_form_that_is_not_copied_is_off_and_says_why(window: MainWindow) -> None:
    chooser = window.drafting.top.form
    index = chooser.findData("mots_simples")
    assert not chooser.model().flags(chooser.model().index(index, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "copie stricte" in chooser.itemData(index, Qt.ItemDataRole.ToolTipRole)
    chooser.setCurrentIndex(index - 1)
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    assert chooser.currentIndex() == index - 1


def test_a_form_that_is_not_copied_is_written(window: MainWindow, desk: FakeDesk) -> None:
    desk.ways = (Mode.STRICT_COPY, Mode.VERIFIED)
    other = MainWindow(desk, FakeChecker(), window.settings_page.settings)
    choose_form(other, "mots_simples")
    mode = other.drafting.top.mode
    assert isinstance(mode, Chooser)
    assert other.drafting.flow.mode is Mode.VERIFIED
    assert mode.currentData() == Mode.VERIFIED
    assert "copie stricte" in mode.itemData(0, Qt.ItemDataRole.ToolTipRole)
    choose_form(other, "saed")
    assert "copie stricte" not in mode.itemData(0, Qt.ItemDataRole.ToolTipRole)
    other.close()
    shiboken6.delete(other)


def test_the_promise_is_shown_only_once_it_holds(window: MainWindow, desk: FakeDesk) -> None:
    seal = window.drafting.top.facts.seal
    assert seal.isHidden()
    desk.seal = True
    window.open_source(Source(NOTE))
    assert seal.isVisible()
    assert seal.words.text() == "Aucune donnée ne sort de ce poste"


def test_the_plan_follows_the_form(window: MainWindow) -> None:
    top, view = window.drafting.top, window.drafting.draft.view
    for form in document_types().values():
        index = top.form.findData(form.id)
        top.form.setCurrentIndex(index)
        top.form.activated.emit(index)
        assert view.toPlainText().split("\n") == [h.title for h in form.headings]
        assert window.drafting.draft.status.sentence.text().startswith(form.plan)


def test_the_start_of_a_draft_does_not_push_a_whole_one_out(
    window: MainWindow, desk: FakeDesk
) -> None:
    drafted(window, desk)
    place = window.drafting
    place.draft.view.moveCursor(QTextCursor.MoveOperation.End)
    place.draft.view.insertPlainText(" À revoir.")
    for until in (1, 2):
        window.start()
        desk.write(window, letter(finished=False, until=until))
        desk.fail(window, ErrorCode.CANCELLED)
    assert "HTA, FA." in place.draft.text
    place.draft.versions.click()
    assert place.draft.text.endswith(" À revoir.")


def test_what_was_told_goes_once_the_source_is_corrected(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.refusal = AparteError(ErrorCode.SOURCE_EMPTY)
    window.open_source(Source("..."))
    window.start()
    assert window.drafting.draft.notice.isVisible()
    window.drafting.source.editor.insertPlainText(NOTE)
    assert not window.drafting.draft.notice.isVisible()
    assert window.drafting.flow.state is State.READY


def test_a_pause_in_typing_lets_the_model_read_ahead(qtbot: QtBot) -> None:
    desk = FakeDesk()
    flow = DraftingFlow(desk)
    for length in range(1, len(NOTE)):
        flow.set_source(NOTE[:length])
    qtbot.waitUntil(lambda: bool(desk.read_early), timeout=5000)
    assert [source.text for source in desk.read_early] == [NOTE[:-1]]
    flow.close()
