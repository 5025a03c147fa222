"""Pictures of one scene, stored in every way; which way is up is taken from the Exif standard, not from Pillow."""

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

PHOTOS = Path(__file__).resolve().parents[4] / "shared" / "data" / "photos"
"""Photographs of other people, where they are."""

RED, GREEN, BLUE, WHITE, BLACK = (220, 30, 30), (30, 160, 30), (30, 30, 220), (250, 250, 250), (5, 5, 5)
Colour = tuple[int, int, int]
Grid = list[list[Colour]]

_GRID: Grid = [[RED, GREEN, BLACK], [BLUE, WHITE, WHITE]]
"""The scene as it was seen: no turn and no mirror of it looks the same."""
_CELL = 40

_FIRST_ROW_AND_COLUMN = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
"""For each orientation: the visual side that the first stored row is, and the one of the first column.

Source: Exif 3.0, tag Orientation (CIPA DC-008).
"""


def drawn(grid: Grid, cell: int = _CELL) -> Image.Image:
    """Draw a grid of colours."""
    image = Image.new("RGB", (len(grid[0]), len(grid)))
    image.putdata([colour for row in grid for colour in row])
    return image.resize((image.width * cell, image.height * cell), Image.Resampling.NEAREST)


SCENE = drawn(_GRID)


def oriented(orientation: int, cell: int = _CELL) -> Image.Image:
    """Return the scene as a camera stores it that notes this orientation."""
    row, column = _FIRST_ROW_AND_COLUMN[orientation]
    if row in ("top", "bottom"):
        lines = _GRID if row == "top" else _GRID[::-1]
    else:
        columns = [[line[at] for line in _GRID] for at in range(len(_GRID[0]))]
        lines = columns if row == "left" else columns[::-1]
    return drawn([line if column in ("left", "top") else line[::-1] for line in lines], cell)


def encoded(image: Image.Image, form: str, orientation: int = 1, **options: Any) -> bytes:
    """Return a file, with its orientation noted."""
    buffer = io.BytesIO()
    if orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    image.save(buffer, form, **options)
    return buffer.getvalue()


def shows(image: Image.Image, grid: Sequence[Sequence[Colour]], tolerance: int = 40) -> bool:
    """Tell whether the middle of each cell has its colour."""
    plain = image.convert("RGB")
    return all(
        abs(got - wanted) <= tolerance
        for row, line in enumerate(grid)
        for column, colour in enumerate(line)
        for got, wanted in zip(
            _pixel(plain, (column + 0.5) / len(line), (row + 0.5) / len(grid)), colour, strict=True
        )
    )


def shows_scene(image: Image.Image) -> bool:
    """Tell whether the picture is the scene, upright."""
    return (image.width > image.height) and shows(image, _GRID)


def _pixel(image: Image.Image, across: float, down: float) -> Colour:
    found = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that declares a size, with the first line of it alone."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    line = chunk(b"IDAT", _compressed_zeros(1 + 3 * width))
    return b"\x89PNG\r\n\x1a\n" + header + line + chunk(b"IEND", b"")


def _compressed_zeros(count: int) -> bytes:
    """Return so many zeros as zlib compresses them; millions cost nothing, since all of them are alike."""
    part = 1 << 20
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    whole = packer.compress(bytes(part)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(count % part)) + packer.flush()
    checksum = (count % 65_521) << 16 | 1  # Adler-32 of zeros
    return b"\x78\x9c" + whole * (count // part) + rest + struct.pack(">I", checksum)


def photos() -> list[Path]:
    """Return the photographs of other people; none where the folder is absent."""
    return sorted(PHOTOS.glob("*.jpg")) if PHOTOS.is_dir() else []
