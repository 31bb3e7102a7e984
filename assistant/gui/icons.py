"""Lucide icons, drawn in a theme's colour and stroke, sharp at any screen scale."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from assistant.gui.theme import tokens

RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
OCTAGON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="{fill}" d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z"/>'
    '<path fill="{mark}" d="M7 3.4h2v5.6H7zM7 10.6h2v2H7z"/></svg>'
)
DIAMOND = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="none" stroke="{fill}" stroke-width="{stroke}" d="M8 1.5 14.5 8 8 14.5 1.5 8z"/>'
    "</svg>"
)
STOP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">'
    '<rect x="1" y="3" width="12" height="12" fill="{fill}"/></svg>'
)


def icon(name: str, colour: str, size: int = 20, *, off: str = "", gap: int = 0) -> QIcon:
    """The icon ``name`` in ``colour``, ``off`` when disabled, ``gap`` clear pixels after it."""
    made = QIcon()
    for ratio in RATIOS:
        made.addPixmap(pixmap(name, colour, size, ratio, gap))
        made.addPixmap(pixmap(name, off or colour, size, ratio, gap), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str, size: int = 20, ratio: float = 1.0, gap: int = 0) -> QPixmap:
    """One pixmap of ``size`` device-independent pixels at the screen's ``ratio``."""
    return _drawn(_svg(name, colour), size, ratio, gap)


def _svg(name: str, colour: str) -> str:
    if name == "octagon":
        return OCTAGON.format(fill=colour, mark=tokens().ground)
    if name == "diamond":
        return DIAMOND.format(fill=colour, stroke=tokens().stroke)
    if name == "stop":
        return STOP.format(fill=colour)
    drawing = _file(name).replace("currentColor", colour)
    return drawing.replace('stroke-width="2"', f'stroke-width="{tokens().stroke}"')


@cache
def _file(name: str) -> str:
    return (resources.files("assistant.gui") / "icons" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def _drawn(svg: str, size: int, ratio: float, gap: int) -> QPixmap:
    drawn = QPixmap(round((size + gap) * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
