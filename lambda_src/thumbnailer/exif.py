"""What the camera noted: which way up, and when."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from PIL import Image

_ORIENTATION, _EXIF, _TAKEN = 0x0112, 0x8769, 0x9003
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each orientation, as "Orientation" in Exif 3.0 (CIPA DC-008) tells."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What the camera noted, as far as it can be read."""

    orientation: int = 1
    """1 to 8; 1 is upright."""
    taken_at: str | None = None
    """By the camera's clock, which tells no time zone."""

    def upright(self, image: Image.Image) -> Image.Image:
        """Return the picture turned and mirrored as it was seen."""
        return image.transpose(_UPRIGHT[self.orientation]) if self.orientation in _UPRIGHT else image


def read_notes(image: Image.Image) -> Notes:
    """Return the notes in a picture; none if they are broken, for the picture may be whole."""
    try:
        tags = image.getexif()
        orientation, taken = tags.get(_ORIENTATION), tags.get_ifd(_EXIF).get(_TAKEN)
    except Exception:  # noqa: BLE001 - Pillow reads tags that anybody wrote, and promises no kind of error
        return Notes()
    return Notes(orientation if orientation in _UPRIGHT else 1, _time(taken))


def _time(text: object) -> str | None:
    with suppress(ValueError):
        return datetime.strptime(str(text).rstrip("\0 "), "%Y:%m:%d %H:%M:%S").isoformat()
    return None
