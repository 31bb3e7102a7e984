"""The look's tokens: sizes, spaces, and the colours of light, dark and high contrast."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

FAMILY = "Aparté Hyperlegible"
FAMILIES = (FAMILY, "B612", "DejaVu Sans", "Segoe UI Symbol")


class Size(IntEnum):
    """Type sizes in pixels, before the user's text scale."""

    SCREEN = 20
    COMPARED = 17
    READ = 16
    CONTROL = 15
    SECONDARY = 14
    KEY = 13


class Space(IntEnum):
    """Steps of space in pixels, and the fixed measures of the window."""

    XS = 4
    S = 8
    M = 12
    L = 20
    XL = 28
    GUTTER = 44
    RAIL = 184
    RAIL_NARROW = 64
    TOP = 64
    PANE_HEAD = 48
    FOOT = 76
    CONTROL = 40
    RADIUS = 6
    SOURCE = 404
    SOURCE_NARROW = 382
    POINTS = 362
    POINTS_LEAST = 320
    DRAFT = 440
    DRAFT_LEAST = 360
    MEASURE = 720
    NARROW_UNDER = 1360


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, and the weight of its lines."""

    name: str
    ground: str
    rail: str
    source: str
    paper: str
    ink: str
    ink2: str
    accent: str
    accent_hover: str
    on_accent: str
    grave: str
    minor: str
    edge: str
    rule: str
    accent_fill: str
    grave_fill: str
    off_ink: str
    off_fill: str
    line: int = 1
    stroke: float = 1.75

    @property
    def contrast(self) -> bool:
        """Whether chosen things are shown by outline or inverse instead of a pale fill."""
        return self.line > 1

    @property
    def on_accent_fill(self) -> str:
        """The ink of text on ``accent_fill``."""
        return self.on_accent if self.contrast else self.ink


LIGHT = Tokens(
    name="clair",
    ground="#F4F2ED",
    rail="#E8E5DD",
    source="#FAF9F6",
    paper="#FFFFFF",
    ink="#1E2321",
    ink2="#565C58",
    accent="#0F5C61",
    accent_hover="#0B484C",
    on_accent="#FFFFFF",
    grave="#A2231D",
    minor="#7A5200",
    edge="#858075",
    rule="#DAD6CC",
    accent_fill="#DCEAE9",
    grave_fill="#FBE3DF",
    off_ink="#5F615B",
    off_fill="#E6E3DB",
)
DARK = Tokens(
    name="sombre",
    ground="#161A19",
    rail="#101413",
    source="#1B201F",
    paper="#212726",
    ink="#E7E9E3",
    ink2="#ABB3AE",
    accent="#82C7C6",
    accent_hover="#9AD5D4",
    on_accent="#0A1F20",
    grave="#FF9F92",
    minor="#E8BF70",
    edge="#7F8985",
    rule="#353D3B",
    accent_fill="#1D3A3B",
    grave_fill="#532521",
    off_ink="#9CA5A1",
    off_fill="#2B3230",
)
CONTRAST = Tokens(
    name="contraste",
    ground="#000000",
    rail="#000000",
    source="#000000",
    paper="#000000",
    ink="#FFFFFF",
    ink2="#FFFFFF",
    accent="#FFDE3B",
    accent_hover="#FFE976",
    on_accent="#000000",
    grave="#FFA99D",
    minor="#9FE3FF",
    edge="#FFFFFF",
    rule="#FFFFFF",
    accent_fill="#FFDE3B",
    grave_fill="#FFA99D",
    off_ink="#B9B9B9",
    off_fill="#000000",
    line=2,
    stroke=2.25,
)
THEMES = {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST)}
