"""Open the window: wires everything, decides nothing."""

from __future__ import annotations

import sys
from types import TracebackType

from assistant.confinement.seal import seal
from assistant.errors import ErrorCode
from assistant.gui.application import run as run_window
from assistant.log import Happening, record, record_fault
from assistant.model_store.catalogue import find_model
from assistant.settings import load_settings
from assistant.tasks import Desk


def run(model: str | None, *, example: bool) -> int:
    """Seal this process, open the window, and return the exit code once it is closed.

    Raises AparteError where the model does not exist.
    """
    record(Happening.SEALED if seal() else Happening.NOT_SEALED)
    record(Happening.STARTED)
    sys.excepthook = _log_and_go_on
    desk = Desk(find_model(model))
    try:
        return run_window(desk, load_settings(), example=example)
    finally:
        desk.close()


def _log_and_go_on(
    _kind: type[BaseException], fault: BaseException, _trace: TracebackType | None
) -> None:
    """Qt calls this for what a slot raises: the window stays, with everything that is in it."""
    record_fault(fault)
    print(ErrorCode.UNKNOWN.sentence, file=sys.stderr)
