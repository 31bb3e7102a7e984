"""The keys of the vault that stays on this PC: what opens it, and how that is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.vault.attempts import Attempts
from assistant.vault.keys import (
    KeyFile,
    SlotKind,
    WrongKeyError,
    load_key_file,
    save_key_file,
    set_key_files_aside,
)
from assistant.vault.moments import Clock
from assistant.vault.passphrase import Cost, calibrated, derived, parameters
from assistant.vault.recovery_code import new_code, read_code, wrapping_key
from assistant.vault.secret import Secret
from assistant.vault.strength import Verdict, strength
from assistant.vault.system_keyring import Keyring


class StoredKeys:
    """The slots of the vault in ``folder``, and the keyring that may hold a secret for one."""

    def __init__(
        self,
        folder: Path,
        keyring: Keyring,
        clock: Clock,
        cost: Callable[[], Cost] = calibrated,
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._cost = cost
        self._attempts = Attempts(folder / "coffre.essais", clock)

    @property
    def vault_id(self) -> str:
        """Which vault the keys are of. Raises AparteError where there is none."""
        return self._file().vault_id

    @property
    def exist(self) -> bool:
        """Whether there is a vault to open. Raises AparteError: VAULT_KEYS_DAMAGED."""
        return load_key_file(self._folder) is not None

    def has(self, kind: SlotKind) -> bool:
        """Whether ``kind`` opens the vault. Raises AparteError."""
        return kind in self._file().slots

    @property
    def ask_for_passphrase(self) -> bool:
        """Whether only someone who knows the passphrase opens the vault. Raises AparteError."""
        return self.has(SlotKind.PASSPHRASE)

    @property
    def wrong_passphrases(self) -> int:
        """How many were typed in a row."""
        return self._attempts.wrong

    def begin(self, passphrase: str | None = None) -> Secret:
        """The data key of a new vault, opened by ``passphrase`` or else by the keyring.

        Raises AparteError: VAULT_NO_KEYRING, VAULT_KEYRING_SILENT, VAULT_PASSPHRASE_WEAK…
        """
        data_key = Secret.random()
        if passphrase is None:
            self._save(self._opened_by_keyring(KeyFile.new(), data_key))
        else:
            self._save(self._opened_by_passphrase(KeyFile.new(), data_key, passphrase))
        return data_key

    def fetch(self) -> Secret:
        """The data key, from the keyring. Raises AparteError: VAULT_LOCKED where a passphrase is
        needed, VAULT_KEY_LOST where the keyring no longer holds its secret…"""
        file = self._file()
        if SlotKind.KEYRING not in file.slots:
            raise AparteError(ErrorCode.VAULT_LOCKED)
        wrapping = self._keyring.fetch(file.vault_id)
        if wrapping is None:
            raise AparteError(ErrorCode.VAULT_KEY_LOST)
        try:
            return file.open(SlotKind.KEYRING, wrapping)
        except WrongKeyError as fault:
            raise AparteError(ErrorCode.VAULT_KEY_LOST) from fault
        finally:
            wrapping.forget()

    def fetch_with_passphrase(self, passphrase: str) -> Secret:
        """The data key. Raises AparteError: VAULT_WAIT (nothing was tried),
        VAULT_PASSPHRASE_WRONG."""
        file = self._file()
        if SlotKind.PASSPHRASE not in file.slots:
            raise AparteError(ErrorCode.VAULT_PASSPHRASE_WRONG)
        left = self._attempts.wait()
        if left:
            raise AparteError(ErrorCode.VAULT_WAIT, wait=_as_words(left.total_seconds()))
        known = file.slots[SlotKind.PASSPHRASE].parameters
        cost = Cost(int(known["memory_kib"]), int(known["passes"]), int(known["lanes"]))
        wrapping = derived(passphrase, cost, bytes.fromhex(str(known["salt"])))
        try:
            data_key = file.open(SlotKind.PASSPHRASE, wrapping)
        except WrongKeyError as fault:
            self._attempts.failed()
            raise AparteError(ErrorCode.VAULT_PASSPHRASE_WRONG) from fault
        finally:
            wrapping.forget()
        self._attempts.succeeded()
        return data_key

    def fetch_with_code(self, typed: str) -> Secret:
        """The data key, from the recovery code. Raises AparteError: VAULT_CODE_MISTYPED,
        VAULT_CODE_WRONG."""
        return opened_by_code(self._file(), typed)

    def protect_with_passphrase(self, data_key: Secret, passphrase: str) -> None:
        """From now on ``passphrase`` opens the vault, and the keyring no longer does.

        Raises AparteError: VAULT_PASSPHRASE_WEAK; nothing was then changed.
        """
        file = self._opened_by_passphrase(self._file(), data_key, passphrase)
        had_keyring = SlotKind.KEYRING in file.slots
        self._save(file.without(SlotKind.KEYRING))
        self._attempts.succeeded()
        if had_keyring:
            self._keyring.remove(file.vault_id)

    def protect_with_keyring(self, data_key: Secret) -> None:
        """From now on the session's keyring opens the vault, and no passphrase is asked for.
        Raises AparteError; nothing was then changed."""
        file = self._opened_by_keyring(self._file(), data_key)
        self._save(file.without(SlotKind.PASSPHRASE))

    def renew_code(self, data_key: Secret) -> str:
        """A new recovery code, to be shown once; the one before opens nothing any more."""
        file, code = self._file(), new_code()
        wrapping = wrapping_key(code, file.vault_id)
        self._save(file.with_slot(SlotKind.RECOVERY, wrapping, data_key))
        wrapping.forget()
        return code

    def for_backup(self) -> KeyFile:
        """The slot that opens a backup elsewhere: the recovery code's alone.

        Raises AparteError: VAULT_NO_CODE where no code was made yet.
        """
        file = self._file()
        if SlotKind.RECOVERY not in file.slots:
            raise AparteError(ErrorCode.VAULT_NO_CODE)
        return replace(file, slots={SlotKind.RECOVERY: file.slots[SlotKind.RECOVERY]})

    def set_aside(self, now: datetime) -> None:
        """Leave the keys under another name: a new vault can begin, the old one is not lost."""
        set_key_files_aside(self._folder, f"{now:%Y%m%d-%H%M%S}")

    def _file(self) -> KeyFile:
        file = load_key_file(self._folder)
        if file is None:
            raise AparteError(ErrorCode.VAULT_LOCKED)
        return file

    def _opened_by_keyring(self, file: KeyFile, data_key: Secret) -> KeyFile:
        wrapping = Secret.random()
        self._keyring.store(file.vault_id, wrapping)
        opened = file.with_slot(SlotKind.KEYRING, wrapping, data_key)
        wrapping.forget()
        return opened

    def _opened_by_passphrase(self, file: KeyFile, data_key: Secret, passphrase: str) -> KeyFile:
        if strength(passphrase).verdict is Verdict.WEAK:
            raise AparteError(ErrorCode.VAULT_PASSPHRASE_WEAK)
        cost = self._cost()
        known = parameters(cost)
        wrapping = derived(passphrase, cost, bytes.fromhex(str(known["salt"])))
        opened = file.with_slot(SlotKind.PASSPHRASE, wrapping, data_key, known)
        wrapping.forget()
        return opened

    def _save(self, file: KeyFile) -> None:
        try:
            save_key_file(self._folder, file)
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_UNWRITABLE) from fault


def opened_by_code(file: KeyFile, typed: str) -> Secret:
    """The data key of ``file``. Raises AparteError: VAULT_CODE_MISTYPED, VAULT_CODE_WRONG."""
    code = read_code(typed)
    wrapping = wrapping_key(code, file.vault_id)
    try:
        return file.open(SlotKind.RECOVERY, wrapping)
    except (KeyError, WrongKeyError) as fault:
        raise AparteError(ErrorCode.VAULT_CODE_WRONG) from fault
    finally:
        wrapping.forget()


def _as_words(seconds: float) -> str:
    """« 12 secondes », « 2 minutes »: never less than what is left."""
    whole = -int(-seconds // 1)
    if whole < 60:
        return f"{max(whole, 1)}\u00a0seconde{'s' if whole > 1 else ''}"
    minutes = -(-whole // 60)
    return f"{minutes}\u00a0minute{'s' if minutes > 1 else ''}"
