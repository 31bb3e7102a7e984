"""What opens and closes the vault: shut, locked, open. All of it happens on the vault's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.log import Happening, record, record_fault
from assistant.vault.copies import Copies
from assistant.vault.folder_lock import FolderLock
from assistant.vault.journal import Act, Facts
from assistant.vault.keys import SlotKind
from assistant.vault.moments import Clock
from assistant.vault.opening import set_aside
from assistant.vault.room import Room
from assistant.vault.secret import Secret
from assistant.vault.session_keys import SessionKeys
from assistant.vault.stored_keys import StoredKeys


class Standing(Enum):
    """Where the vault stands."""

    SHUT = "shut"
    LOCKED = "locked"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Status:
    """``reason`` says why it is not open; ``incident`` what the user must know of its opening.
    ``asks_passphrase``: unlocking needs one. ``has_code``: a recovery code was made."""

    standing: Standing
    reason: AparteError | None = None
    incident: AparteError | None = None
    asks_passphrase: bool = False
    has_code: bool = False
    ephemeral: bool = False


class Door:
    """The way into the vault of ``folder``. ``room`` is there while it is open."""

    def __init__(
        self,
        folder: Path,
        keys: StoredKeys | SessionKeys,
        clock: Clock,
        *,
        passphrase_required: bool = False,
        at_close: Callable[[], None] = lambda: None,
    ) -> None:
        self.room: Room | None = None
        self.keys = keys
        self.status = Status(Standing.SHUT, ephemeral=isinstance(keys, SessionKeys))
        self._folder = folder
        self.clock = clock
        self._passphrase_required = passphrase_required
        self._at_close = at_close
        self._lock = FolderLock(folder)

    def open(self) -> None:
        """Open what the session opens by itself, and begin a vault where there is none; else
        ``status`` says why not, and nothing is raised."""
        try:
            self._prepare()
            self._refuse_without_passphrase()
            if self.keys.exist:
                self._enter(self.keys.fetch(), Act.OPENED)
            else:
                self._begin()
        except AparteError as error:
            self._stay_out(error)

    def _begin(self) -> None:
        """Two windows may do this at once: one begins the vault, the other waits and opens it."""
        try:
            alone = self._lock.take()
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
        try:
            if self.keys.exist:
                self._enter(self.keys.fetch(), Act.OPENED)
            elif alone:
                self._enter(self.keys.begin(), Act.CREATED, new=True)
            else:
                raise AparteError(ErrorCode.VAULT_IN_USE)
        finally:
            if self.room is None:
                self._lock.release()

    def unlock(self, passphrase: str = "") -> None:
        """Open it with ``passphrase``, or by the keyring where it asks for none. Raises
        AparteError; it is then as it was."""
        if self.room is not None:
            return
        self._prepare()
        refused = self._wrong_passphrases()
        if self._asks_passphrase():
            data_key = self.keys.fetch_with_passphrase(passphrase)
        else:
            data_key = self.keys.fetch()
        self._enter(data_key, Act.OPENED, refused=refused)

    def unlock_with_code(self, typed: str, passphrase: str = "") -> None:
        """Open it with the recovery code; from now on ``passphrase`` opens it, or the keyring
        where there is none. Raises AparteError; it is then as it was."""
        keys = self._stored()
        self._prepare()
        data_key = keys.fetch_with_code(typed)
        try:
            if passphrase:
                keys.protect_with_passphrase(data_key, passphrase)
            else:
                keys.protect_with_keyring(data_key)
        except BaseException:
            data_key.forget()
            raise
        self._enter(data_key, Act.OPENED)

    def protect(self, passphrase: str) -> str:
        """From now on ``passphrase`` opens the vault, which is begun if it must be; a new
        recovery code, to be shown once. Raises AparteError; nothing was then changed."""
        keys = self._stored()
        if self.room is None:
            self._prepare()
            if keys.exist:
                data_key = keys.fetch()
                keys.protect_with_passphrase(data_key, passphrase)
                self._enter(data_key, Act.OPENED)
            else:
                self._enter(keys.begin(passphrase), Act.CREATED, new=True)
        else:
            keys.protect_with_passphrase(self.room.key, passphrase)
        return self.renew_code()

    def unprotect(self) -> None:
        """From now on the session's keyring opens the vault. Raises AparteError: VAULT_LOCKED,
        VAULT_NO_KEYRING, VAULT_PASSPHRASE_REQUIRED…"""
        if self._passphrase_required:
            raise AparteError(ErrorCode.VAULT_PASSPHRASE_REQUIRED)
        room = self.opened()
        self._stored().protect_with_keyring(room.key)
        room.transact(lambda records: records.note(Act.KEYS_CHANGED))
        self._refresh()

    def renew_code(self) -> str:
        """A new recovery code, to be shown once; the one before opens nothing any more. Raises
        AparteError: VAULT_LOCKED…"""
        room = self.opened()
        code = self._stored().renew_code(room.key)
        room.transact(lambda records: records.note(Act.KEYS_CHANGED))
        self._refresh()
        return code

    def back_up(self, path: Path) -> str | None:
        """Write the whole vault to ``path``, opened there by the recovery code; a new code where
        there was none, to be shown once. Raises AparteError."""
        room, keys = self.opened(), self._stored()
        code = None if keys.has(SlotKind.RECOVERY) else self.renew_code()
        room.back_up(keys.for_backup(), path)
        return code

    def start_anew(self) -> None:
        """Set the present vault aside, keys and file, and begin another. Raises AparteError."""
        keys = self._stored()
        self._leave()
        self._prepare()
        if not self._lock.take():
            self._lock.release()
            raise AparteError(ErrorCode.VAULT_IN_USE)
        try:
            keys.set_aside(self.clock())
            aside = set_aside(self._folder, self.clock())
            for copy in Copies(self._folder).paths:
                copy.rename(aside.with_name(f"{aside.stem}-{copy.name}"))
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
        finally:
            self._lock.release()
        self.open()

    def lock(self) -> None:
        """Close the file and forget its key; what is on disk can't be read until ``unlock``."""
        if self.room is None:
            return
        self._note_leaving()
        self._leave()
        record(Happening.VAULT_LOCKED)
        self._stay_out(AparteError(ErrorCode.VAULT_LOCKED))

    def reopen(self) -> None:
        """After damage was found in the open file: close it, and open what can be rebuilt. Raises
        AparteError."""
        room = self.opened()
        data_key = room.key.copy()
        self._leave()
        try:
            self._enter(data_key, Act.OPENED)
        except AparteError as error:
            self._stay_out(error)
            raise

    def close(self) -> None:
        """Leave the vault; an ephemeral one is then destroyed."""
        self._leave()
        try:
            self._at_close()
        except OSError as fault:
            record_fault(fault)  # what stays can't be read: its key is gone first

    def opened(self) -> Room:
        """The room. Raises AparteError: why it is not open."""
        if self.room is None:
            raise self.status.reason or AparteError(ErrorCode.VAULT_LOCKED)
        return self.room

    def _prepare(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault

    def _enter(self, data_key: Secret, act: Act, *, new: bool = False, refused: int = 0) -> None:
        try:
            self._lock.take()
            room = Room(self._folder, data_key, self.keys.vault_id, self._lock, self.clock, new=new)
        except BaseException as fault:
            self._lock.release()
            data_key.forget()
            if isinstance(fault, OSError):
                raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
            raise
        self.room = room
        record(Happening.VAULT_OPENED)
        unwritten = None
        try:
            room.begin(act, Facts(counts={"refus": refused} if refused else {}))
        except AparteError as error:  # on a full disk it can still be read
            record(Happening.VAULT_NOT_SAVED, code=error.code)
            unwritten = error
        self._refresh(room.incident or unwritten)

    def _leave(self) -> None:
        if self.room is not None:
            self.room.close()
            self.room = None
        self._lock.release()

    def _note_leaving(self) -> None:
        try:
            self.opened().transact(lambda records: records.note(Act.LOCKED))
        except AparteError:
            return  # a full disk keeps nobody from locking

    def _refresh(self, incident: AparteError | None = None) -> None:
        self.status = Status(
            Standing.OPEN,
            incident=incident,
            asks_passphrase=self._asks_passphrase(),
            has_code=self._has_code(),
            ephemeral=self.status.ephemeral,
        )

    def _stay_out(self, error: AparteError) -> None:
        locked = error.code is ErrorCode.VAULT_LOCKED
        if not locked:
            record(Happening.VAULT_SHUT, code=error.code)
        self.status = Status(
            Standing.LOCKED if locked else Standing.SHUT,
            error,
            asks_passphrase=locked and self._asks_passphrase(),
            has_code=locked and self._has_code(),
            ephemeral=self.status.ephemeral,
        )

    def _refuse_without_passphrase(self) -> None:
        if self._passphrase_required and not self._asks_passphrase():
            raise AparteError(ErrorCode.VAULT_PASSPHRASE_REQUIRED)

    def _asks_passphrase(self) -> bool:
        return self.keys.exist and self.keys.ask_for_passphrase

    def _has_code(self) -> bool:
        return isinstance(self.keys, StoredKeys) and self.keys.has(SlotKind.RECOVERY)

    def _wrong_passphrases(self) -> int:
        return self.keys.wrong_passphrases if isinstance(self.keys, StoredKeys) else 0

    def _stored(self) -> StoredKeys:
        if not isinstance(self.keys, StoredKeys):
            raise AparteError(ErrorCode.VAULT_EPHEMERAL)
        return self.keys
