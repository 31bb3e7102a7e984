"""What was decided of the vault: by the user, and above the user by IT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from assistant.vault.retention import Retention

LOCK_AFTER_MINUTES = 5.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How long records stay; after how many minutes without a key or a click the vault locks;
    whether nothing is kept after closing; whether the keyring alone is not enough. The user may
    choose another time before locking, up to ``most_minutes``."""

    retention: Retention = field(default_factory=Retention)
    lock_after_minutes: float = LOCK_AFTER_MINUTES
    ephemeral: bool = False
    passphrase_required: bool = False
    most_minutes: float = inf

    def tightened(self, policy: Mapping[str, Any]) -> Terms:
        """The same under ``policy``, which may only shorten and require. Its names:
        « retention » (days by kind), « lock_after_minutes », « ephemeral »,
        « passphrase_required »."""
        most = min(self.most_minutes, float(policy.get("lock_after_minutes", inf)))
        return replace(
            self,
            retention=self.retention.shortened(policy.get("retention", {})),
            lock_after_minutes=min(self.lock_after_minutes, most),
            most_minutes=most,
            ephemeral=self.ephemeral or bool(policy.get("ephemeral", False)),
            passphrase_required=self.passphrase_required
            or bool(policy.get("passphrase_required", False)),
        )
