"""Which vault is used: the one that stays on this PC, or one that is gone once closed."""

from __future__ import annotations

from assistant.errors import AparteError, ErrorCode
from assistant.paths import vault_folder
from assistant.vault.door import Door
from assistant.vault.ephemeral import find_or_begin
from assistant.vault.moments import utc_now
from assistant.vault.session_keys import session_memory
from assistant.vault.stored_keys import StoredKeys
from assistant.vault.system_keyring import SystemKeyring
from assistant.vault.terms import Terms


def door_of(terms: Terms) -> Door:
    """The door of the vault that ``terms`` ask for, still shut. Raises AparteError:
    VAULT_READ_ONLY where an ephemeral one can't be begun."""
    return _ephemeral() if terms.ephemeral else _permanent(terms)


def _permanent(terms: Terms) -> Door:
    folder = vault_folder()
    keys = StoredKeys(folder, SystemKeyring(), utc_now)
    return Door(folder, keys, utc_now, passphrase_required=terms.passphrase_required)


def _ephemeral() -> Door:
    try:
        found = find_or_begin(vault_folder().with_name("coffre-ephemere"), session_memory())
    except OSError as fault:
        raise AparteError(ErrorCode.VAULT_READ_ONLY) from fault
    return Door(found.folder, found.keys, utc_now, at_close=found.destroy)
