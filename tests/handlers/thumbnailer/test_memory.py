"""Whatever a picture is stored as, decoding takes no more memory for a pixel than the largest one leaves."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from stacks.thumbnails import MEMORY
from tests.handlers.thumbnailer.pictures import encoded
from tests.handlers.thumbnailer.test_transparency import COLOURS, png
from thumbnailer.confined import RESERVED, Decoder
from thumbnailer.domain import PIXELS

STARTED = 70
"""MiB that the decoder takes before it decodes, and for the file."""
FOR_A_PIXEL = (MEMORY - RESERVED - STARTED) * 2**20 // PIXELS
MODES = {
    "JPEG": ("L", "RGB", "CMYK"),
    "PNG": ("1", "L", "P", "LA", "RGB", "RGBA", "I;16"),
    "GIF": ("1", "L", "P", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "AVIF": ("RGB", "RGBA"),
}
OPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "JPEG": {"progressive": st.booleans(), "subsampling": st.integers(0, 2), "quality": st.integers(1, 95)},
    "PNG": {"compress_level": st.integers(0, 3), "transparency": st.none() | st.just(0)},
    "GIF": {"transparency": st.none() | st.just(0), "interlace": st.booleans()},
    "WEBP": {"lossless": st.booleans(), "method": st.just(0)},
    "AVIF": {"speed": st.just(10), "subsampling": st.sampled_from(["4:4:4", "4:2:0"])},
}
PICTURES = st.sampled_from(sorted(MODES)).flatmap(
    lambda form: st.tuples(st.just(form), st.sampled_from(MODES[form]), st.fixed_dictionaries(OPTIONS[form]))
)
SIZES = st.tuples(st.integers(1, 3000), st.integers(1, 3000)).filter(lambda size: size[0] * size[1] < 3e6)


@pytest.fixture(scope="module")
def confined() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.end()


def decode(confined: Decoder, content: bytes, pixels: int) -> tuple[int, int]:
    """Return the size of a picture that is decoded with as much memory as so many pixels may take."""
    with pytest.MonkeyPatch.context() as patch:
        mebibytes = RESERVED + STARTED + FOR_A_PIXEL * pixels // 2**20
        patch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str(mebibytes))
        photo = confined.read_photo(content)
    return photo.width, photo.height


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process writes to")
def test_no_format_takes_more_for_a_pixel_than_the_largest_picture_leaves(confined: Decoder) -> None:
    @settings(max_examples=25)
    @given(PICTURES, SIZES)
    @example(("WEBP", "RGBA", {"lossless": True, "method": 0}), (2000, 2000))
    @example(("JPEG", "CMYK", {"progressive": True, "subsampling": 0}), (2000, 2000))
    def property_(picture: tuple[str, str, dict[str, Any]], size: tuple[int, int]) -> None:
        form, mode, options = picture[0], picture[1], dict(picture[2])
        if mode in ("LA", "RGB", "RGBA"):
            options.pop("transparency", None)
        given_ = {name: value for name, value in options.items() if value is not None}
        content = encoded(Image.new(mode, size), form, **given_)
        assert decode(confined, content, size[0] * size[1]) == size

    property_()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process writes to")
def test_sixteen_bits_with_a_transparent_colour_take_no_more(confined: Decoder) -> None:
    content = png(16, COLOURS, [1, 2, 3], [[1, 2, 3], [1, 2, 4]], side=2000)
    assert decode(confined, content, 2000 * 2000) == (2000, 2000)
