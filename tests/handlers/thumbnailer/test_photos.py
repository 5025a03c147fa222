"""Photographs of other people, where they are: upright and small, as compared with the one that is stored upright."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.handlers.thumbnailer.pictures import PHOTOS, photos
from thumbnailer.domain import read_photo

pytestmark = pytest.mark.skipif(not photos(), reason=f"no photographs in {PHOTOS}")

KNOWN = {
    "Canon_40D.jpg": (100, 68),
    "DSCN0010.jpg": (256, 192),
    "Nikon_D70.jpg": (100, 66),
    "Samsung_Digimax_i50_MP3.jpg": (100, 75),
    "image00971.jpg": (256, 91),
    "kodak-dc210.jpg": (256, 192),
    **{f"landscape_{number}.jpg": (256, 192) for number in range(1, 9)},
}
"""Sizes upright, from looking at them."""


def thumbnail(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(read_photo(path.read_bytes()).thumbnail)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart on average, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("path", photos(), ids=lambda path: path.name)
def test_every_photograph_has_its_size(path: Path) -> None:
    assert thumbnail(path).size == KNOWN[path.name]


@pytest.mark.parametrize("number", range(2, 9))
def test_the_same_scene_looks_the_same_however_it_was_stored(number: int) -> None:
    upright = thumbnail(PHOTOS / "landscape_1.jpg")
    turned = thumbnail(PHOTOS / f"landscape_{number}.jpg")
    alike = difference(upright, turned)
    wrong = [difference(upright, turned.transpose(each)) for each in (Image.Transpose(0), Image.Transpose(1))]
    assert alike < 15
    assert min(wrong) > 3 * alike
