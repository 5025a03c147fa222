"""What of a picture is transparent, where Pillow's decoder does not tell it or tells it wrongly.

It compares the transparent colour of a PNG with samples of eight bits, whatever the file has, and fills what
a GIF's first frame leaves free with a colour, where every browser shows nothing.
"""

from io import BytesIO

from PIL import Image, ImageChops, ImageFile

_GREYS = {"1": 255, "L;2": 85, "L;4": 17}
"""By how a PNG stores grey: what its numbers are multiplied by to fill eight bits, unless Pillow did that."""
_DEEP_GREY, _DEEP_COLOURS, _LOW_BYTES = "I;16B", "RGB;16B", "RGB;16L"


def opacity(image: ImageFile.ImageFile, content: bytes) -> Image.Image | None:
    """Load a picture, and return how opaque it is; None where that is as the decoder tells.

    Args:
        image: Opened, not loaded.
        content: The file that it was opened from.
    """
    if image.format == "GIF":
        return _outside_of_frame(image)
    stored = image.tile[0].args if image.format == "PNG" and image.tile else None
    image.load()
    colour = image.info.get("transparency")
    if colour is None:
        return None
    if stored in _GREYS and isinstance(colour, int):
        return _other_than([image.convert("L")], [min(colour * _GREYS[stored], 255)])
    if stored == _DEEP_GREY and isinstance(colour, int):
        samples = image.tobytes()
        halves = [Image.frombytes("L", image.size, samples[at::2]) for at in (1, 0)]
        return _other_than(halves, [*colour.to_bytes(2, "big")])
    if stored == _DEEP_COLOURS and isinstance(colour, tuple):
        high, low = [part >> 8 for part in colour], [part & 255 for part in colour]
        return _other_than([*image.split(), *_low_bytes(content).split()], [*high, *low])
    return None


def _low_bytes(content: bytes) -> Image.Image:
    """Return a picture of 16 bits by the lower halves of its samples."""
    image = Image.open(BytesIO(content), formats=("PNG",))
    image.tile = [part._replace(args=_LOW_BYTES) for part in image.tile]
    image.load()
    return image


def _other_than(bands: list[Image.Image], colour: list[int]) -> Image.Image:
    """Return 0 where each band has its value, and 255 elsewhere."""
    differs = [
        band.point([0 if value == wanted else 255 for value in range(256)])
        for band, wanted in zip(bands, colour, strict=True)
    ]
    whole = differs[0]
    for each in differs[1:]:
        whole = ImageChops.lighter(whole, each)
    return whole


def _outside_of_frame(image: ImageFile.ImageFile) -> Image.Image | None:
    """Return 0 around the first frame where it is smaller than the picture."""
    frame = image.tile[0].extents if image.tile else None
    image.load()
    if frame is None or frame == (0, 0, *image.size):
        return None
    within = Image.new("L", image.size, 0)
    within.paste(255, frame)
    return ImageChops.darker(within, image.convert("RGBA").getchannel("A"))
