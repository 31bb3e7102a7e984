"""The recovery code: 136 random bits in seven groups of five characters, made to be printed.

The alphabet leaves out what paper confuses, and typing forgives it: « O » is read as 0, « l » as 1.
The last character of a group is a check over the group and its place, modulo the prime 29: any one
wrong character and any two swapped neighbours are found, and the group they are in is named.
"""

from __future__ import annotations

import secrets
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.errors import AparteError, ErrorCode
from assistant.vault.secret import KEY_BYTES, Secret

ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
GROUPS = 7
_LETTERS = 4
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"})
_SEPARATORS = {"Z", "P", "C"}


def new_code() -> str:
    """A code such as « 7K3QP-… » for a page that is printed, and kept nowhere else."""
    groups = []
    for place in range(GROUPS):
        letters = "".join(secrets.choice(ALPHABET) for _ in range(_LETTERS))
        groups.append(letters + _check(letters, place))
    return "-".join(groups)


def read_code(typed: str) -> str:
    """The code that was ``typed``, whatever the case, the spaces, the dashes and the confusions.

    Raises AparteError: VAULT_CODE_MISTYPED names the first group that is wrong.
    """
    characters = [c for c in typed.upper() if unicodedata.category(c)[0] not in _SEPARATORS]
    letters = "".join(characters).translate(_CONFUSED)
    width = _LETTERS + 1
    groups = [letters[start : start + width] for start in range(0, len(letters), width)]
    for place in range(GROUPS):
        group = groups[place] if place < len(groups) else ""
        sound = len(group) == width and all(c in ALPHABET for c in group)
        if not sound or _check(group[:_LETTERS], place) != group[_LETTERS]:
            raise AparteError(ErrorCode.VAULT_CODE_MISTYPED, group=place + 1)
    if len(groups) > GROUPS:
        raise AparteError(ErrorCode.VAULT_CODE_MISTYPED, group=GROUPS)
    return "-".join(groups)


def wrapping_key(code: str, vault_id: str) -> Secret:
    """The key that ``code`` (as ``read_code`` gives it) opens the recovery slot with: HKDF-SHA256
    (RFC 5869), enough for 136 random bits."""
    kdf = HKDF(SHA256(), KEY_BYTES, salt=bytes.fromhex(vault_id), info=b"aparte recovery code")
    key = bytearray(KEY_BYTES)
    kdf.derive_into(code.replace("-", "").encode(), key)
    return Secret(key)


def _check(letters: str, place: int) -> str:
    weighed = sum(weight * ALPHABET.index(c) for weight, c in enumerate(letters, 1))
    return ALPHABET[(weighed + place) * -pow(_LETTERS + 1, -1, len(ALPHABET)) % len(ALPHABET)]
