"""Bytes that are overwritten once they are no longer needed.

What that is worth: our own copy goes. Python, OpenSSL and SQLCipher make others while they work;
SQLCipher is asked to wipe and pin its own (``cipher_memory_security``), Python offers no way to
wipe a ``str`` or a ``bytes``, and the system may have written memory to swap or to a hibernation
file.
"""

from __future__ import annotations

import secrets

KEY_BYTES = 32


class Secret:
    """A key, until ``forget``."""

    __slots__ = ("_data",)

    def __init__(self, data: bytearray) -> None:
        self._data = data

    @classmethod
    def random(cls) -> Secret:
        """256 bits from the system's generator."""
        return cls(bytearray(secrets.token_bytes(KEY_BYTES)))

    @property
    def data(self) -> bytearray:
        """The bytes themselves, not a copy. Raises ValueError once they are forgotten."""
        if not self._data:
            raise ValueError("the secret was forgotten")
        return self._data

    def copy(self) -> Secret:
        """Another that is forgotten on its own."""
        return Secret(bytearray(self.data))

    def forget(self) -> None:
        """Overwrite the bytes, and hold none any more."""
        for index in range(len(self._data)):
            self._data[index] = 0
        self._data = bytearray()
