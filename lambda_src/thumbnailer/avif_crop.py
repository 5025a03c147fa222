"""Which part of an AVIF picture is to be shown: its clean aperture, which Pillow's decoder leaves alone.

Source: ISO/IEC 14496-12 (boxes `meta`, `iprp`, `clap`) and ISO/IEC 23000-22, which asks readers to crop.
"""

import struct
from fractions import Fraction
from math import floor

from thumbnailer.avif_boxes import associations, boxes, index, inside, primary, tables

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""

_APERTURE = struct.Struct(">IIIIiIiI")


def shown(content: bytes, size: tuple[int, int]) -> Box | None:
    """Return the part of a decoded picture that is to be shown; None for all of it.

    An aperture that is none, such as one that lies outside, is passed over.

    Args:
        content: The file.
        size: Width and height as they were decoded, before the picture is turned.
    """
    if content[4:8] != b"ftyp":
        return None
    try:
        found = _aperture(memoryview(content))
        return _box(_APERTURE.unpack(found), size) if found else None
    except (struct.error, IndexError, ZeroDivisionError):
        return None


def _aperture(content: memoryview) -> bytes | None:
    """Return the crop of the primary picture."""
    meta = inside(content, b"meta")
    described, number = [(b"", memoryview(b"")), *boxes(inside(meta, b"iprp", b"ipco"))], primary(meta)
    for table in tables(meta):
        for picture, association in associations(table):
            kind, body = described[index(association)]
            if picture == number and kind == b"clap":
                return bytes(body[: _APERTURE.size])
    return None


def _box(aperture: tuple[int, ...], size: tuple[int, int]) -> Box | None:
    """Return the aperture's pixels: its size, and how far its middle is from the picture's.

    Writers choose a middle that falls within a pixel; the side is then moved to the pixel's beginning.
    """
    width, height = (int(Fraction(*aperture[at : at + 2])) for at in (0, 2))
    left = floor(Fraction(size[0] - width, 2) + Fraction(*aperture[4:6]))
    top = floor(Fraction(size[1] - height, 2) + Fraction(*aperture[6:8]))
    fits = 0 <= left < left + width <= size[0] and 0 <= top < top + height <= size[1]
    return (left, top, left + width, top + height) if fits and (width, height) != size else None
