"""How wide a text is in the font that pictures are drawn with, and where it may be broken."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Inter"
_UNITS = 2048
"""Measured at a size at which widths are whole numbers, so they do not depend on rounding."""
_NOWHERE = "\uffff"
"""A character that no font has: what is drawn for it stands for all that are missing."""
_BREAKS = re.compile(r"(?<=[/_\-. ,])|(?<=[a-z0-9])(?=[A-Z])")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels."""
    return float(_font(bold=bold).getlength(text)) * size / _UNITS


def broken(text: str, size: float, limit: float, *, bold: bool = False) -> list[str]:
    """Return the lines of a text, broken after a separator or before a capital, else where it has to be."""
    lines = [""]
    for part in (piece for word in _BREAKS.split(text) for piece in _pieces(word, size, limit, bold=bold)):
        if lines[-1] and width_of((lines[-1] + part).rstrip(), size, bold=bold) > limit:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def _pieces(word: str, size: float, limit: float, *, bold: bool) -> Iterator[str]:
    """Yield a word in pieces that fit into a line."""
    piece = ""
    for character in word:
        if piece and width_of(piece + character, size, bold=bold) > limit:
            yield piece
            piece = ""
        piece += character
    yield piece


_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def writable(text: str) -> str:
    """Return a text with a sign in place of what no page and no SVG may hold, such as control characters."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def missing_in(text: str) -> set[str]:
    """Return the characters that the font has no shape for."""
    return {each for each in text if each != " " and not _has(each)}


@cache
def _has(character: str) -> bool:
    font = _font(bold=False)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NOWHERE))


@cache
def _font(*, bold: bool) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415 - only who draws needs it

    name = "Inter-SemiBold.otf" if bold else "Inter-Regular.otf"
    return ImageFont.truetype(FONTS / name, _UNITS, layout_engine=ImageFont.Layout.BASIC)
