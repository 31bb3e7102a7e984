"""The log: what happened, never what was written.

There is no way to log a sentence: an entry is one of ``Happening`` and facts that are
numbers, enumeration values or identifiers of our own. That is how no patient text gets in.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
from enum import Enum, StrEnum

from assistant.paths import log_folder

_LOGGER = logging.getLogger("aparte")
_LOGGER.propagate = False
_handlers: list[logging.Handler] = []
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class Happening(StrEnum):
    """What may be logged."""

    STARTED = "started"
    SEALED = "sealed"
    NOT_SEALED = "not_sealed"
    WORKER_STARTED = "worker_started"
    WORKER_ENDED = "worker_ended"
    WORKER_KILLED = "worker_killed"
    WORKER_NOISE = "worker_noise"
    DRAFT_STARTED = "draft_started"
    DRAFT_FINISHED = "draft_finished"
    DRAFT_FAILED = "draft_failed"
    SETTINGS_SET_ASIDE = "settings_set_aside"
    QUESTION_ABOUT_A_PATIENT = "question_about_a_patient"
    GUIDES_ADDED = "guides_added"
    VAULT_OPENED = "vault_opened"
    VAULT_LOCKED = "vault_locked"
    VAULT_SHUT = "vault_shut"
    VAULT_NOT_SAVED = "vault_not_saved"
    VAULT_PURGED = "vault_purged"
    FAULT = "fault"


def record(happening: Happening, **facts: int | float | Enum) -> None:
    """Log ``happening`` with its facts; a fact that could hold a sentence is a TypeError."""
    parts = [happening.value]
    for name, fact in facts.items():
        value = fact.name if isinstance(fact, Enum) else fact
        if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
            raise TypeError(f"{name} is not a fact for the log")
        parts.append(f"{name}={value}")
    _LOGGER.info(" ".join(parts))


def record_fault(fault: BaseException) -> None:
    """Log where an unexpected exception came from: its class, file and line, not its message."""
    where = fault.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = "?" if where is None else f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}"
    _LOGGER.error("%s class=%s at=%s", Happening.FAULT.value, type(fault).__name__, place)


def open_log() -> None:
    """Write the log to the user's log folder; a folder that can't be written is no failure."""
    if _handlers:
        return
    _LOGGER.setLevel(logging.INFO)
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            log_folder() / "aparte.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _LOGGER.addHandler(handler)
    _handlers.append(handler)


def close_log() -> None:
    """Flush and release the log file."""
    while _handlers:
        handler = _handlers.pop()
        _LOGGER.removeHandler(handler)
        handler.close()
