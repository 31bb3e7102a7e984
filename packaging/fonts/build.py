"""Make the fonts that ship in ``assistant/gui/fonts`` from Atkinson Hyperlegible Next.

    npm pack @expo-google-fonts/atkinson-hyperlegible-next@0.4.1 && tar xzf expo-google-fonts-*.tgz
    pip install fonttools==4.68.0
    python packaging/fonts/build.py package assistant/gui/fonts

The original lacks three characters that French clinical text needs: the narrow no-break space
U+202F, the micro sign U+00B5 of the keyboard and the no-break hyphen U+2011. They are added
from glyphs the font has, and the family is renamed.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Aparté Hyperlegible"
POSTSCRIPT = "AparteHyperlegible"
VERSION = "Version 2.001; Aparté 1"
STYLES = {
    "400Regular": ("Regular", 0x40, 0),
    "400Regular_Italic": ("Italic", 0x01, 2),
    "700Bold": ("Bold", 0x20, 1),
    "700Bold_Italic": ("Bold Italic", 0x21, 3),
}
NARROW_SPACE = "uni202F"
NARROW_WIDTH = 0.5  # of the word space
ALIASES = {0x00B5: 0x03BC, 0x2011: 0x002D}


def add_narrow_space(font: TTFont) -> None:
    """Give ``font`` U+202F, an empty glyph half as wide as the word space."""
    glyphs, metrics = font["glyf"], font["hmtx"].metrics
    width, side = metrics["space"]
    glyphs[NARROW_SPACE] = glyphs["space"]
    metrics[NARROW_SPACE] = (round(width * NARROW_WIDTH), side)
    font.setGlyphOrder([*(g for g in font.getGlyphOrder() if g != NARROW_SPACE), NARROW_SPACE])
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x202F] = NARROW_SPACE


def add_aliases(font: TTFont) -> None:
    """Map the characters the font lacks to the glyph of the character that looks the same."""
    best = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({new: best[known] for new, known in ALIASES.items()})


def rename(font: TTFont, style: str, selection: int, mac_style: int) -> None:
    """Name ``font`` as one of the four styles of our family; licence and authors stay."""
    names = font["name"]
    for name_id in (3, 16, 17, 21, 22, 25):
        names.removeNames(nameID=name_id)
    fixed = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 5: VERSION}
    fixed[6] = f"{POSTSCRIPT}-{style.replace(' ', '')}"
    fixed[3] = f"{VERSION};{fixed[6]}"
    for name_id, text in fixed.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & 0x80) | selection
    font["head"].macStyle = mac_style


def build(package: Path, out: Path) -> None:
    """Write the four fonts and their licence into ``out`` from the unpacked npm ``package``."""
    for folder, (style, selection, mac_style) in STYLES.items():
        font = TTFont(next((package / folder).glob("*.ttf")), recalcTimestamp=False)
        add_narrow_space(font)
        add_aliases(font)
        rename(font, style, selection, mac_style)
        font.save(out / f"{POSTSCRIPT}-{style.replace(' ', '')}.ttf")
    shutil.copyfile(package / "LICENSE_FONT", out / "OFL.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("out", type=Path, help="where the fonts go")
    arguments = parser.parse_args()
    build(arguments.package, arguments.out)


if __name__ == "__main__":
    main()
