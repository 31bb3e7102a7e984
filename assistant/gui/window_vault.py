"""The vault in the window: composes what keeps, tells, locks, protects and shows."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut

from assistant.errors import AparteError, ErrorCode
from assistant.gui import vault_files
from assistant.gui.curtain import Curtain
from assistant.gui.history_page import HistoryPage
from assistant.gui.locking import Locking
from assistant.gui.passphrase_page import PassphrasePage
from assistant.gui.rail import DRAFTING, HISTORY
from assistant.gui.recovery_page import Purpose, RecoveryPage
from assistant.gui.safekeeping import Safekeeping
from assistant.gui.vault_notices import VaultNotices
from assistant.gui.vault_phrases import title_and_detail
from assistant.gui.vault_side import VaultSide
from assistant.gui.window import MainWindow
from assistant.tasks import Desk
from assistant.vault import measures
from assistant.vault.door import Standing, Status
from assistant.vault.inactivity import Inactivity
from assistant.vault.vault import Vault
from assistant.vault.works import Work


class WindowVault(QObject):
    """``vault`` behind ``window``: opened as soon as this is made, saved to until it closes."""

    def __init__(self, window: MainWindow, vault: Vault, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._vault = window, vault
        self._backup: Path | None = None
        place = window.drafting
        self.keeping = Safekeeping(vault, desk, place)
        self.notices = VaultNotices(self.keeping, place.vault_notice)
        self.curtain = Curtain(window)
        inactivity = Inactivity(vault.terms.lock_after_minutes * 60)
        self.locking = Locking(window, self.curtain, self.keeping, inactivity)
        self.passphrase, self.recovery = PassphrasePage(), RecoveryPage()
        self.history = HistoryPage(desk, self.keeping)
        self.side = VaultSide(vault.terms)
        self._show_choices()
        self.history.row.addWidget(self.side)
        self.history.changes.turned.connect(self.side.setHidden)
        window.add_page(HISTORY, self.history, "F5")
        window.rail.add_vault()
        window.rail.lock_asked.connect(self.locking.lock)
        QShortcut(QKeySequence("Ctrl+L"), window).activated.connect(self.locking.lock)
        self._connect()
        window.installEventFilter(self)
        self.keeping.then(vault.ask_door(lambda door: door.open()), lambda _: None)

    def _connect(self) -> None:
        keeping, side = self.keeping, self.side
        keeping.status_changed.connect(self._follow)
        self.notices.passphrase_asked.connect(self.ask_passphrase)
        self.notices.code_asked.connect(self._ask_code)
        self.notices.unlock_asked.connect(self.locking.ask)
        self.notices.elsewhere_asked.connect(self.save_elsewhere)
        self.locking.page.code_asked.connect(self._ask_code)
        self.passphrase.chosen.connect(self._protect)
        self.passphrase.done.connect(self._put_page_away)
        self.recovery.typed.connect(self._code_typed)
        self.recovery.done.connect(self._put_page_away)
        self.history.resume_asked.connect(self._resume)
        side.passphrase_asked.connect(self.ask_passphrase)
        side.keyring_asked.connect(self._unprotect)
        side.code_asked.connect(self._renew_code)
        side.backup_asked.connect(self._ask_backup)
        side.import_asked.connect(self._ask_import)
        side.report_asked.connect(self._ask_report)
        side.chosen.connect(self._keep_choices)
        self._window.places.currentChanged.connect(self._look_at_weeks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window closes: all of it goes to the vault first."""
        if watched is self._window and event.type() == QEvent.Type.Close:
            self.keeping.close()
        return False

    # --- protecting ---------------------------------------------------------------------

    def ask_passphrase(self) -> None:
        """Let the user choose a passphrase."""
        self.passphrase.begin()
        self.curtain.draw(self.passphrase)
        self.passphrase.take_focus()

    def _protect(self, passphrase: str) -> None:
        asked = self._vault.ask_door(lambda door: door.protect(passphrase))
        self.keeping.then(asked, self._protected)

    def _protected(self, answer: str | AparteError) -> None:
        if isinstance(answer, AparteError):
            self.passphrase.refuse(answer)
        else:
            self.passphrase.show_code(answer)

    def _unprotect(self) -> None:
        self.keeping.then(self._vault.ask_door(lambda door: door.unprotect()), self._tell_refusal)

    def _renew_code(self) -> None:
        asked = self._vault.ask_door(lambda door: door.renew_code())
        self.keeping.then(asked, self._show_code)

    def _show_code(self, answer: str | AparteError) -> None:
        if isinstance(answer, AparteError):
            self._tell_refusal(answer)
        else:
            self.curtain.draw(self.passphrase)
            self.passphrase.show_code(answer)

    def _ask_code(self) -> None:
        asks = self.keeping.status.asks_passphrase
        self._type_code(Purpose.NEW_PASSPHRASE if asks else Purpose.KEYRING)

    def _type_code(self, purpose: Purpose) -> None:
        self.recovery.begin(purpose)
        self.curtain.draw(self.recovery)
        self.recovery.take_focus()

    def _code_typed(self, typed: str, passphrase: str) -> None:
        if self._backup is not None:
            path = self._backup
            asked = self._vault.ask_room(lambda room: room.bring_in(path, typed))
            self.keeping.then(asked, self._code_answered)
        else:
            opened = self._vault.ask_door(lambda door: door.unlock_with_code(typed, passphrase))
            self.keeping.then(opened, self._code_answered)

    def _code_answered(self, answer: object) -> None:
        if isinstance(answer, AparteError):
            self.recovery.refuse(answer)
            return
        imported, self._backup = self._backup, None
        if self.locking.locked:
            self.locking.open_up()
        else:
            self.curtain.lift()
        if imported is not None:
            self.history.look()

    def _put_page_away(self) -> None:
        self._backup = None
        if self.locking.locked:
            self.locking.show_lock()
        else:
            self.curtain.lift()

    def _show_choices(self) -> None:
        chosen = self._window.settings_page.settings
        self.side.show_choices(lock_minutes=chosen.lock_minutes, ephemeral=chosen.ephemeral)

    def _keep_choices(self) -> None:
        """The time before locking counts at once, up to what IT allows."""
        minutes, ephemeral = self.side.minutes.currentData(), self.side.ephemeral.isChecked()
        self._window.settings_page.keep_vault(lock_minutes=minutes, ephemeral=ephemeral)
        most = self._vault.terms.most_minutes
        self.locking.inactivity.limit = min(minutes, most) * 60

    # --- files --------------------------------------------------------------------------

    def save_elsewhere(self) -> None:
        """Write what is on screen where the user says, since the vault can't keep it."""
        path = vault_files.ask_text(self._window)
        if path is None:
            return
        place = self._window.drafting
        if not vault_files.write_text(path, elsewhere(place.source.text, place.draft.text)):
            self._tell_refusal(AparteError(ErrorCode.OUTPUT_UNWRITABLE))

    def _ask_backup(self) -> None:
        path = vault_files.ask_backup_to_write(self._window)
        if path is not None:
            asked = self._vault.ask_door(lambda door: door.back_up(path))
            self.keeping.then(asked, self._backed_up)

    def _backed_up(self, answer: str | AparteError | None) -> None:
        """With a code, where there was none yet: it is shown now, or never."""
        if isinstance(answer, AparteError):
            self._tell_refusal(answer)
            return
        how = "Elle s’ouvre avec le code de récupération."
        self.side.notice.tell("Sauvegarde faite.", how, grave=False)
        if answer is not None:
            self._show_code(answer)

    def _ask_import(self) -> None:
        self._backup = vault_files.ask_backup_to_read(self._window)
        if self._backup is not None:
            self._type_code(Purpose.IMPORT)

    def _ask_report(self) -> None:
        path = vault_files.ask_report(self._window)
        if path is not None:
            asked = self._vault.ask(lambda records: measures.by_week(records.measures.all()))
            self.keeping.then(asked, partial(self._write_report, path))

    def _write_report(self, path: Path, weeks: list[measures.Week] | AparteError) -> None:
        if isinstance(weeks, AparteError):
            self._tell_refusal(weeks)
        elif not vault_files.write_text(path, "\ufeff" + measures.as_csv(weeks)):
            self._tell_refusal(AparteError(ErrorCode.VAULT_EXPORT_UNWRITABLE))

    # --- following ----------------------------------------------------------------------

    def _follow(self, status: Status) -> None:
        self.side.show_status(status)
        if status.standing is not Standing.OPEN:
            self.history.forget()

    def _look_at_weeks(self) -> None:
        if self._window.places.currentWidget() is self.history:
            asked = self._vault.ask(lambda records: measures.by_week(records.measures.all()))
            self.keeping.then(asked, self._show_weeks)

    def _show_weeks(self, weeks: list[measures.Week] | AparteError) -> None:
        if not isinstance(weeks, AparteError):
            self.side.show_weeks(weeks)

    def _resume(self, work: Work) -> None:
        self._window.show_place(DRAFTING)
        self.keeping.resume(work)

    def _tell_refusal(self, answer: object) -> None:
        if isinstance(answer, AparteError):
            self.side.notice.tell(*title_and_detail(answer.sentence))


def elsewhere(source_text: str, draft_text: str) -> str:
    """The source, then the draft, as one plain text."""
    parts = [text for text in (source_text, draft_text) if text.strip()]
    return "\n\n──────────\n\n".join(parts) + "\n"
