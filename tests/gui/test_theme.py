"""Contrast of every pair of colours that meet, computed from the tokens (WCAG 2.2)."""

import pytest
from PySide6.QtGui import QFontMetrics, QGuiApplication, QRawFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.gui.fonts import font
from assistant.gui.stylesheet import stylesheet
from assistant.gui.theme import resolve, set_theme, theme
from assistant.gui.tokens import FAMILY, LIGHT, THEMES, Tokens
from assistant.gui.window import MainWindow

GROUNDS = ("ground", "source", "paper")
TEXT = [(ink, ground) for ink in ("ink", "ink2", "accent", "grave", "minor") for ground in GROUNDS]
TEXT += [("ink", "rail"), ("on_accent", "accent"), ("on_accent", "accent_hover")]
TEXT += [("on_accent_fill", "accent_fill"), ("off_ink", "off_fill")]
CONTROLS = [(line, ground) for line in ("edge", "accent") for ground in GROUNDS]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda t: t.name)
def test_text_contrast(tokens: Tokens) -> None:
    for ink, ground in TEXT:
        assert ratio(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5, (ink, ground)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda t: t.name)
def test_control_contrast(tokens: Tokens) -> None:
    for line, ground in CONTROLS:
        assert ratio(getattr(tokens, line), getattr(tokens, ground)) >= 3, (line, ground)


def test_the_ratios_of_the_reference() -> None:
    assert ratio(LIGHT.ink, LIGHT.rail) == pytest.approx(12.7, abs=0.05)
    assert ratio(LIGHT.on_accent, LIGHT.accent) == pytest.approx(7.7, abs=0.05)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda t: t.name)
def test_the_style_sheet_is_complete(tokens: Tokens) -> None:
    sheet = stylesheet(tokens, lambda size: round(size * 2))
    assert "$" not in sheet
    assert "font-size: 32px" in sheet


def test_unknown_themes_follow_the_system(qapp: QApplication) -> None:
    assert resolve("n’importe quoi") in THEMES.values()


def test_the_window_changes_theme_and_size(qtbot: QtBot, window: MainWindow) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name in THEMES:
        set_theme(app, name, 1.5)
        assert theme().tokens.name == name
        assert not window.grab().isNull()
        assert window.drafting.source.editor.document().defaultFont().pixelSize() == 24
    set_theme(app, "clair", 1.0)


def test_the_font_ships_and_knows_french_and_units(window: MainWindow) -> None:
    metrics, raw = QFontMetrics(font()), QRawFont.fromFont(font())
    assert raw.familyName() == FAMILY
    assert QGuiApplication.font().family() == FAMILY
    for character in "éèêëàâçùûîïôœŒÉÀÇ«»’…–—×°±≥≤µμ\u00a0\u202f\u2011":
        assert raw.supportsCharacter(ord(character)), f"U+{ord(character):04X}"
    assert metrics.horizontalAdvance("1") == metrics.horizontalAdvance("8")
    assert metrics.horizontalAdvance("\u202f") < metrics.horizontalAdvance("\u00a0")
