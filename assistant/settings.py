"""The user's choices, kept in one small TOML file."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from assistant.log import Happening, record
from assistant.paths import config_folder

THEMES = ("systeme", "clair", "sombre", "contraste")
TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 2.0)
LOCK_MINUTES = (1, 2, 5, 10, 15, 30)


@dataclass(frozen=True, slots=True)
class Settings:
    """``theme`` is one of THEMES; ``text_scale`` multiplies every text size. ``model`` is the path
    of a model file of the user's own (empty: the model that ships), with the ``model_fingerprint``
    it had when it was chosen, and ``model_context`` the length it is loaded with, in tokens.
    ``lock_minutes`` without anybody lock the window; ``ephemeral``: nothing is kept once it is
    closed, from the next start on."""

    theme: str = "systeme"
    text_scale: float = 1.0
    model: str = ""
    model_fingerprint: str = ""
    model_context: int = 0
    lock_minutes: float = 5.0
    ephemeral: bool = False


def load_settings() -> Settings:
    """The saved settings; the original ones where none were saved.

    A file that can't be understood is set aside (never overwritten) and logged.
    """
    path = _file()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        _set_aside(path)
        return Settings()
    known = {field.name: table[field.name] for field in fields(Settings) if field.name in table}
    try:
        return _checked(Settings(**known))
    except (TypeError, ValueError):
        _set_aside(path)
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write ``settings`` safely: a new file, flushed, then renamed over the old one.

    Raises OSError when the folder can't be written, ValueError for a choice that can't be kept; the
    old file is then untouched.
    """
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {_toml(value)}\n" for name, value in asdict(_checked(settings)).items()]
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".reglages-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _file() -> Path:
    return config_folder() / "reglages.toml"


def _checked(settings: Settings) -> Settings:
    if settings.theme not in THEMES:
        raise ValueError(settings.theme)
    scale = settings.text_scale
    if not 0.5 <= scale <= 4:  # a TypeError where the file holds a word
        raise ValueError(scale)
    if not LOCK_MINUTES[0] <= settings.lock_minutes <= LOCK_MINUTES[-1]:
        raise ValueError(settings.lock_minutes)
    if settings.ephemeral not in (True, False):
        raise ValueError(settings.ephemeral)
    if settings.model_context < 0:
        raise ValueError(settings.model_context)
    for word in (settings.model, settings.model_fingerprint):
        str.encode(word, "utf-8")  # a TypeError for a number, a ValueError for what is no text
    return settings


def _toml(value: str | float) -> str:
    if isinstance(value, str):  # a string of JSON is one of TOML, but for one control character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)  # true, false, and numbers as TOML writes them


def _set_aside(path: Path) -> None:
    record(Happening.SETTINGS_SET_ASIDE)
    try:
        path.replace(path.with_name("reglages.illisible.toml"))
    except OSError:
        return  # it can't be moved either: it stays where it is, and is not written over
