"""The vault's data key, wrapped: one file, one slot for each thing that can open it.

The data key is random and never changes; each slot holds it encrypted (AES-256-GCM) under a key of
its own: the secret kept in the system's keyring, one derived from a passphrase, or one from the
recovery code. What a slot says of itself (its kind, its parameters, the vault) is authenticated
with it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import AparteError, ErrorCode
from assistant.vault.safe_file import replace_file
from assistant.vault.secret import KEY_BYTES, Secret

_FORMAT = 1
_NONCE_BYTES = 12
_NAMES = ("coffre.cles", "coffre-copie.cles")


class SlotKind(StrEnum):
    """What can open the vault."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"
    RECOVERY = "recovery"


class WrongKeyError(Exception):
    """The key does not open the slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A data key under another key; ``parameters`` tell how that one is derived."""

    nonce: bytes
    wrapped: bytes
    parameters: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyFile:
    """The slots of one vault, told apart from others by its ``vault_id``."""

    vault_id: str
    slots: Mapping[SlotKind, Slot]

    @classmethod
    def new(cls) -> KeyFile:
        """For a vault that does not exist yet."""
        return cls(secrets.token_hex(16), {})

    def with_slot(
        self,
        kind: SlotKind,
        wrapping: Secret,
        data_key: Secret,
        parameters: Mapping[str, int | str] | None = None,
    ) -> KeyFile:
        """The same, where ``wrapping`` opens the slot ``kind``, in place of what opened it."""
        nonce, known = secrets.token_bytes(_NONCE_BYTES), dict(parameters or {})
        about = self._about(kind, known)
        wrapped = AESGCM(wrapping.data).encrypt(nonce, data_key.data, about)
        return KeyFile(self.vault_id, {**self.slots, kind: Slot(nonce, wrapped, known)})

    def without(self, kind: SlotKind) -> KeyFile:
        """The same without the slot ``kind``."""
        return KeyFile(self.vault_id, {k: s for k, s in self.slots.items() if k is not kind})

    def open(self, kind: SlotKind, wrapping: Secret) -> Secret:
        """The data key. Raises WrongKeyError, and KeyError without such a slot."""
        slot = self.slots[kind]
        data_key = bytearray(KEY_BYTES)
        about = self._about(kind, slot.parameters)
        try:
            AESGCM(wrapping.data).decrypt_into(slot.nonce, slot.wrapped, about, data_key)
        except InvalidTag as fault:
            raise WrongKeyError from fault
        return Secret(data_key)

    def _about(self, kind: SlotKind, parameters: Mapping[str, int | str]) -> bytes:
        return _canonical([_FORMAT, self.vault_id, kind, dict(parameters)])

    def to_bytes(self) -> bytes:
        """What is written: the slots, with a digest that tells damage from a wrong key."""
        body = {
            "format": _FORMAT,
            "vault": self.vault_id,
            "slots": {
                kind: {
                    "nonce": base64.b64encode(slot.nonce).decode(),
                    "wrapped": base64.b64encode(slot.wrapped).decode(),
                    "parameters": dict(slot.parameters),
                }
                for kind, slot in self.slots.items()
            },
        }
        digest = hashlib.sha256(_canonical(body)).hexdigest()
        return json.dumps({"keys": body, "sha256": digest}, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> KeyFile:
        """What ``to_bytes`` wrote. Raises ValueError for anything else, damaged ones included."""
        try:
            table = json.loads(data)
            body = table["keys"]
            if hashlib.sha256(_canonical(body)).hexdigest() != table["sha256"]:
                raise ValueError("the digest does not match")
            if body["format"] != _FORMAT:
                raise ValueError(f"unknown format {body['format']}")
            slots = {
                SlotKind(kind): Slot(
                    base64.b64decode(slot["nonce"], validate=True),
                    base64.b64decode(slot["wrapped"], validate=True),
                    slot["parameters"],
                )
                for kind, slot in body["slots"].items()
            }
            return cls(body["vault"], slots)
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as fault:
            raise ValueError("not a key file") from fault


def load_key_file(folder: Path) -> KeyFile | None:
    """The key file of ``folder``, from its copy if it is damaged; None where there is neither.

    Raises AparteError: VAULT_KEYS_DAMAGED where one is there and none can be read.
    """
    there = [folder / name for name in _NAMES if (folder / name).exists()]
    damaged: list[Path] = []
    for path in there:
        try:
            found = KeyFile.from_bytes(path.read_bytes())
        except (OSError, ValueError):
            damaged.append(path)
            continue
        for other in damaged:
            with contextlib.suppress(OSError):
                replace_file(other, found.to_bytes())
        return found
    if there:
        raise AparteError(ErrorCode.VAULT_KEYS_DAMAGED)
    return None


def save_key_file(folder: Path, keys: KeyFile) -> None:
    """Write the key file and its copy. Raises OSError; one of both is then whole."""
    for name in _NAMES:
        replace_file(folder / name, keys.to_bytes())


def set_key_files_aside(folder: Path, stamp: str) -> None:
    """Rename the key files, so that another vault can begin; nothing is deleted."""
    for name in _NAMES:
        path = folder / name
        if path.exists():
            path.rename(path.with_name(f"{path.stem}-{stamp}{path.suffix}"))


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
