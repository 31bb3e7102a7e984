"""Ed25519 signatures of packs, and the public keys that this PC trusts.

Trusted are the keys that ship with the program and those that IT put in its own folder. A key is a
PEM file; a line above the key, or else the name of the file, says who signs with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from assistant.paths import policy_folder

# What is signed begins with this, so that no signature made for another purpose fits a pack.
_PURPOSE = b"aparte guides 1\n"
_LARGEST_KEY_FILE = 10_000


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key and the name of whoever signs with it."""

    signer: str
    public: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """What names the key in a signature."""
        return fingerprint(self.public)


def fingerprint(public: Ed25519PublicKey) -> str:
    """The SHA-256 of the raw key, in hexadecimal."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()


def trusted_keys() -> Mapping[str, TrustedKey]:
    """The keys that this PC trusts, by fingerprint. A file that holds no key is left out."""
    shipped = resources.files("assistant.retrieval") / "keys"
    files = [(file.name, file.read_bytes()) for file in shipped.iterdir()]
    files += [(file.name, file.read_bytes()) for file in _key_files(policy_folder())]
    keys = [key for name, written in reversed(files) if (key := _key(name, written)) is not None]
    return {key.fingerprint: key for key in keys}


def sign(message: bytes, private: Ed25519PrivateKey) -> bytes:
    """The 64 bytes of the signature of ``message``."""
    return private.sign(_PURPOSE + message)


def is_signed(message: bytes, signature: bytes, key: TrustedKey) -> bool:
    """True if the holder of ``key`` signed exactly ``message``."""
    try:
        key.public.verify(signature, _PURPOSE + message)
    except InvalidSignature:
        return False
    return True


def _key_files(folder: Path) -> list[Path]:
    try:
        files = sorted((folder / "cles-guides").glob("*.pem"))
        return [file for file in files if file.stat().st_size <= _LARGEST_KEY_FILE]
    except OSError:
        return []


def _key(file_name: str, written: bytes) -> TrustedKey | None:
    said, begin, pem = written.partition(b"-----BEGIN")
    try:
        public = load_pem_public_key(begin + pem)
        signer = " ".join(said.decode("utf-8").split()) or file_name.removesuffix(".pem")
    except (ValueError, UnsupportedAlgorithm):
        return None
    return TrustedKey(signer[:80], public) if isinstance(public, Ed25519PublicKey) else None
