"""The vault in the window: saved as it comes, offered again, hidden at once, found again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from assistant.documents import Source
from assistant.errors import ErrorCode
from assistant.gui import vault_files
from assistant.gui.application import make_application
from assistant.gui.drafting_flow import State
from assistant.gui.rail import DRAFTING, HISTORY, LOCK, SETTINGS
from assistant.gui.window import MainWindow
from assistant.gui.window_vault import WindowVault
from assistant.settings import Settings, load_settings
from assistant.vault.door import Standing
from assistant.vault.journal import Act
from assistant.vault.places import door_of
from assistant.vault.terms import Terms
from assistant.vault.vault import Vault
from tests.gui.conftest import choose_form
from tests.gui.fake_checker import FakeChecker
from tests.gui.fake_desk import NOTE, FakeDesk, drafted, letter
from tests.vault.parts import PASSPHRASE, MemoryKeyring, SetClock, a_door, answer

CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 15_000


class Desktop:
    """One user's session: windows come and go, the vault's folder and the keyring stay."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.folder = folder
        self.keyring = MemoryKeyring()
        self.clock = SetClock()
        self._qtbot = qtbot
        self._open: list[tuple[MainWindow, Vault]] = []
        self.open()

    def open(self, *, passphrase_required: bool = False) -> None:
        """Another window over the same vault."""
        self.desk = FakeDesk()
        self.window = MainWindow(self.desk, FakeChecker(), Settings("clair"))
        door = a_door(
            self.folder, self.keyring, self.clock, passphrase_required=passphrase_required
        )
        self.vault = Vault(door)
        self.corner = WindowVault(self.window, self.vault, self.desk)
        self.window.resize(1440, 900)
        self.window.show()
        self._qtbot.waitExposed(self.window)
        choose_form(self.window, "lettre_liaison")
        self._open.append((self.window, self.vault))
        status = self.corner.keeping
        self.until(lambda: status.status.reason is not None or self.is_open)

    @property
    def is_open(self) -> bool:
        return self.corner.keeping.status.standing is Standing.OPEN

    @property
    def locked(self) -> bool:
        return self.corner.locking.locked

    @property
    def notice(self) -> str:
        told = self.window.drafting.vault_notice
        return told.accessibleName() if told.isVisibleTo(self.window) else ""

    def press(self, name: str) -> None:
        """Press the notice's button of this name."""
        (button,) = [b for b in self.window.drafting.vault_notice.buttons if b.text() == name]
        button.click()

    def until(self, reached: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(reached, timeout=PATIENCE)

    def saved(self) -> None:
        """Wait until the vault has taken all that was handed to it."""
        answer(self.vault.ask(lambda records: records.counts()))
        self.corner.keeping.look()

    def crash(self) -> None:
        """The window is gone without having been closed; another process would find its work."""
        window, vault = self._open.pop()
        self.corner.keeping._poll.stop()
        self.saved()
        answer(vault.ask(lambda r: r.database.run("UPDATE works SET owner_started = 1")))
        vault.close()
        shiboken6.delete(window)

    def close(self) -> None:
        for window, vault in self._open:
            window.close()
            assert vault.close()
            shiboken6.delete(window)
        self._open = []

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = CTRL) -> None:
        self.window.activateWindow()
        QTest.keyClick(self.window.windowHandle(), key, modifier)


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[Desktop]:
    make_application(Settings("clair"))
    made = Desktop(qtbot, tmp_path / "coffre")
    yield made
    made.close()


def correct(window: MainWindow, words: str) -> None:
    """Add ``words`` at the end of the draft, as a clinician does."""
    view = window.drafting.draft.view
    view.setFocus()
    view.moveCursor(QTextCursor.MoveOperation.End)
    view.insertPlainText(words)


def test_typing_is_saved_and_offered_after_a_crash(desktop: Desktop) -> None:
    desktop.window.drafting.source.begin_typing("Mme Q")
    desktop.window.drafting.source.editor.insertPlainText("uercy, 85 ans.")
    desktop.crash()
    desktop.open()
    desktop.until(lambda: "n’est pas terminé" in desktop.notice)
    assert "22\u00a0novembre à" in desktop.notice
    assert "Quercy" not in desktop.notice
    assert desktop.window.drafting.source.text == ""
    desktop.press("Reprendre ce travail")
    assert desktop.window.drafting.source.text == "Mme Quercy, 85 ans."
    assert desktop.notice == ""
    desktop.crash()
    desktop.open()
    desktop.until(lambda: "n’est pas terminé" in desktop.notice)
    desktop.press("Le laisser dans le coffre")
    desktop.crash()
    desktop.open()
    desktop.saved()
    desktop.corner.keeping.look()
    assert desktop.notice == ""


def test_a_corrected_draft_comes_back_as_it_was(desktop: Desktop) -> None:
    drafted(desktop.window, desktop.desk)
    correct(desktop.window, "\nRevoir à J7.")
    text = desktop.window.drafting.draft.text
    assert text.endswith("Revoir à J7.")
    desktop.crash()
    desktop.open()
    desktop.until(lambda: bool(desktop.notice))
    desktop.press("Reprendre ce travail")
    flow = desktop.window.drafting.flow
    assert flow.state is State.DONE
    assert desktop.window.drafting.source.text == NOTE
    assert desktop.window.drafting.draft.text == text
    assert flow.form.id == "lettre_liaison"
    shown = flow.version.draft if flow.version else None
    assert shown is not None
    assert any(span.cut(NOTE) == "HTA, FA." for span in shown.used)  # it knows where it is from


def test_what_streams_is_saved_before_its_end(desktop: Desktop) -> None:
    desktop.window.open_source(Source(NOTE))
    desktop.window.start()
    desktop.desk.write(desktop.window, letter(finished=False, until=2))
    desktop.crash()
    desktop.open()
    desktop.until(lambda: bool(desktop.notice))
    desktop.press("Reprendre ce travail")
    assert "HTA, FA." in desktop.window.drafting.draft.text


def test_a_draft_that_was_copied_is_not_offered_but_kept(desktop: Desktop) -> None:
    drafted(desktop.window, desktop.desk)
    desktop.window.drafting.copy()
    desktop.crash()
    desktop.open()
    desktop.saved()
    desktop.corner.keeping.look()
    assert desktop.notice == ""
    entries = answer(desktop.vault.ask(lambda r: r.journal.entries()))
    acts = [entry.act for entry in entries]
    assert acts[:3] == [Act.CREATED, Act.DRAFTED, Act.COPIED]
    assert '"formulaire":"lettre_liaison"' in entries[1].facts
    counts = answer(desktop.vault.ask(lambda r: r.counts()))
    assert (counts["sources"], counts["versions"], counts["measures"]) == (1, 1, 1)


def test_each_source_is_a_work_of_its_own(desktop: Desktop) -> None:
    for text in ("première note", "seconde note", "troisième note"):
        desktop.window.open_source(Source(text))
    desktop.window.drafting.source.clear()
    desktop.window.drafting.source.begin_typing("q")
    desktop.window.drafting.source.editor.insertPlainText("uatrième note")
    desktop.crash()
    desktop.open()
    desktop.until(lambda: bool(desktop.notice))
    desktop.press("Reprendre ce travail")
    assert desktop.window.drafting.source.text == "quatrième note"
    assert desktop.notice == ""
    kept = answer(desktop.vault.ask(lambda r: r.sources.recent()))
    assert len({source.text for source in kept}) == 4


def test_a_new_draft_keeps_the_one_before_as_it_was_corrected(desktop: Desktop) -> None:
    drafted(desktop.window, desktop.desk)
    correct(desktop.window, " Corrigé.")
    desktop.window.start()
    desktop.desk.finish(desktop.window, letter(until=2))
    desktop.saved()
    (source,) = answer(desktop.vault.ask(lambda r: r.sources.recent()))
    versions = answer(desktop.vault.ask(lambda r: r.versions.of_source(source.id)))
    assert [version.words.endswith("Corrigé.") for version in versions] == [False, True, False]


# --- locking ----------------------------------------------------------------------------


def test_ctrl_l_hides_at_once_and_unlocking_finds_everything(desktop: Desktop) -> None:
    drafted(desktop.window, desktop.desk)
    correct(desktop.window, " Corrigé.")
    text = desktop.window.drafting.draft.text
    desktop.window.drafting.draft.view.setFocus()
    desktop.key(Qt.Key.Key_L)
    assert desktop.corner.locking.locked
    assert not desktop.window.drafting.isVisible()
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    desktop.key(Qt.Key.Key_Return)  # would draft again
    desktop.key(Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
    assert len(desktop.desk.runs) == 1
    desktop.corner.locking.page.unlock.click()
    desktop.until(lambda: not desktop.locked)
    assert desktop.window.drafting.draft.text == text
    assert desktop.window.drafting.source.text == NOTE
    assert desktop.window.places.currentWidget() is desktop.window.drafting
    assert QApplication.focusWidget() is desktop.window.drafting.draft.view
    desktop.key(Qt.Key.Key_Return)
    assert len(desktop.desk.runs) == 2
    desktop.desk.finish(desktop.window, letter())


def test_what_is_drafted_meanwhile_waits(desktop: Desktop) -> None:
    desktop.window.open_source(Source(NOTE))
    desktop.window.start()
    desktop.corner.locking.lock()
    bridge = desktop.window.drafting.flow._bridge
    assert bridge is not None
    assert not bridge._timer.isActive()
    desktop.desk.runs[-1].listener.changed(letter())
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    desktop.corner.locking.page.unlock.click()
    desktop.until(lambda: desktop.window.drafting.draft.written)
    desktop.desk.finish(desktop.window, letter())


def test_menus_and_dialogs_go_too(desktop: Desktop) -> None:
    dialog = QDialog(desktop.window)
    dialog.show()
    desktop.window.drafting.source.offer_examples()
    desktop.corner.locking.lock()
    assert not dialog.isVisible()
    assert QApplication.activePopupWidget() is None


def test_a_passphrase_is_asked_each_time(desktop: Desktop) -> None:
    desktop.corner.ask_passphrase()
    page = desktop.corner.passphrase
    assert not page.make.isEnabled()
    page.fields.first.setText("azerty")
    page.fields.second.setText("azerty")
    assert not page.make.isEnabled()
    assert "Trop facile" in page.fields.words.text()
    page.fields.first.setText(PASSPHRASE)
    assert "diffèrent" in page.fields.words.text()
    page.fields.second.setText(PASSPHRASE)
    page.make.click()
    desktop.until(lambda: bool(page.code.text()))
    code = page.code.text()
    page.copy.click()
    assert QApplication.clipboard().text() == code
    page.noted.click()
    assert not desktop.corner.curtain.drawn
    assert page.code.text() == ""
    desktop.window.open_source(Source(NOTE))
    desktop.corner.locking.lock()
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    lock = desktop.corner.locking.page
    lock.unlock.click()  # nothing typed
    lock.passphrase.setText("une autre phrase de passe")
    lock.unlock.click()
    desktop.until(lambda: lock.error.isVisibleTo(lock))
    assert "n’ouvre pas le coffre" in lock.error.text()
    assert desktop.locked
    lock.passphrase.setText(PASSPHRASE)
    QTest.keyClick(lock.passphrase, Qt.Key.Key_Return)
    desktop.until(lambda: not desktop.locked)
    assert desktop.window.drafting.source.text == NOTE


def test_at_the_start_the_passphrase_comes_first_and_can_be_left(desktop: Desktop) -> None:
    answer(desktop.vault.ask_door(lambda door: door.protect(PASSPHRASE)))
    desktop.crash()
    desktop.open()
    desktop.until(lambda: desktop.locked)
    page = desktop.corner.locking.page
    assert page.without.isVisibleTo(page)
    page.without.click()
    assert not desktop.locked
    assert "Le coffre est verrouillé" in desktop.notice
    desktop.press("Déverrouiller")
    page.passphrase.setText(PASSPHRASE)
    page.unlock.click()
    desktop.until(lambda: desktop.is_open and not desktop.locked)
    assert desktop.notice == ""


def test_a_forgotten_passphrase_and_its_code(desktop: Desktop) -> None:
    code = answer(desktop.vault.ask_door(lambda door: door.protect(PASSPHRASE)))
    desktop.until(lambda: desktop.corner.keeping.status.has_code)
    desktop.window.open_source(Source(NOTE))
    desktop.corner.locking.lock()
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    desktop.corner.locking.page.by_code.click()
    page = desktop.corner.recovery
    page.code.setText(code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.fields.propose.click()
    page.open.click()
    desktop.until(lambda: page.error.isVisibleTo(page))
    assert "groupe 7" in page.error.text()
    page.code.setText(code.lower())
    page.open.click()
    desktop.until(lambda: not desktop.locked)
    assert desktop.window.drafting.source.text == NOTE


def test_nobody_for_five_minutes_locks(desktop: Desktop) -> None:
    now = [0.0]
    inactivity = desktop.corner.locking.inactivity
    inactivity._clock = lambda: now[0]
    inactivity.touched()
    assert inactivity.limit == 300
    now[0] = 299
    desktop.corner.locking.lock_if_nobody()
    assert not desktop.locked
    QTest.keyClick(desktop.window.windowHandle(), Qt.Key.Key_Shift)
    now[0] = 590
    desktop.corner.locking.lock_if_nobody()
    assert not desktop.corner.locking.locked
    now[0] = 600
    desktop.corner.locking.lock_if_nobody()
    desktop.until(lambda: desktop.locked)
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    desktop.corner.locking.page.unlock.click()
    desktop.until(lambda: not desktop.locked)


# --- when it can't be saved -------------------------------------------------------------


def test_without_keyring_the_window_works_unsaved_and_says_so(desktop: Desktop) -> None:
    desktop.close()
    for path in desktop.folder.iterdir():
        path.unlink()
    desktop.keyring.fault = ErrorCode.VAULT_NO_KEYRING
    desktop.open()
    desktop.until(lambda: "Rien n’est enregistré" in desktop.notice)
    desktop.window.drafting.source.begin_typing("N")
    desktop.press("Créer une phrase de passe")
    page = desktop.corner.passphrase
    page.fields.propose.click()
    page.make.click()
    desktop.until(lambda: bool(page.code.text()))
    page.noted.click()
    desktop.until(lambda: desktop.notice == "")
    desktop.window.drafting.source.editor.insertPlainText("ote")
    desktop.crash()
    assert b"Note" not in b"".join(p.read_bytes() for p in desktop.folder.iterdir())


def test_one_can_go_on_without_saving(desktop: Desktop) -> None:
    desktop.close()
    desktop.keyring.fault = ErrorCode.VAULT_KEYRING_SILENT
    desktop.open()
    desktop.until(lambda: "Déverrouillez-le" in desktop.notice)
    desktop.press("Continuer sans enregistrer")
    assert desktop.notice == ""
    desktop.corner._follow(desktop.corner.keeping.status)
    assert "rien n’est enregistré" in desktop.corner.side.state.text()


def test_the_keyring_can_be_tried_again(desktop: Desktop) -> None:
    desktop.close()
    desktop.keyring.fault = ErrorCode.VAULT_KEYRING_SILENT
    desktop.open()
    desktop.until(lambda: bool(desktop.notice))
    desktop.keyring.fault = None
    desktop.press("Réessayer")
    desktop.until(lambda: desktop.is_open and not desktop.notice)


def test_a_full_disk_is_told_within_a_second_and_the_text_goes_elsewhere(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(desktop.window, desktop.desk)
    desktop.saved()
    pages = answer(desktop.vault.ask(lambda r: r.database.value("PRAGMA page_count")))
    answer(desktop.vault.ask(lambda r: r.database.rows(f"PRAGMA max_page_count = {pages}")))
    began = time.monotonic()
    correct(desktop.window, " suite" * 5000)
    desktop.until(lambda: "Le disque est plein" in desktop.notice)
    assert time.monotonic() - began < 10  # the second itself is measured by the campaign
    path = tmp_path / "ailleurs.txt"
    monkeypatch.setattr(vault_files, "ask_text", lambda _: path)
    desktop.press("Enregistrer ailleurs…")
    written = path.read_text("utf-8")
    assert NOTE in written
    assert "suite suite" in written
    answer(desktop.vault.ask(lambda r: r.database.rows("PRAGMA max_page_count = 1000000")))
    desktop.until(lambda: desktop.notice == "")


def test_a_repaired_vault_is_told_once(desktop: Desktop) -> None:
    desktop.close()
    path = desktop.folder / "coffre.db"
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    desktop.open()
    desktop.until(lambda: "Le coffre était abîmé" in desktop.notice)
    desktop.press("Compris")
    assert desktop.notice == ""


# --- history ----------------------------------------------------------------------------


def history(desktop: Desktop) -> None:
    drafted(desktop.window, desktop.desk)
    correct(desktop.window, " Corrigé.")
    desktop.window.drafting.copy()
    desktop.window.open_source(Source("Autre note\u00a0: œdème."))
    desktop.saved()
    desktop.window.show_place(HISTORY)
    desktop.until(lambda: len(desktop.corner.history.rows) == 1)


def test_the_history_opens_compares_and_restores(desktop: Desktop) -> None:
    history(desktop)
    desktop.corner.history.rows[0].line.click()
    desktop.saved()
    (row,) = desktop.corner.history.rows
    assert row.inside.isVisibleTo(row)
    first, second = row.entry.versions
    row.version_asked.emit(second)
    changes = desktop.corner.history.changes
    assert changes.isVisible()
    assert "Corrigé." in changes.text.toPlainText()
    row.version_asked.emit(first)
    changes.restore.click()
    desktop.until(lambda: desktop.window.places.currentWidget() is desktop.window.drafting)
    assert desktop.window.drafting.draft.text == first.words
    assert desktop.window.drafting.source.text == NOTE
    desktop.saved()
    texts = [s.text for s in answer(desktop.vault.ask(lambda r: r.sources.recent()))]
    assert "Autre note\u00a0: œdème." in texts


def test_the_history_is_searched_and_deleted_from(desktop: Desktop) -> None:
    history(desktop)
    page = desktop.corner.history
    page.asked.setText("insuline")
    desktop.until(lambda: page.said.isVisibleTo(page))
    page.asked.setText("BISOPROLOL")
    desktop.until(lambda: len(page.rows) == 1)
    page.rows[0].line.click()
    page.rows[0].delete.click()
    assert "définitif" in page.notice.accessibleName()
    page.notice.buttons[1].click()
    page.rows[0].delete.click()
    page.notice.buttons[0].click()
    desktop.until(lambda: not page.rows)
    assert answer(desktop.vault.ask(lambda r: r.search.find("bisoprolol"))) == []


def test_locking_forgets_the_history(desktop: Desktop) -> None:
    history(desktop)
    desktop.corner.locking.lock()
    desktop.until(lambda: not desktop.corner.history.rows)
    desktop.corner.locking.page.unlock.click()
    desktop.until(lambda: not desktop.locked)


def test_backup_and_report_go_where_the_user_says(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(desktop)
    side, backup, report = desktop.corner.side, tmp_path / "s", tmp_path / "bilan.csv"
    desktop.until(lambda: "Semaine du" in side.weeks.text())
    assert "1\u00a0document" in side.weeks.text()
    monkeypatch.setattr(vault_files, "ask_backup_to_write", lambda _: backup)
    monkeypatch.setattr(vault_files, "ask_backup_to_read", lambda _: backup)
    monkeypatch.setattr(vault_files, "ask_report", lambda _: report)
    side.report.click()
    desktop.until(report.exists)
    assert report.read_text("utf-8-sig").startswith("semaine du;")
    side.backup.click()
    page = desktop.corner.passphrase
    desktop.until(lambda: bool(page.code.text()))
    code = page.code.text()
    page.noted.click()
    side.bring_in.click()
    recovery = desktop.corner.recovery
    assert not recovery.fields.isVisibleTo(recovery)
    recovery.code.setText(code)
    recovery.open.click()
    desktop.until(lambda: not desktop.corner.curtain.drawn)


def test_the_rail_has_what_the_vault_brings(desktop: Desktop) -> None:
    assert {DRAFTING, HISTORY, LOCK, SETTINGS} <= set(desktop.window.rail.places)
    desktop.window.rail.places[LOCK].click()
    assert desktop.locked
    assert not desktop.window.rail.places[LOCK].isChecked()
    desktop.until(lambda: desktop.vault.status.standing is Standing.LOCKED)
    desktop.corner.locking.page.unlock.click()
    desktop.until(lambda: not desktop.locked)
    desktop.key(Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    assert desktop.window.places.currentWidget() is desktop.corner.history


def test_choices_are_kept_and_the_delay_counts_at_once(desktop: Desktop) -> None:
    side = desktop.corner.side
    assert side.minutes.currentData() == 5
    side.minutes.setCurrentIndex(0)
    side.minutes.activated.emit(0)
    side.ephemeral.click()
    assert desktop.corner.locking.inactivity.limit == 60
    assert (load_settings().lock_minutes, load_settings().ephemeral) == (1, True)


def test_it_can_be_ephemeral(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_application(Settings("clair"))
    desk = FakeDesk()
    window = MainWindow(desk, FakeChecker(), Settings("clair"))
    vault = Vault(door_of(Terms(ephemeral=True)))
    corner = WindowVault(window, vault, desk)
    window.show()
    qtbot.waitUntil(lambda: corner.keeping.status.standing is Standing.OPEN, timeout=PATIENCE)
    window.open_source(Source(NOTE))
    assert answer(vault.ask(lambda r: r.database.value("SELECT count(*) FROM works"))) == 1
    assert "éphémère" in corner.side.state.text()
    assert not corner.side.passphrase.isVisibleTo(corner.side)
    assert not corner.side.backup.isEnabled()
    window.close()
    assert vault.close()
    shiboken6.delete(window)
    assert list(tmp_path.rglob("coffre-ephemere/*")) == []
