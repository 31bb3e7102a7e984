"""The font that ships with the window, and how text is set in it."""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from assistant.gui.theme import theme
from assistant.gui.tokens import FAMILIES, Size


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; raises RuntimeError if one cannot be read."""
    for file in (resources.files("assistant.gui") / "fonts").iterdir():
        if file.name.endswith(".ttf"):
            data = QByteArray(file.read_bytes())
            if QFontDatabase.addApplicationFontFromData(data) < 0:
                raise RuntimeError(f"font not readable: {file.name}")


def font(size: float = Size.CONTROL, *, bold: bool = False) -> QFont:
    """Our font at ``size`` pixels times the user's text scale, figures all of one width."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(theme().px(size))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
