"""Locking: by a key, after a while without anybody, and when the session locks or sleeps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from assistant.errors import AparteError
from assistant.gui.curtain import Curtain
from assistant.gui.lock_page import LockPage
from assistant.gui.safekeeping import Safekeeping
from assistant.gui.session_watch import SessionWatch
from assistant.gui.window import MainWindow
from assistant.vault.door import Standing, Status
from assistant.vault.inactivity import Inactivity

LOOK_MS = 1000
_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TabletPress,
}  # fmt: skip


class Locking(QObject):
    """Draws the curtain, then closes the vault; unlocking opens the vault, then lifts it. What a
    draft says meanwhile waits."""

    def __init__(
        self, window: MainWindow, curtain: Curtain, keeping: Safekeeping, inactivity: Inactivity
    ) -> None:
        super().__init__(window)
        self._window, self._curtain, self._keeping = window, curtain, keeping
        self.inactivity = inactivity
        self.page = LockPage()
        self.locked = False
        self.page.unlock_asked.connect(self.unlock)
        self.page.without_asked.connect(self._go_without)
        keeping.status_changed.connect(self._follow)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.lock_if_nobody)
        self._look.start()
        self._session = SessionWatch(self)
        self._session.left.connect(self.lock)
        window.installEventFilter(self)

    def lock(self) -> None:
        """Hide the text at once, then save it and close the vault."""
        if not self.locked:
            self._hide(self._keeping.status, at_start=False)
            self._keeping.settle()
            self._keeping.vault.ask_door(lambda door: door.lock())

    def unlock(self, passphrase: str = "") -> None:
        """Open the vault again, then show what was there."""
        asked = self._keeping.vault.ask_door(lambda door: door.unlock(passphrase))
        self._keeping.then(asked, self._unlocked)

    def ask(self) -> None:
        """Ask for the passphrase again, after the user went on without it."""
        self._hide(self._keeping.vault.status, at_start=True)

    def show_lock(self) -> None:
        """Come back to the locked page, from another that stood before it."""
        self._curtain.draw(self.page)
        self.page.take_focus()

    def open_up(self) -> None:
        """Show what was hidden."""
        self.locked = False
        self.page.passphrase.clear()
        self._curtain.lift()
        self.inactivity.touched()
        self._window.drafting.flow.hold(False)

    def lock_if_nobody(self) -> None:
        """Lock if nobody has touched anything for too long."""
        if self.inactivity.due:
            self.lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and clicks reach the native window before any widget: it is enough to watch it."""
        if event.type() == QEvent.Type.Show and watched is self._window:
            handle = self._window.windowHandle()
            if handle is not None:
                handle.installEventFilter(self)
        elif event.type() in _SIGNS_OF_LIFE:
            self.inactivity.touched()
        return False

    def _hide(self, status: Status, *, at_start: bool) -> None:
        self.locked = True
        asks, has_code = status.asks_passphrase, status.has_code
        self.page.show_for(asks_passphrase=asks, has_code=has_code, at_start=at_start)
        self._window.drafting.flow.hold(True)
        self.show_lock()

    def _go_without(self) -> None:
        """Nothing was on screen yet: work on, unsaved, which the notice says."""
        self.open_up()
        self._keeping.tell_locked()

    def _unlocked(self, answer: object) -> None:
        if isinstance(answer, AparteError) and self._keeping.status.standing is Standing.LOCKED:
            self.page.refuse(answer)
        elif self.locked:
            self.open_up()

    def _follow(self, status: Status) -> None:
        """A vault that asks for its passphrase at the start does so before anything else."""
        if status.standing is Standing.LOCKED and not self.locked:
            self._hide(status, at_start=True)
