"""What the tests of the vault share: a clock that is set by hand, a keyring in memory, a cheap
Argon2id, and vaults over them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assistant.documents import Coverage, Draft, Mode, Passage, Section, Span
from assistant.errors import AparteError, ErrorCode
from assistant.vault.door import Door, Status
from assistant.vault.passphrase import Cost
from assistant.vault.secret import Secret
from assistant.vault.stored_keys import StoredKeys
from assistant.vault.vault import Vault
from assistant.vault.versions import Version, new_id
from assistant.vault.works import Work

T = TypeVar("T")

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "tramway violet sous la pluie oblique"
OTHER_PASSPHRASE = "quatorze girafes dansent au grenier"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOTE = "Mme Quercy, 85 ans. TA 14/8.\nATCD : œdème aigu du poumon.\nTTT : bisoprolol 5\u00a0mg."


class SetClock:
    """A clock that only moves when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time_: float) -> None:
        self.now += timedelta(**time_)


class MemoryKeyring:
    """A keyring that lives as long as the test; ``fault`` is raised instead of answering."""

    def __init__(self) -> None:
        self.secrets: dict[str, Secret] = {}
        self.fault: ErrorCode | None = None

    def fetch(self, vault_id: str) -> Secret | None:
        self._answer()
        kept = self.secrets.get(vault_id)
        return None if kept is None else kept.copy()

    def store(self, vault_id: str, secret: Secret) -> None:
        self._answer()
        self.secrets[vault_id] = secret.copy()

    def remove(self, vault_id: str) -> None:
        self._answer()
        self.secrets.pop(vault_id, None)

    def _answer(self) -> None:
        if self.fault is not None:
            raise AparteError(self.fault)


class Ear:
    """Hears of a vault, and lets the test wait for what it hears."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []
        self.saves = 0
        self.faults: list[ErrorCode] = []
        self._heard = threading.Condition()

    def vault_changed(self, status: Status) -> None:
        with self._heard:
            self.statuses.append(status)
            self._heard.notify_all()

    def saved(self) -> None:
        with self._heard:
            self.saves += 1
            self._heard.notify_all()

    def not_saved(self, error: AparteError) -> None:
        with self._heard:
            self.faults.append(error.code)
            self._heard.notify_all()

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something to be heard that makes ``reached`` true."""
        with self._heard:
            assert self._heard.wait_for(reached, 20), "it never came"


def a_door(
    folder: Path,
    keyring: MemoryKeyring,
    clock: Callable[[], datetime],
    *,
    passphrase_required: bool = False,
) -> Door:
    """The door of the vault in ``folder``."""
    keys = StoredKeys(folder, keyring, clock, lambda: CHEAP)
    return Door(folder, keys, clock, passphrase_required=passphrase_required)


def answer(future: Future[T]) -> T:
    """What comes of ``future``, soon."""
    return future.result(20)


def refusal(future: Future[T]) -> ErrorCode:
    """The code ``future`` fails with."""
    error = future.exception(20)
    assert isinstance(error, AparteError)
    return error.code


def a_draft(source_text: str = NOTE, *, finished: bool = True) -> Draft:
    """A letter that copies the first line of ``source_text``."""
    line = source_text.partition("\n")[0]
    sections = (
        Section("Motif", (Passage(line, Span(0, len(line))),)),
        Section("Antécédents"),
        Section("À classer", (), unsorted=True),
    )
    return Draft("lettre_liaison", Mode.STRICT_COPY, sections, (Span(0, 1),), finished)


def a_version(source_id: str, at: datetime = NOON, text: str = "") -> Version:
    """A version of the source ``source_id``."""
    draft = a_draft()
    return Version(
        new_id(), source_id, at, draft, text or draft.text, NOTE, "a" * 64,
        coverage=Coverage(len(NOTE), len(NOTE)), seconds=2.5,
    )  # fmt: skip


def a_work(source_text: str = NOTE, at: datetime = NOON, *, drafted: bool = False) -> Work:
    """A work, with a draft if ``drafted``."""
    id_ = new_id()
    shown = a_version(id_, at) if drafted else None
    return Work(id_, at, source_text, "Consultation", "lettre_liaison", shown=shown)


def a_vault(door: Door, ear: Ear | None = None) -> Vault:
    """A vault on its thread; the test closes it."""
    return Vault(door, listener=ear)
