"""The table of what prints is that of the fonts, and a text that does not print is named before it is signed."""

from pathlib import Path

from fontTools.ttLib import TTFont

from tenants.documents import glyphs
from tenants.documents.texts import unprintable
from webapp.config import Config

FONTS = Path(Config().dist) / "print" / "fonts"


def in_fonts() -> set[int]:
    return set().union(*(TTFont(f).getBestCmap() for f in FONTS.glob("*.ttf")))


def test_the_table_is_that_of_the_fonts():
    """After a change of fonts: ``python -c`` with ``glyphs.written(in_fonts())`` into tenants/documents/glyphs.txt."""
    assert glyphs.TABLE.read_text() == glyphs.written(in_fonts())


def test_what_no_font_has_is_named():
    assert unprintable("Une phrase, « œuvre » à 12 € : l’été…\u202f! 👍🏽 Ελλάδα Đặng") == []
    assert unprintable("la 山 et la\u202e porte") == [
        "U+5C71 CJK UNIFIED IDEOGRAPH-5C71",
        "U+202E RIGHT-TO-LEFT OVERRIDE",
    ]
