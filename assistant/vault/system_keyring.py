"""The operating system's keyring: where the vault's secret lives unless a passphrase was chosen.

Only keyrings that encrypt and that the session opens are taken, by name; the plaintext files of
``keyrings.alt``, the null and the failing backends, and any other, are refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError

from assistant.errors import AparteError, ErrorCode
from assistant.vault.secret import KEY_BYTES, Secret

SERVICE = "aparte"
_TRUSTED = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
)


class Keyring(Protocol):
    """Where a secret is kept under the name of its vault."""

    def fetch(self, vault_id: str) -> Secret | None:
        """The secret, or None where there is none. Raises AparteError."""

    def store(self, vault_id: str, secret: Secret) -> None:
        """Keep ``secret``. Raises AparteError."""

    def remove(self, vault_id: str) -> None:
        """Keep it no longer; no failure where it is not there. Raises AparteError."""


class SystemKeyring:
    """The session's keyring; every call may wait for the user to unlock it."""

    def fetch(self, vault_id: str) -> Secret | None:
        """The secret of ``vault_id``, or None. Raises AparteError: VAULT_NO_KEYRING where no
        keyring can be trusted, VAULT_KEYRING_SILENT where it does not answer."""
        backend = trusted_backend()
        try:
            kept = backend.get_password(SERVICE, vault_id)
        except Exception as fault:  # each backend raises its own, D-Bus errors included
            raise AparteError(ErrorCode.VAULT_KEYRING_SILENT) from fault
        if kept is None:
            return None
        try:
            data = bytearray(base64.b64decode(kept, validate=True))
        except binascii.Error:
            return None
        return Secret(data) if len(data) == KEY_BYTES else None

    def store(self, vault_id: str, secret: Secret) -> None:
        """Keep ``secret``. Raises AparteError as ``fetch`` does."""
        backend = trusted_backend()
        try:
            backend.set_password(SERVICE, vault_id, base64.b64encode(secret.data).decode())
        except Exception as fault:
            raise AparteError(ErrorCode.VAULT_KEYRING_SILENT) from fault

    def remove(self, vault_id: str) -> None:
        """Keep the secret of ``vault_id`` no longer. Raises AparteError as ``fetch`` does."""
        backend = trusted_backend()
        try:
            if backend.get_password(SERVICE, vault_id) is not None:
                backend.delete_password(SERVICE, vault_id)
        except Exception as fault:
            raise AparteError(ErrorCode.VAULT_KEYRING_SILENT) from fault


def trusted_backend() -> KeyringBackend:
    """The first keyring of the session that is on the list.

    Raises AparteError: VAULT_NO_KEYRING where none is.
    """
    for backend in _candidates():
        kind = type(backend)
        if f"{kind.__module__}.{kind.__qualname__}" in _TRUSTED:
            return backend
    raise AparteError(ErrorCode.VAULT_NO_KEYRING)


def _candidates() -> Iterator[KeyringBackend]:
    try:
        chosen = keyring.get_keyring()
    except (KeyringError, RuntimeError, OSError):
        return
    if isinstance(chosen, ChainerBackend):
        yield from chosen.backends
    else:
        yield chosen
