"""Open the window: wires everything, decides nothing."""

from __future__ import annotations

from assistant.confinement.seal import seal
from assistant.gui.application import run as run_window
from assistant.log import Happening, close_log, open_log, record
from assistant.model_store.catalogue import find_model
from assistant.settings import load_settings
from assistant.tasks import Desk


def run(model: str | None, *, example: bool) -> int:
    """Seal this process, open the window, and return the exit code once it is closed.

    Raises AparteError where the model does not exist.
    """
    record(Happening.SEALED if seal() else Happening.NOT_SEALED)
    open_log()
    record(Happening.STARTED)
    desk = Desk(find_model(model))
    try:
        return run_window(desk, load_settings(), example=example)
    finally:
        desk.close()
        close_log()
