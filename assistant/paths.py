"""Where things live: the user's folders, and what ships with the program."""

from __future__ import annotations

from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("aparte", appauthor=False)


def config_folder() -> Path:
    """The user's choices (settings)."""
    return Path(_DIRS.user_config_dir)


def state_folder() -> Path:
    """What models read of forms and rules, kept to start faster; nothing about a patient."""
    return Path(_DIRS.user_cache_dir) / "etats"


def log_folder() -> Path:
    """The content-free log."""
    return Path(_DIRS.user_log_dir)


def shipped_models() -> Path:
    """The folder of ``catalogue.toml`` and of the models that ship."""
    return Path(__file__).resolve().parent.parent / "models"
