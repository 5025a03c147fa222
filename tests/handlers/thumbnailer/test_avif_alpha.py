"""AVIF with alpha as other writers make it: without a size of its own, or with a table of its own."""

import struct

import pytest
from PIL import Image

from tests.handlers.thumbnailer.pictures import RED, encoded
from tests.handlers.thumbnailer.test_transparency import alpha
from thumbnailer.avif_alpha import with_plain_alpha
from thumbnailer.domain import read_photo

HALF = Image.new("RGBA", (80, 60), (*RED, 128))
WHOLE = encoded(HALF, "AVIF", speed=10)
SIZED, UNSIZED = bytes.fromhex("00020401058607"), bytes.fromhex("00020405058607")
"""Properties of the second picture, the alpha: size, bits a sample, codec, kind; and without the size."""


def in_two_tables(content: bytes) -> bytes:
    """Return the file with a second table for the alpha, as early writers made it; its bytes come last."""
    at = content.index(b"ipma") - 4
    table = content[at : at + int.from_bytes(content[at : at + 4], "big")]
    first, second = (table[16:23], table[23:30])
    tables = b"".join(
        struct.pack(">I4sII", 16 + len(entry), b"ipma", 0, 1) + entry for entry in (first, second)
    )
    grown = len(tables) - len(table)
    changed = bytearray(content[:at] + tables + content[at + len(table) :])
    for name in (b"iprp", b"meta"):
        where = content.index(name) - 4
        struct.pack_into(">I", changed, where, int.from_bytes(content[where : where + 4], "big") + grown)
    locations = content.index(b"iloc") + 4
    for where in (locations + 14, locations + 28):  # of the offsets of the two pictures
        struct.pack_into(">I", changed, where, int.from_bytes(content[where : where + 4], "big") + grown)
    return bytes(changed)


OTHERS = {"without a size": WHOLE.replace(SIZED, UNSIZED), "in two tables": in_two_tables(WHOLE)}


@pytest.mark.parametrize("name", OTHERS)
def test_alpha_of_other_writers_is_kept(name: str) -> None:
    assert OTHERS[name] != WHOLE
    photo = read_photo(OTHERS[name])
    assert (photo.format, photo.width, photo.height) == ("AVIF", 80, 60)
    assert alpha(photo).getextrema() == alpha(read_photo(WHOLE)).getextrema() == (128, 128)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "AVIF"])
def test_other_files_stay_as_they_are(form: str) -> None:
    content = encoded(HALF.convert("RGB"), form)
    assert with_plain_alpha(content) == content
    assert with_plain_alpha(WHOLE) == WHOLE


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_cut_off_has_its_length(name: str) -> None:
    content = OTHERS[name]
    for end in range(len(content)):
        assert len(with_plain_alpha(content[:end])) == end
