"""Open the window: wires everything, decides nothing."""

from __future__ import annotations

import sys
from types import TracebackType

from assistant.checking import Checker
from assistant.confinement.seal import seal
from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import AparteError, ErrorCode
from assistant.gui.application import run as run_window
from assistant.guides_desk import GuidesDesk
from assistant.log import Happening, record, record_fault
from assistant.model_store.remembered import starting_model
from assistant.settings import load_settings
from assistant.tasks import Desk
from assistant.vault.places import door_of
from assistant.vault.terms import Terms
from assistant.vault.vault import Vault


def run(model: str | None, *, example: bool, ephemeral: bool = False) -> int:
    """Seal this process, open the window, and return the exit code once it is closed.

    Raises AparteError where ``model`` can't be used; one that was only remembered gives way to the
    one that ships, and the window says so. ``ephemeral``: nothing is kept once it is closed.
    """
    record(Happening.SEALED if seal() else Happening.NOT_SEALED)
    record(Happening.STARTED)
    sys.excepthook = _log_and_go_on
    settings = load_settings()
    used, refusal = starting_model(settings, model)
    desk, nlp = Desk(used), Engine(command=NLP_COMMAND)
    lock_minutes, choice = settings.lock_minutes, ephemeral or settings.ephemeral
    terms = Terms(lock_after_minutes=lock_minutes, ephemeral=choice)
    vault = Vault(door_of(terms), terms)
    try:
        guides = _guides(nlp, desk)
        return run_window(
            desk, Checker(nlp), settings, vault, guides, example=example, refusal=refusal
        )
    finally:
        vault.close()
        desk.close()
        nlp.close()


def _guides(nlp: Engine, desk: Desk) -> GuidesDesk | None:
    """The guides of this PC; None where they, or what searches them, are not installed."""
    try:
        return GuidesDesk(nlp, writer=desk)
    except AparteError as fault:
        record_fault(fault)
        return None


def _log_and_go_on(
    _kind: type[BaseException], fault: BaseException, _trace: TracebackType | None
) -> None:
    """Qt calls this for what a slot raises: the window stays, with everything that is in it."""
    record_fault(fault)
    print(ErrorCode.UNKNOWN.sentence, file=sys.stderr)
