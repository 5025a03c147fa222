"""Which part of an AVIF picture is to be shown: its clean aperture, which Pillow's decoder leaves alone.

Source: ISO/IEC 14496-12 (boxes `meta`, `iprp`, `clap`) and ISO/IEC 23000-22, which asks readers to crop.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction
from math import floor

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
    meta = _inside(content, b"meta")
    if meta is None:
        return None
    meta = meta[4:]
    primary, properties = _inside(meta, b"pitm"), _inside(meta, b"iprp")
    if primary is None or properties is None:
        return None
    number = int.from_bytes(primary[4:8] if primary[0] else primary[4:6], "big")
    described = list(_boxes(_inside(properties, b"ipco") or memoryview(b"")))
    for index in _associated(_inside(properties, b"ipma") or memoryview(b""), number):
        kind, body = described[index - 1] if index else (b"", b"")
        if kind == b"clap":
            return bytes(body[: _APERTURE.size])
    return None


def _associated(body: memoryview, picture: int) -> Iterator[int]:
    """Yield the numbers of a picture's properties, from 1 on."""
    if len(body) < 8:
        return
    version, wide = body[0], body[3] & 1
    count, at = int.from_bytes(body[4:8], "big"), 8
    for _ in range(min(count, len(body))):
        length = 4 if version else 2
        number, properties = int.from_bytes(body[at : at + length], "big"), body[at + length]
        at += length + 1
        for _ in range(properties):
            index = int.from_bytes(body[at : at + 1 + wide], "big")
            at += 1 + wide
            if number == picture:
                yield index & (0x7FFF if wide else 0x7F)


def _inside(content: memoryview, wanted: bytes) -> memoryview | None:
    return next((body for kind, body in _boxes(content) if kind == wanted), None)


def _boxes(content: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(content):
        length, head = int.from_bytes(content[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        end = at + length if length else len(content)
        if length and length < head:
            return
        yield bytes(content[at + 4 : at + 8]), content[at + head : end]
        at = end


def _box(aperture: tuple[int, ...], size: tuple[int, int]) -> Box | None:
    """Return the aperture's pixels: its size, and how far its middle is from the picture's.

    Writers choose a middle that falls within a pixel; the side is then moved to the pixel's beginning.
    """
    width, height = (int(Fraction(*aperture[at : at + 2])) for at in (0, 2))
    left = floor(Fraction(size[0] - width, 2) + Fraction(*aperture[4:6]))
    top = floor(Fraction(size[1] - height, 2) + Fraction(*aperture[6:8]))
    fits = 0 <= left < left + width <= size[0] and 0 <= top < top + height <= size[1]
    return (left, top, left + width, top + height) if fits and (width, height) != size else None
