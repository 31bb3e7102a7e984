"""The theme applied now, and the one place that applies one: palette and style sheet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from assistant.gui.stylesheet import stylesheet
from assistant.gui.tokens import CONTRAST, DARK, LIGHT, THEMES, Tokens

SYSTEM = "systeme"
SCALE_BOUNDS = (0.5, 4.0)


@dataclass(frozen=True, slots=True)
class Theme:
    """What is applied now: colours and the user's text scale."""

    tokens: Tokens = LIGHT
    text_scale: float = 1.0

    def px(self, size: float) -> int:
        """``size`` in pixels at the user's text scale."""
        return round(size * self.text_scale)


_applied = Theme()


def theme() -> Theme:
    """The theme applied to the application; widgets read it again on a style change."""
    return _applied


def tokens() -> Tokens:
    """The colours applied to the application."""
    return _applied.tokens


def resolve(name: str) -> Tokens:
    """The tokens called ``name``; for « systeme », and anything unknown, what the system shows."""
    if name in THEMES:
        return THEMES[name]
    hints = QApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def set_theme(app: QApplication, name: str, text_scale: float = 1.0) -> None:
    """Dress the whole application; every widget gets a style change and draws again."""
    global _applied
    chosen = Theme(resolve(name), min(max(text_scale, SCALE_BOUNDS[0]), SCALE_BOUNDS[1]))
    if chosen == _applied and app.styleSheet():
        return
    _applied = chosen
    app.setPalette(_palette(chosen.tokens))
    app.setStyleSheet(stylesheet(chosen.tokens, chosen.px))


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, t.ground),
        (role.WindowText, t.ink),
        (role.Base, t.paper),
        (role.AlternateBase, t.source),
        (role.Text, t.ink),
        (role.Button, t.paper),
        (role.ButtonText, t.ink),
        (role.BrightText, t.grave),
        (role.Link, t.accent),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.ToolTipBase, t.paper),
        (role.ToolTipText, t.ink),
        (role.PlaceholderText, t.ink2),
        (role.Accent, t.accent),
    ):
        palette.setColor(where, QColor(colour))
    off = QPalette.ColorGroup.Disabled
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(off, where, QColor(t.off_ink))
    return palette
