"""When the user's session locks, or the PC goes to sleep (Linux, over D-Bus; nothing elsewhere).

GNOME and the freedesktop screen saver say on the session's bus that the screen is hidden; logind
says on the system's that this session locks or that the PC is about to sleep.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot

_LOGIND = "org.freedesktop.login1"
_SCREENS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")


class SessionWatch(QObject):
    """``left``: nobody is before the screen any more."""

    left = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watching = sys.platform == "linux" and self._listen()

    def _listen(self) -> bool:
        from PySide6.QtDBus import QDBusConnection

        heard = False
        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        # PySide6 6.11 wants the slots as text, whatever its stubs say.
        hidden: Any = SLOT("_hidden(bool)")
        locked: Any = SLOT("_locked()")
        if session.isConnected():
            for name in _SCREENS:
                heard |= session.connect("", "", name, "ActiveChanged", self, hidden)
        if system.isConnected():
            manager, one = f"{_LOGIND}.Manager", f"{_LOGIND}.Session"
            path = session_path(os.environ.get("XDG_SESSION_ID", ""))
            heard |= system.connect(_LOGIND, "", manager, "PrepareForSleep", self, hidden)
            heard |= system.connect(_LOGIND, path, one, "Lock", self, locked)
        return heard

    @Slot(bool)
    def _hidden(self, hidden: bool) -> None:
        if hidden:
            self.left.emit()

    @Slot()
    def _locked(self) -> None:
        self.left.emit()


def session_path(session_id: str) -> str:
    """Where logind keeps the session ``session_id`` on the bus (systemd's ``bus_label_escape``)."""
    escaped = "".join(
        c if c.isascii() and (c.isalpha() or (c.isdigit() and place)) else f"_{ord(c):02x}"
        for place, c in enumerate(session_id)
    )
    return f"/org/freedesktop/login1/session/{escaped or '_'}"
