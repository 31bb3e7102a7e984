"""Where things live: the user's folders, and what ships with the program."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("aparte", appauthor=False)


def config_folder() -> Path:
    """The user's choices (settings)."""
    return Path(_DIRS.user_config_dir)


def state_folder() -> Path:
    """What models read of forms and rules, kept to start faster; nothing about a patient."""
    return Path(_DIRS.user_cache_dir) / "etats"


def vault_folder() -> Path:
    """The encrypted vault and its copies; ephemeral vaults in a folder of their own beside it."""
    return Path(_DIRS.user_data_dir) / "coffre"


def log_folder() -> Path:
    """The content-free log."""
    return Path(_DIRS.user_log_dir)


def shipped_models() -> Path:
    """The folder of ``catalogue.toml`` and of the models that ship."""
    return Path(__file__).resolve().parent.parent / "models"


def shipped_guides() -> Path:
    """The folder of the guides and of their signed pack."""
    return Path(__file__).resolve().parent.parent / "guides"


def guides_folder() -> Path:
    """The packs and documents that the user added. Guides are about no patient."""
    return Path(_DIRS.user_data_dir) / "guides"


def index_folder() -> Path:
    """What is computed from the guides to search them; it can always be computed again."""
    return Path(_DIRS.user_cache_dir) / "index"


def policy_folder() -> Path:
    """What IT decided for this PC: a folder that only an administrator writes to, and that no
    variable of the user's session moves."""
    fixed = {"linux": Path("/etc/aparte")}
    return fixed.get(sys.platform, Path(_DIRS.site_config_dir))
