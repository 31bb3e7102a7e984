"""The user's choices survive, and a damaged file is never written over."""

from __future__ import annotations

import pytest

from assistant.paths import config_folder
from assistant.settings import THEMES, Settings, load_settings, save_settings


def test_what_is_saved_is_loaded() -> None:
    assert load_settings() == Settings()
    for theme in THEMES:
        save_settings(Settings(theme, 1.3))
        assert load_settings() == Settings(theme, 1.3)


@pytest.mark.parametrize("damage", ["theme = ", 'theme = "rose"', "text_scale = 'grand'", "\0"])
def test_a_damaged_file_is_set_aside(damage: str) -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "reglages.toml").write_text(damage, "utf-8")
    assert load_settings() == Settings()
    assert (config_folder() / "reglages.illisible.toml").read_text("utf-8") == damage


def test_a_setting_of_a_later_version_is_not_a_damage() -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "reglages.toml").write_text('theme = "sombre"\nfutur = 1\n', "utf-8")
    assert load_settings() == Settings("sombre", 1.0)


@pytest.mark.parametrize("damage", ["lock_minutes = 0", "lock_minutes = 600", "ephemeral = 'oui'"])
def test_a_lock_is_never_so_late_that_it_is_none(damage: str) -> None:
    save_settings(Settings(lock_minutes=2, ephemeral=True))
    assert load_settings() == Settings(lock_minutes=2, ephemeral=True)
    (config_folder() / "reglages.toml").write_text(damage, "utf-8")
    assert load_settings() == Settings()


def test_nonsense_is_not_saved() -> None:
    with pytest.raises(ValueError, match="rose"):
        save_settings(Settings("rose"))
    assert load_settings() == Settings()
