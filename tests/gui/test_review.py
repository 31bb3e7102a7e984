"""Points beside a draft: chosen, decided, taken back; nothing leaves before the grave ones are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from assistant.documents import Source, Span
from assistant.errors import ErrorCode
from assistant.findings import Finding, Kind, Origin, Severity
from assistant.gui.checking_flow import CheckingState
from assistant.gui.marks import Look
from assistant.gui.open_point import OpenPoint
from assistant.gui.pasted_draft import pasted_draft
from assistant.gui.point_rows import FiledPoint
from assistant.gui.points import Decision, Point
from assistant.gui.rail import SETTINGS
from assistant.gui.reading_text import PAD, PAD_RIGHT, ReadingText
from assistant.gui.theme import set_theme
from assistant.gui.window import MainWindow
from tests.gui.fake_checker import FakeChecker, dose, unsupported
from tests.gui.fake_desk import FakeDesk, drafted, position
from tests.gui.reviewed import (
    ALONE,
    DRAFT,
    PENDING,
    SOURCE,
    press,
    reviewed,
    settle,
    three_points,
    type_over,
)

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def words(window: MainWindow) -> list[str]:
    """What the list of points says, from top to bottom."""
    labels = window.drafting.points.list.findChildren(QLabel)
    shown = [one for one in labels if one.isVisible() and one.text()]
    return [one.text() for one in sorted(shown, key=lambda one: _top(one, window))]


def _top(label: QLabel, window: MainWindow) -> tuple[int, int]:
    where = label.mapTo(window, QPoint(0, 0))
    return (where.y(), where.x())


def opened(window: MainWindow) -> OpenPoint:
    row = window.drafting.points.open_row
    assert row is not None
    return row


# --- what is shown ------------------------------------------------------------------------


def test_points_stand_by_gravity_and_the_first_is_open(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    points, review = window.drafting.points, window.drafting.review
    assert points.count.text() == "1 sur\u00a03"
    assert [p.finding.kind for p in review.open_points] == [
        Kind.DOSE,
        Kind.OMISSION,
        Kind.STATEMENT,
    ]
    said = words(window)
    assert said[:2] == ["Graves", "2 à décider"]
    assert "Posologie différente de la source" in said
    assert {"5\u00a0mg", "2,5\u00a0mg"} <= set(said)
    assert said[said.index("Mineurs") + 1] == "1 à voir"
    card = opened(window)
    assert card.correct.text() == "Remplacer par 5\u00a0mg"
    assert card.keep.text() == "Garder 2,5\u00a0mg"
    assert card.correct.property("class") == "filled"


def test_a_strict_copy_is_reviewed_too(
    window: MainWindow, desk: FakeDesk, checker: FakeChecker
) -> None:
    checker.rule = lambda _source, draft: [unsupported(draft, "HTA, FA.")]
    drafted(window, desk)
    assert window.drafting.points.count.text() == "1 sur\u00a01"
    assert window.drafting.foot.copy.property("class") == "outlined"


def test_both_passages_are_marked_where_they_stand(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    view, editor = window.drafting.draft.view, window.drafting.source.editor
    marked = {(s.look, s.chosen, s.cursor.selectedText()) for s in view.signs}
    assert marked == {(Look.GRAVE, True, "2,5 mg"), (Look.MINOR, False, ALONE)}
    marked = {(s.look, s.chosen, s.cursor.selectedText()) for s in editor.signs}
    assert marked == {(Look.GRAVE, True, "5 mg"), (Look.GRAVE, False, PENDING)}


def test_marks_never_reflow_the_text(window: MainWindow, checker: FakeChecker) -> None:
    window.open_source(Source(SOURCE))
    flow, view = window.drafting.flow, window.drafting.draft.view
    flow.open_draft(pasted_draft(DRAFT, flow.form))
    lines = [view.position_y(i) for i in range(len(DRAFT))]
    checker.rule = three_points
    window.drafting.review.checking.retry()
    assert window.drafting.review.points
    assert [view.position_y(i) for i in range(len(DRAFT))] == lines


def test_a_click_on_a_mark_or_its_sign_chooses_the_point(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    review = window.drafting.review
    for text in (window.drafting.draft.view, window.drafting.source.editor):
        review.choose(review.points[0])
        other = next(sign for sign in text.signs if not sign.chosen)
        where = text.areas(other.mark)[0].center().toPoint()
        QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert review.chosen is other.point
        review.choose(review.points[0])
        QTest.qWait(1)
        beside = QPoint(25, where.y())
        assert text.margin.sign_at(beside) is not None
        QTest.mouseClick(text.margin, Qt.MouseButton.LeftButton, pos=beside)
        assert review.chosen is other.point
        assert not text.marks


def test_choosing_scrolls_both_texts(window: MainWindow, checker: FakeChecker) -> None:
    long_source, long_draft = "Ligne.\n" * 120 + SOURCE, "Ligne.\n" * 120 + DRAFT
    checker.rule = three_points
    window.open_source(Source(long_source))
    flow, review = window.drafting.flow, window.drafting.review
    flow.open_draft(pasted_draft(long_draft, flow.form))
    texts: tuple[ReadingText, ReadingText] = (
        window.drafting.draft.view,
        window.drafting.source.editor,
    )
    assert [text.verticalScrollBar().value() for text in texts] == [0, 0]
    review.choose(review.points[0])
    for text in texts:
        (sign,) = [sign for sign in text.signs if sign.chosen]
        assert 0 <= text.areas(sign.mark)[0].top() < text.viewport().height()


# --- the thread ---------------------------------------------------------------------------


def test_the_thread_stays_in_the_margins(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    QTest.qWait(1)
    panes, review = window.drafting.panes, window.drafting.review
    for point in review.open_points:
        review.choose(point)
        lines = panes.tie.lines
        assert lines
        for text in (window.drafting.draft.view, window.drafting.source.editor):
            corner = text.viewport().mapTo(panes, QPoint(0, 0))
            words_area = text.viewport().rect().adjusted(PAD, 0, -PAD_RIGHT, 0).translated(corner)
            touched = [p for line in lines for p in line if words_area.contains(p)]
            assert not touched, point.finding.title


def test_the_thread_points_to_what_is_scrolled_away(
    window: MainWindow, checker: FakeChecker
) -> None:
    checker.rule = three_points
    window.open_source(Source(SOURCE + "\nLigne." * 200))
    flow, review = window.drafting.flow, window.drafting.review
    flow.open_draft(pasted_draft(DRAFT, flow.form))
    review.choose(review.points[0])
    bar = window.drafting.source.editor.verticalScrollBar()
    before = window.drafting.panes.tie.lines
    bar.setValue(bar.maximum())
    QTest.qWait(1)
    after = window.drafting.panes.tie.lines
    assert before != after
    assert not window.grab().isNull()


# --- deciding -----------------------------------------------------------------------------


def test_deciding_moves_nothing_and_choosing_files(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    review, points = window.drafting.review, window.drafting.points
    QTest.qWait(1)
    rows = {row: row.geometry() for row in points._rows.values()}
    opened(window).keep.click()
    QTest.qWait(1)
    assert {row: row.geometry() for row in points._rows.values()} == rows
    assert opened(window).decided.text() == "Gardé\u00a0: bisoprolol 2,5\u00a0mg"
    assert words(window)[:2] == ["Graves", "1 à décider"]
    review.step(+1)
    assert words(window)[-3:-1] == ["Décidés", "1"]
    assert [p.finding.kind for p in review.filed_points] == [Kind.DOSE]


def test_correcting_moves_nothing_either(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    points = window.drafting.points
    QTest.qWait(1)
    rows = {row: row.geometry() for row in points._rows.values()}
    opened(window).correct.click()
    settle(window)
    QTest.qWait(1)
    assert {row: row.geometry() for row in points._rows.values()} == rows
    window.drafting.review.step(+1)
    assert window.drafting.review.chosen is window.drafting.review.open_points[0]


def test_replacing_writes_what_the_source_says(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    opened(window).correct.click()
    settle(window)
    assert "bisoprolol 5 mg le matin" in place.draft.text
    assert place.review.graves_left == 1
    assert opened(window).decided.text() == "Corrigé\u00a0: bisoprolol 5\u00a0mg"
    opened(window).undo.click()
    settle(window)
    assert place.draft.text == DRAFT
    assert place.review.graves_left == 2
    assert opened(window).correct.isVisible()


def test_ctrl_z_takes_a_replacement_back_and_its_decision(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    opened(window).correct.click()
    settle(window)
    assert window.drafting.review.points[0].decision is Decision.REPLACED
    window.drafting.draft.view.setFocus()
    press(window, Qt.Key.Key_Z, CONTROL)
    settle(window)
    assert window.drafting.draft.text == DRAFT
    assert [p.decision for p in window.drafting.review.points] == [None, None, None]


def test_what_is_left_out_is_added_under_the_right_heading(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    place = window.drafting
    place.review.step(+1)
    opened(window).correct.click()
    settle(window)
    wanted = f"Cher confrère 🩺,\n\nRésultats en attente\n{PENDING}\n\nTraitement de sortie\n"
    assert place.draft.text.startswith(wanted)
    assert place.review.graves_left == 1
    place.draft.view.undo()
    assert place.draft.text == DRAFT
    settle(window)
    opened(window).correct.click()
    opened(window).undo.click()
    assert place.draft.text == DRAFT


def test_leaving_aside_keeps_the_draft(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    window.drafting.review.step(+1)
    opened(window).keep.click()
    assert opened(window).decided.text().startswith("Laissé de côté\u00a0: TSH prélevée")
    assert window.drafting.draft.text == DRAFT


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        (DRAFT, DRAFT.replace(ALONE + " ", "")),
        (DRAFT.replace(" Elle marche.", ""), DRAFT.replace(f"\n{ALONE} Elle marche.", "")),
        (f"Elle marche. {ALONE}", "Elle marche."),
    ],
)
def test_a_sentence_is_removed_with_the_space_it_leaves(
    window: MainWindow, checker: FakeChecker, draft: str, left: str
) -> None:
    reviewed(window, checker, draft)
    place = window.drafting
    place.review.choose(place.review.open_points[-1])
    opened(window).correct.click()
    assert place.draft.text == left
    settle(window)
    opened(window).undo.click()
    assert place.draft.text == draft


def test_without_words_to_propose_the_passage_is_shown_to_be_corrected(
    window: MainWindow, checker: FakeChecker
) -> None:
    def absent(_source: str, draft: str) -> list[Finding]:
        if "2,5 mg" not in draft:
            return []
        start = draft.index("2,5 mg")
        place, title = Span(start, start + 6), "Nombre absent de la source"
        told = "« 2,5 mg » ne figure pas dans la source."
        return [Finding(Kind.FIGURE, Severity.GRAVE, place, None, title, told, draft_value="2,5")]

    checker.rule = absent
    window.open_source(Source(SOURCE))
    place = window.drafting
    place.flow.open_draft(pasted_draft(DRAFT, place.flow.form))
    assert opened(window).correct.text() == "Corriger le passage"
    assert "ne le dit pas" in words(window)
    opened(window).correct.click()
    assert place.draft.view.textCursor().selectedText() == "2,5 mg"
    assert QApplication.focusWidget() is place.draft.view
    QTest.keyClicks(place.draft.view, "5 mg")
    settle(window)
    assert not place.review.points
    assert place.foot.copy.property("class") == "filled"


# --- going on -----------------------------------------------------------------------------


def test_a_decision_lasts_while_its_words_do(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    opened(window).keep.click()
    type_over(place.draft.view, "Elle marche.", "Elle marche avec une canne.")
    type_over(place.source.editor, "Motif", "Motif d’entrée")
    settle(window)
    assert place.review.graves_left == 1
    assert place.review.points[0].decision is Decision.KEPT
    type_over(place.source.editor, "bisoprolol 5 mg", "bisoprolol 10 mg")
    checker.rule = lambda source, draft: [dose(source, draft, "10 mg", "2,5 mg")]
    settle(window)
    assert place.review.graves_left == 1
    assert place.review.points[0].decision is None


def test_two_points_alike_are_decided_one_by_one(window: MainWindow, checker: FakeChecker) -> None:
    draft = "bisoprolol 2,5 mg\nPuis bisoprolol 2,5 mg"

    def twice(source: str, shown: str) -> list[Finding]:
        first = dose(source, shown, "5 mg", "2,5 mg")
        assert first.draft_span is not None
        rest = " " * first.draft_span.end + shown[first.draft_span.end :]
        return [first, dose(source, rest, "5 mg", "2,5 mg")]

    window.open_source(Source(SOURCE))
    checker.rule = twice
    place = window.drafting
    place.flow.open_draft(pasted_draft(draft, place.flow.form))
    opened(window).keep.click()
    type_over(place.draft.view, "Puis", "Ensuite, ")
    settle(window)
    assert [p.decision for p in place.review.points] == [Decision.KEPT, None]


def test_what_is_typed_right_is_no_point_any_more(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    type_over(place.draft.view, "2,5 mg", "5 mg")
    assert place.review.graves_left == 2  # until the pause
    settle(window)
    assert place.review.graves_left == 1


def test_the_other_version_keeps_its_decisions(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    opened(window).keep.click()
    place.flow.open_draft(pasted_draft("Rien.", place.flow.form))
    assert place.review.graves_left == 1
    place.flow.swap_versions()
    assert place.draft.text == DRAFT
    assert [p.decision for p in place.review.points] == [Decision.KEPT, None, None]


def test_keys(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    review = window.drafting.review
    first, second, third = review.open_points

    def chosen() -> Point | None:
        return review.chosen

    press(window, Qt.Key.Key_F8)
    assert chosen() is second
    press(window, Qt.Key.Key_F8, SHIFT)
    press(window, Qt.Key.Key_F8, SHIFT)
    assert chosen() is third
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_G, ALT)
    assert first.decision is Decision.KEPT
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_R, ALT)
    assert second.decision is Decision.ADDED
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_G, ALT)
    press(window, Qt.Key.Key_F8)
    assert chosen() is None
    assert window.drafting.points.count.text() == "tous décidés"
    assert all(point.filed for point in review.points)
    window.drafting.points.take_focus()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == (
        "Grave\u00a0: Posologie différente de la source. Gardé\u00a0: bisoprolol 2,5\u00a0mg"
    )


def test_keys_decide_nothing_from_another_place(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    window.show_place(SETTINGS)
    for key in (Qt.Key.Key_G, Qt.Key.Key_R):
        press(window, key, ALT)
    press(window, Qt.Key.Key_F8)
    assert window.drafting.review.graves_left == 2
    assert window.drafting.draft.text == DRAFT


def test_a_decision_is_taken_back_from_the_decided(
    window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    review = window.drafting.review
    opened(window).keep.click()
    review.step(+1)
    (filed,) = [r for r in window.drafting.points._rows.values() if isinstance(r, FiledPoint)]
    filed.undo.click()
    assert review.graves_left == 2
    assert review.chosen is review.points[0]


# --- the draft leaves ---------------------------------------------------------------------


def test_nothing_leaves_before_the_grave_points_are_decided(
    window: MainWindow, checker: FakeChecker
) -> None:
    QGuiApplication.clipboard().setText("avant")
    reviewed(window, checker)
    place = window.drafting
    foot, review = place.foot, place.review
    assert foot.gate.isVisible()
    assert foot.gate.accessibleName() == "2\u00a0points graves à décider"
    assert foot.copy.property("class") == foot.save.property("class") == "off"
    assert foot.copy.accessibleDescription() == "2\u00a0points graves à décider"
    review.choose(review.open_points[-1])
    foot.copy.click()
    assert QGuiApplication.clipboard().text() == "avant"
    assert review.chosen is review.open_points[0]
    review.choose(review.open_points[-1])
    foot.gate.click()
    assert review.chosen is review.open_points[0]
    review.keep()
    assert foot.gate.accessibleName() == "1\u00a0point grave à décider"
    review.step(+1)
    review.keep()
    assert not foot.gate.isVisible()
    foot.copy.click()
    assert QGuiApplication.clipboard().text() == DRAFT


def test_only_one_button_is_filled(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    place.review.keep()
    place.review.step(+1)
    place.review.keep()
    assert place.foot.copy.property("class") == "filled"
    place.review.step(+1)  # the minor one: its action is what there is to do
    assert place.foot.copy.property("class") == "outlined"
    assert opened(window).correct.property("class") == "filled"


def test_leaving_waits_for_the_check_that_is_due(window: MainWindow, checker: FakeChecker) -> None:
    reviewed(window, checker)
    place = window.drafting
    for _ in range(2):
        place.review.keep()
        place.review.step(+1)
    QGuiApplication.clipboard().setText("avant")
    checker.waits = True
    type_over(place.draft.view, "Elle marche.", "Elle marche seule.")
    place.foot.copy.click()
    assert place.foot.said.text() == "Contrôle en cours"
    assert QGuiApplication.clipboard().text() == "avant"
    checker.answer()
    place.review.checking.gather()
    assert QGuiApplication.clipboard().text().endswith("Elle marche seule.")
    assert place.foot.said.text() == "Brouillon copié"


def test_a_new_grave_point_stops_what_was_leaving(window: MainWindow, checker: FakeChecker) -> None:
    checker.rule = three_points
    window.open_source(Source(SOURCE))
    place = window.drafting
    good = DRAFT.replace("2,5", "5").replace("Elle marche.", PENDING)
    place.flow.open_draft(pasted_draft(good, place.flow.form))
    QGuiApplication.clipboard().setText("avant")
    type_over(place.draft.view, "bisoprolol 5 mg", "bisoprolol 2,5 mg")
    place.foot.copy.click()
    assert QGuiApplication.clipboard().text() == "avant"
    assert place.review.chosen is place.review.points[0]


def test_a_check_that_failed_does_not_hold_the_draft(
    window: MainWindow, checker: FakeChecker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker.faults = [ErrorCode.CHECK_FAILED]
    reviewed(window, checker)
    file = tmp_path / "b.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    window.drafting.save()
    assert file.read_text("utf-8") == DRAFT + "\n"


# --- the check ----------------------------------------------------------------------------


def test_typing_is_checked_after_a_pause(
    qtbot: QtBot, window: MainWindow, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    asked = len(checker.asked)
    view = window.drafting.draft.view
    view.setFocus()
    QTest.keyClicks(view, "Madame, ")
    assert len(checker.asked) == asked
    qtbot.waitUntil(lambda: len(checker.asked) == asked + 1, timeout=5000)
    assert checker.asked[-1] == (SOURCE, window.drafting.draft.text)


def test_what_was_found_of_another_text_is_not_shown(
    window: MainWindow, checker: FakeChecker
) -> None:
    checker.waits = True
    reviewed(window, checker)
    place = window.drafting
    assert place.points.state.title.text() == "Contrôle en cours"
    type_over(place.draft.view, "2,5 mg", "5 mg")
    checker.answer()
    place.review.checking.gather()
    assert not place.review.points
    assert place.review.checking.state is CheckingState.CHECKING
    settle(window)
    checker.answer()
    place.review.checking.gather()
    assert [p.finding.kind for p in place.review.points] == [Kind.OMISSION, Kind.STATEMENT]


def test_nothing_found_is_said_with_care(window: MainWindow, checker: FakeChecker) -> None:
    window.open_source(Source(SOURCE))
    place = window.drafting
    place.flow.open_draft(pasted_draft(DRAFT, place.flow.form))
    assert place.points.state.title.text() == "Aucun point à vérifier"
    assert place.points.foot_note.text() == "Ce contrôle ne remplace pas votre relecture."
    assert place.foot.copy.property("class") == "filled"


def test_a_check_that_failed_is_told_and_asked_again(
    window: MainWindow, checker: FakeChecker
) -> None:
    checker.faults = [ErrorCode.CHECK_FAILED]
    reviewed(window, checker)
    points = window.drafting.points
    assert points.notice.isVisible()
    assert points.notice.title.text() == "Le contrôle du brouillon n’a pas abouti."
    points.notice.buttons[0].click()
    assert not points.notice.isVisible()
    assert window.drafting.review.graves_left == 2


def test_a_check_that_was_stopped_starts_again_by_itself(
    window: MainWindow, checker: FakeChecker
) -> None:
    checker.faults = [ErrorCode.CHECK_STOPPED]
    reviewed(window, checker)
    assert window.drafting.review.graves_left == 2
    checker.faults = [ErrorCode.CHECK_STOPPED, ErrorCode.CHECK_STOPPED]
    window.drafting.review.checking.retry()
    assert window.drafting.points.notice.isVisible()
    assert window.drafting.review.graves_left == 2  # what was found is still there to decide


def test_a_slow_check_says_so(qtbot: QtBot, window: MainWindow, checker: FakeChecker) -> None:
    checker.waits = True
    reviewed(window, checker)
    state = window.drafting.points.state
    qtbot.waitUntil(lambda: "quelques secondes" in state.sentence.text(), timeout=5000)
    checker.answer()
    window.drafting.review.checking.gather()
    assert window.drafting.points.count.text() == "1 sur\u00a03"


def test_many_points_are_shown_a_window_at_a_time(window: MainWindow, checker: FakeChecker) -> None:
    draft = "\n".join(f"Phrase inventée {i}." for i in range(300))
    checker.rule = lambda _source, shown: [
        unsupported(shown, f"Phrase inventée {i}.") for i in range(300)
    ]
    window.open_source(Source(SOURCE))
    place = window.drafting
    place.flow.open_draft(pasted_draft(draft, place.flow.form))
    assert len(place.points._rows) == 60
    assert words(window)[-1] == "240\u00a0points après ceux-ci"
    place.review.step(-1)
    assert place.points.count.text() == "300 sur\u00a0300"
    assert opened(window).isVisible()
    assert "240\u00a0points avant ceux-ci" in words(window)


# --- a draft of one's own -----------------------------------------------------------------


def test_a_draft_is_pasted_and_checked_without_a_model(
    window: MainWindow, desk: FakeDesk, checker: FakeChecker
) -> None:
    checker.rule = three_points
    pane = window.drafting.draft
    window.open_source(Source(SOURCE))
    assert pane.paste.isVisible()
    QGuiApplication.clipboard().setText(DRAFT)
    pane.paste.click()
    assert pane.text == DRAFT
    assert pane.fact.startswith("version\u00a01, collée à\u00a0")
    assert not pane.paste.isVisible()
    assert not desk.runs
    assert window.drafting.review.graves_left == 2
    assert window.drafting.foot.sections.title.text() == "2\u00a0rubriques"
    QGuiApplication.clipboard().setText("Autre.")
    pane.another.click()
    assert pane.text == "Autre."
    pane.versions.click()
    assert pane.text == DRAFT


def test_an_empty_clipboard_is_told(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(" ")
    window.drafting.draft.paste.click()
    assert window.drafting.draft.notice.title.text() == (
        "Le presse-papiers ne contient pas de texte."
    )


def test_a_draft_is_typed(window: MainWindow, checker: FakeChecker) -> None:
    checker.rule = three_points
    window.open_source(Source(SOURCE))
    pane = window.drafting.draft
    pane.type.click()
    assert QApplication.focusWidget() is pane.view
    QTest.keyClicks(pane.view, "bisoprolol 2,5 mg")
    settle(window)
    assert window.drafting.review.graves_left == 2


def test_without_a_source_the_pane_says_what_is_missing(window: MainWindow) -> None:
    place = window.drafting
    place.flow.open_draft(pasted_draft(DRAFT, place.flow.form))
    assert place.points.state.title.text() == "Il manque la source"
    assert place.foot.copy.property("class") == "outlined"
    place.foot.copy.click()
    assert QGuiApplication.clipboard().text() == DRAFT


def test_a_pasted_draft_is_not_lost_to_a_run(
    window: MainWindow, desk: FakeDesk, checker: FakeChecker
) -> None:
    reviewed(window, checker)
    window.start()
    desk.fail(window, ErrorCode.CANCELLED)
    assert window.drafting.draft.text == DRAFT
    assert window.drafting.review.graves_left == 2


# --- where sentences come from ------------------------------------------------------------


def test_the_source_of_a_sentence_shows_under_the_mouse_and_stays_on_a_click(
    window: MainWindow, checker: FakeChecker
) -> None:
    start = SOURCE.index("TSH")
    place = Span(start, len(SOURCE))
    checker.origins = lambda _source, draft: [
        Origin(Span(draft.index("Elle"), len(draft)), (place,), 0.9)
    ]
    window.open_source(Source(SOURCE))
    drafting = window.drafting
    drafting.flow.open_draft(pasted_draft(DRAFT, drafting.flow.form))
    view, editor = drafting.draft.view, drafting.source.editor
    where = view.cursorRect(_at(view, "Elle marche")).center()
    QTest.mouseMove(view.viewport(), where)
    assert [editor.select(mark).selectedText() for mark in editor.passed] == [SOURCE[start:]]
    assert [view.select(mark).selectedText() for mark in view.passed] == ["Elle marche."]
    QTest.mouseMove(view.viewport(), QPoint(1, view.viewport().height() - 1))
    assert not editor.passed
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [editor.select(mark).selectedText() for mark in editor.marks] == [SOURCE[start:]]
    assert view.sign_at(QPointF(where)) is None


def _at(view: ReadingText, text: str) -> QTextCursor:
    cursor = view.textCursor()
    cursor.setPosition(position(view, text) + 3)
    return cursor


def test_what_is_edited_comes_from_nowhere_until_it_is_checked(
    window: MainWindow, checker: FakeChecker
) -> None:
    checker.origins = lambda _source, draft: [Origin(Span(0, len(draft)), (Span(0, 5),), 1.0)]
    window.open_source(Source(SOURCE))
    drafting = window.drafting
    drafting.flow.open_draft(pasted_draft("Elle marche.", drafting.flow.form))
    drafting.draft.view.choose(3)
    assert drafting.source.editor.marks
    type_over(drafting.draft.view, "marche", "court")
    drafting.draft.view.choose(3)
    assert not drafting.source.editor.marks
    settle(window)
    drafting.draft.view.choose(3)
    assert drafting.source.editor.marks


# --- room ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "wide"), [(1440, True), (1280, True), (1100, True), (960, False)]
)
def test_three_panes_or_two(
    window: MainWindow, checker: FakeChecker, width: int, wide: bool
) -> None:
    reviewed(window, checker)
    window.resize(width, 720)
    QTest.qWait(1)
    place = window.drafting
    assert place.source.isVisible()
    assert place.points.isVisible() is wide
    if wide:
        assert place.points.width() >= 320
        assert place.draft.width() >= 360
        return
    press(window, Qt.Key.Key_F8)
    assert place.points.isVisible()
    assert not place.source.isVisible()
    place.panes.to_source.click()
    assert place.source.isVisible()
    for _ in range(3):
        press(window, Qt.Key.Key_F6)
    assert not window.grab().isNull()


@pytest.mark.parametrize("scale", [0.5, 1.3, 2.0])
def test_the_open_point_is_whole_at_any_size(
    window: MainWindow, checker: FakeChecker, scale: float
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    set_theme(app, "contraste", scale)
    reviewed(window, checker)
    QTest.qWait(1)
    card = opened(window)
    for label in card.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width())
    for button in (card.correct, card.keep):
        corner = button.mapTo(card, QPoint(0, 0))
        assert card.rect().contains(button.rect().translated(corner))
    set_theme(app, "clair", 1.0)
