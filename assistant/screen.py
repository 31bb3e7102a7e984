"""Whether a window can be shown here: Qt aborts the process on a screen that does not answer."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Mapping
from pathlib import Path

_LOCAL_X = re.compile(r"(?:unix)?:(\d+)(?:\.\d+)?")
_PATIENCE = 2.0


def screen_answers(environment: Mapping[str, str]) -> bool:
    """True if the screen that ``environment`` names (Wayland or X11) takes a connection. One on
    another machine is not tried."""
    if wayland := environment.get("WAYLAND_DISPLAY"):
        folder = environment.get("XDG_RUNTIME_DIR", "")
        if _answers(str(Path(folder) / wayland)):
            return True
    display = environment.get("DISPLAY", "")
    local = _LOCAL_X.fullmatch(display)
    if local is None:
        return bool(display)
    path = f"/tmp/.X11-unix/X{local[1]}"
    return _answers(path) or _answers(f"\0{path}")


def _answers(address: str) -> bool:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as line:
        line.settimeout(_PATIENCE)
        try:
            line.connect(address)
        except (OSError, ValueError):
            return False
        return True
