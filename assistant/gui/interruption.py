"""Ctrl-C in the terminal and the end of the session close the window in good order."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

from PySide6.QtCore import QSocketNotifier

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def closing_on_signals(close: Callable[[], object]) -> Iterator[None]:
    """Within this context, the first SIGINT or SIGTERM calls ``close`` on Qt's thread.

    Python runs its handlers between two bytecodes, and Qt's loop runs none: a byte on a socket
    wakes the loop.
    """
    ours, pythons = socket.socketpair()
    ours.setblocking(False)
    pythons.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)

    def woken() -> None:
        with contextlib.suppress(BlockingIOError):
            ours.recv(64)
        close()

    notifier.activated.connect(woken)
    before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
    wakeup_before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        ours.close()
        pythons.close()
