"""Transparent colours of every depth, frames that do not fill their picture, and crops of AVIF."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.handlers.thumbnailer.pictures import BLUE, RED, SCENE, drawn, encoded, shows
from thumbnailer.avif_crop import shown
from thumbnailer.domain import Photo, read_photo

INPUTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "inputs"
"""Files of other people, where they are."""
SIDE = 32
GREY, COLOURS = 0, 2
"""What a PNG calls them."""


def png(depth: int, kind: int, transparent: list[int], halves: list[list[int]], side: int = SIDE) -> bytes:
    """Return a PNG whose left and right half have a colour each, and one colour is transparent.

    Written by the standard, ISO/IEC 15948, since Pillow writes no such file.
    """

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    samples = [value for half in halves for _ in range(side // 2) for value in half]
    bits = "".join(f"{value:0{depth}b}" for value in samples)
    line = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    header = struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            chunk(b"IHDR", header),
            chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent)),
            chunk(b"IDAT", zlib.compress(line * side)),
            chunk(b"IEND", b""),
        )
    )


def alpha(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(photo.thumbnail)).convert("RGBA").getchannel("A")


def sides(photo: Photo) -> tuple[object, object]:
    """Return how opaque the middles of both halves are."""
    found = alpha(photo)
    return found.getpixel((SIDE // 4, SIDE // 2)), found.getpixel((SIDE * 3 // 4, SIDE // 2))


DEPTHS = {
    "1 bit of grey": (1, GREY, [[1], [0]]),
    "2 bits of grey": (2, GREY, [[2], [1]]),
    "4 bits of grey": (4, GREY, [[11], [7]]),
    "8 bits of grey": (8, GREY, [[11], [7]]),
    "16 bits of grey, other high byte": (16, GREY, [[0x1234], [0x5634]]),
    "16 bits of grey, same high byte": (16, GREY, [[0x1234], [0x1235]]),
    "8 bits of colours": (8, COLOURS, [[1, 2, 3], [3, 2, 1]]),
    "16 bits of colours, other high byte": (16, COLOURS, [[0x1234, 0, 9], [0x5634, 0, 9]]),
    "16 bits of colours, same high bytes": (16, COLOURS, [[0x1234, 0, 9], [0x1234, 0, 8]]),
}


@pytest.mark.parametrize(("depth", "kind", "halves"), DEPTHS.values(), ids=DEPTHS)
@pytest.mark.parametrize("which", [0, 1])
def test_a_transparent_colour_is_that_colour_alone(
    depth: int, kind: int, halves: list[list[int]], which: int
) -> None:
    photo = read_photo(png(depth, kind, halves[which], halves))
    assert sides(photo) == ((0, 255) if which == 0 else (255, 0))


def gif(canvas: tuple[int, int], frame: tuple[int, int, int, int]) -> bytes:
    """Return a GIF whose one frame is somewhere in its picture; the colour of the background is another."""
    left, top, right, bottom = frame
    image = Image.new("P", (right - left, bottom - top), 1)
    image.putpalette([*BLUE, *RED])
    whole = bytearray(encoded(image, "GIF"))
    at = whole.index(b"\x2c", 13)
    struct.pack_into("<HH", whole, 6, *canvas)
    struct.pack_into("<HHHH", whole, at + 1, left, top, right - left, bottom - top)
    return bytes(whole)


def test_around_a_frame_that_is_smaller_there_is_nothing() -> None:
    photo = read_photo(gif((100, 80), (20, 10, 60, 50)))
    assert (photo.width, photo.height) == (100, 80)
    found = alpha(photo)
    assert [found.getpixel(at) for at in ((5, 5), (40, 30), (80, 70))] == [0, 255, 0]
    within = Image.open(io.BytesIO(photo.thumbnail)).convert("RGB").crop((24, 14, 56, 46))
    assert shows(within, [[RED]])


def test_a_frame_that_fills_its_picture_is_opaque() -> None:
    assert alpha(read_photo(gif((100, 80), (0, 0, 100, 80)))).getextrema() == (255, 255)


def cropped(image: Image.Image, aperture: tuple[int, ...]) -> bytes:
    """Return an AVIF with a clean aperture, which readers must know, in place of the box that tells colours."""
    whole = encoded(image, "AVIF", quality=90)
    colours = whole.index(b"colr") - 4
    length = int.from_bytes(whole[colours : colours + 4], "big")
    clap = struct.pack(">I4sIIIIiIiI", 40, b"clap", *aperture)
    grown = len(clap) - length
    changed = bytearray(whole[:colours] + clap + whole[colours + length :])
    for name in (b"ipco", b"iprp", b"meta"):
        at = whole.index(name) - 4
        struct.pack_into(">I", changed, at, int.from_bytes(whole[at : at + 4], "big") + grown)
    at = changed.index(b"iloc") + 4
    data = whole.index(b"mdat") + 4
    for where in range(at, at + int.from_bytes(changed[at - 8 : at - 4], "big") - 8):
        if int.from_bytes(changed[where : where + 4], "big") == data:
            struct.pack_into(">I", changed, where, data + grown)
    number = 1 + [name for name, _ in _boxes(whole, whole.index(b"ipco") + 4)].index(b"colr")
    associations = changed.index(b"ipma") + 4
    changed[changed.index(number, associations + 11)] |= 0x80
    return bytes(changed)


def _boxes(content: bytes, at: int) -> list[tuple[bytes, int]]:
    """Return name and length of the boxes from a place on to the end of what holds them."""
    end, found = at - 8 + int.from_bytes(content[at - 8 : at - 4], "big"), []
    while at < end:
        length = int.from_bytes(content[at : at + 4], "big")
        found.append((content[at + 4 : at + 8], length))
        at += length
    return found


LEFT_HALF = (40, 1, 80, 1, -20, 1, 0, 1)
TWO_CELLS = drawn([[RED, BLUE]], 40).resize((80, 80))


def test_an_avif_is_cropped_to_what_is_to_be_shown() -> None:
    photo = read_photo(cropped(TWO_CELLS, LEFT_HALF))
    assert (photo.width, photo.height, photo.thumbnail_width) == (40, 80, 40)
    assert shows(Image.open(io.BytesIO(photo.thumbnail)), [[RED, RED]])


@pytest.mark.parametrize(
    ("aperture", "box"),
    [
        (LEFT_HALF, (0, 0, 40, 80)),
        ((41, 1, 80, 1, -19, 1, 0, 1), (0, 0, 41, 80)),
        ((80, 1, 80, 1, 0, 1, 0, 1), None),
        ((40, 1, 80, 1, -21, 1, 0, 1), None),
        ((400, 1, 80, 1, 0, 1, 0, 1), None),
        ((40, 0, 80, 1, 0, 1, 0, 1), None),
        ((0, 1, 80, 1, 0, 1, 0, 1), None),
    ],
    ids=["half", "middle within a pixel", "all", "outside", "larger", "no number", "nothing"],
)
def test_apertures(aperture: tuple[int, ...], box: tuple[int, int, int, int] | None) -> None:
    assert shown(cropped(TWO_CELLS, aperture), (80, 80)) == box


@pytest.mark.parametrize("form", ["JPEG", "AVIF"])
def test_a_file_without_aperture_is_shown_whole(form: str) -> None:
    content = encoded(SCENE, form)
    assert shown(content, SCENE.size) is None
    assert all(shown(content[:end], SCENE.size) is None for end in range(0, len(content), 17))


@pytest.mark.skipif(not INPUTS.is_dir(), reason=f"no files in {INPUTS}")
@pytest.mark.parametrize(
    ("name", "size", "extrema"),
    [
        ("big_ztxt.png", (400, 300), (255, 255)),
        ("border_touching_layers.gif", (100, 100), (0, 255)),
        ("i_trns.png", (64, 64), (0, 255)),
        ("kimono.crop.avif", (385, 330), (255, 255)),
        ("tbbn0g04.png", (32, 32), (0, 255)),
    ],
)
def test_files_of_other_people(name: str, size: tuple[int, int], extrema: tuple[int, int]) -> None:
    photo = read_photo((INPUTS / name).read_bytes())
    assert (photo.width, photo.height) == size
    assert alpha(photo).getextrema() == extrema
