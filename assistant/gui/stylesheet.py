"""The one style sheet, built from the tokens; ``#name`` and ``[class="…"]`` selectors only."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from assistant.gui.tokens import FAMILIES, Size, Space, Tokens

_SHEET = Template("""
QWidget { font-family: $family; font-size: ${control}px; color: $ink; outline: none; }
QMainWindow, #ground { background: $ground; }
QToolTip { background: $paper; color: $ink; border: ${line}px solid $edge; padding: 4px 8px;
  font-size: ${secondary}px; }

#rail { background: $rail; border: none; border-right: ${line}px solid $rule; }
#top { background: $ground; border: none; border-bottom: ${line}px solid $rule; }
#foot { background: $ground; border: none; border-top: ${line}px solid $rule; }
#sourcePane { background: $source; border: none; border-right: ${line}px solid $rule; }
#draftPane { background: $paper; border: none; }
#pointsPane { background: $ground; border: none; border-left: ${line}px solid $rule; }
#page { background: $paper; border: none; }
#side { background: $ground; border: none; border-left: ${line}px solid $rule; }
#hairline { background: $rule; border: none; min-height: ${line}px; max-height: ${line}px; }

QLabel { background: transparent; }
QLabel[class="screen"] { font-size: ${screen}px; font-weight: 700; }
QLabel[class="paneTitle"] { font-size: ${read}px; font-weight: 700; }
QLabel[class="strong"] { font-weight: 700; }
QLabel[class="second"] { color: $ink2; font-size: ${secondary}px; }
QLabel[class="secondControl"] { color: $ink2; }
QLabel[class="fact"] { font-size: ${secondary}px; }
QLabel[class="factStrong"] { font-size: ${secondary}px; font-weight: 700; }
QLabel[class="compared"], QLabel[class="compared grave"], QLabel[class="compared minor"],
QLabel[class="compared accent"] { font-size: ${compared}px; font-weight: 700; }
QLabel[class="compared grave"] { color: $grave; }
QLabel[class="compared minor"] { color: $minor; }
QLabel[class="key"] { color: $ink2; font-size: ${key}px; border: ${line}px solid $edge;
  border-radius: 3px; padding: 0px; qproperty-alignment: AlignCenter; }

QPushButton { min-height: ${inner}px; max-height: ${inner}px; padding: 0px 14px;
  border: ${line}px solid $edge; border-radius: ${radius}px; background: $paper; color: $ink; }
QPushButton[icon="true"] { padding-left: 13px; }
QPushButton:hover { border-color: $ink; }
QPushButton:pressed { background: $off_fill; }
QPushButton[class="filled"] { background: $accent; color: $on_accent; font-weight: 700;
  border-color: $accent; }
QPushButton[class="filled"]:hover, QPushButton[class="filled"]:pressed {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton:disabled, QPushButton[class="filled"]:disabled { background: $off_fill;
  color: $off_ink; border: ${line}px dashed $edge; font-weight: 400; }
QPushButton[class="off"], QPushButton[class="off"]:pressed { background: $off_fill;
  color: $off_ink; border: ${line}px dashed $edge; }
QPushButton[class="bare"], QPushButton[class="bare"]:disabled { background: transparent;
  border: ${line}px solid transparent; padding: 0px 8px; color: $accent; }
QPushButton[class="bare"]:hover { text-decoration: underline; }

QToolButton { border: none; border-radius: ${radius}px; background: transparent; padding: 0px; }
QToolButton:hover { background: $off_fill; }
QToolButton::menu-indicator { image: none; width: 0px; }
QToolButton:disabled:hover { background: transparent; }

#railPlace { min-height: ${place}px; max-height: ${place}px; padding: 0px; text-align: left;
  border: ${line}px solid transparent; border-radius: ${radius}px; background: transparent; }
#railPlace:hover { background: $rail_hover; }
#railPlace:checked { background: $paper; border-color: $rail_edge; font-weight: 700; }

#asking { background: $ground; border: none; border-right: ${line}px solid $rule; }
QLineEdit#question { background: $paper; border: ${line}px solid $edge; font-size: ${read}px;
  border-radius: ${radius}px; padding: 0px 14px; selection-background-color: $accent;
  selection-color: $on_accent; }
QLineEdit[class="field"] { min-height: ${inner}px; max-height: ${inner}px; background: $paper;
  border: ${line}px solid $edge; border-radius: ${radius}px; padding: 0px 12px;
  selection-background-color: $accent; selection-color: $on_accent; }
#listRow { min-height: 0px; max-height: 4000px; padding: 0px; text-align: left;
  border: ${line}px solid transparent; border-bottom: ${line}px solid $rule; border-radius: 0px;
  background: transparent; }
#listRow:hover { background: $off_fill; }
#listRow:checked { background: $accent_fill; color: $on_accent_fill; }
QTextBrowser { background: transparent; border: none; }
#citation, #guideRow { min-height: 0px; max-height: 4000px; padding: 0px; text-align: left;
  border: ${line}px solid transparent; border-radius: 0px; background: transparent; }
#citation:hover, #guideRow:hover { background: $off_fill; }
#citation:checked { background: $chosen_fill; border-left: 3px solid $accent; }
#guideRow { border-bottom: ${line}px solid $rule; }

QComboBox { min-height: ${inner}px; max-height: ${inner}px; padding: 0px 12px;
  border: ${line}px solid $edge; border-radius: ${radius}px; background: $paper; }
QComboBox:hover { border-color: $ink; }
QComboBox#form { font-weight: 700; font-size: ${read}px; }
QComboBox::drop-down { border: none; width: 38px; }
QComboBox::down-arrow { image: none; }
QComboBox:disabled { color: $ink; }
QComboBox QAbstractItemView, #form QAbstractItemView { font-size: ${control}px;
  font-weight: 400; background: $paper; border: ${line}px solid $edge; outline: none;
  padding: 4px; selection-background-color: $accent_fill; selection-color: $on_accent_fill; }
QComboBox QAbstractItemView::item { min-height: 36px; padding: 0px 8px; }
QComboBox QAbstractItemView::item:disabled { color: $off_ink; }

QMenu { background: $paper; border: ${line}px solid $edge; padding: 4px; }
QMenu::item { padding: 8px 20px 8px 12px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $accent_fill; color: $on_accent_fill; }
QMenu::item:disabled { color: $off_ink; }

QTextEdit { background: transparent; border: none; font-size: ${read}px;
  selection-background-color: $accent; selection-color: $on_accent; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px 0px; border: none; }
QScrollBar::handle:vertical { background: $edge; min-height: 32px; border-radius: 2px;
  margin: 0px 4px; }
QScrollBar::handle:vertical:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: transparent; border: none; width: 0px; height: 0px; }

QCheckBox { spacing: 12px; min-height: 32px; background: transparent; }
QCheckBox::indicator { width: 16px; height: 16px; border: ${line}px solid $edge;
  border-radius: 3px; background: $paper; }
QCheckBox::indicator:checked { border-color: $accent; background: qradialgradient(cx:0.5, cy:0.5,
  radius:0.7, fx:0.5, fy:0.5, stop:0 $accent, stop:0.55 $accent, stop:0.6 $paper, stop:1 $paper); }
QRadioButton { spacing: 12px; min-height: 32px; background: transparent; }
QRadioButton::indicator { width: 16px; height: 16px; border-radius: 9px;
  border: ${line}px solid $edge; background: $paper; }
QRadioButton::indicator:checked { background: qradialgradient(cx:0.5, cy:0.5, radius:0.5,
  fx:0.5, fy:0.5, stop:0 $accent, stop:0.55 $accent, stop:0.6 $paper, stop:1 $paper);
  border-color: $accent; }
""")


def stylesheet(t: Tokens, px: Callable[[float], int]) -> str:
    """The whole application's style sheet; ``px`` gives a size at the user's text scale."""
    names = {slot: getattr(t, slot) for slot in t.__slots__}
    names |= {size.name.lower(): px(size) for size in Size}
    names |= {
        "family": ", ".join(f'"{name}"' for name in FAMILIES),
        "inner": max(Space.CONTROL, px(26) + 14) - 2 * t.line,
        "place": max(Space.CONTROL, px(20) + 12) - 2 * t.line,
        "radius": int(Space.RADIUS),
        "on_accent_fill": t.on_accent_fill,
        "chosen_fill": t.paper if t.contrast else t.accent_fill,
        "rail_hover": t.rail if t.contrast else t.off_fill,
        "rail_edge": t.accent if t.contrast else t.paper,
    }
    return _SHEET.substitute(names)
