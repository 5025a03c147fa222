"""What a photograph is, its upright thumbnail, and when a file can never become one.

Photographs come from strangers, so what decoding one may take is settled before it begins: by the size of
the file, by the formats that are tried, by the pixels that its header declares and by the passes it asks for.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, PngImagePlugin, UnidentifiedImageError

from thumbnailer.avif_alpha import with_plain_alpha
from thumbnailer.avif_crop import shown
from thumbnailer.colours import in_srgb, resizable
from thumbnailer.exif import Notes, read_notes
from thumbnailer.png_chunks import without_texts
from thumbnailer.scans import scans_of
from thumbnailer.transparency import opacity
from wellmade_runtime.file_store import UnloadableError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What is tried, whatever the file's name; each further format is more code for strangers to attack."""
FILE_BYTES = 50_000_000
PIXELS = 64_000_000
"""Most pixels to decode: as many as a full-frame camera takes."""
DECLARED_PIXELS = 256_000_000
"""Most pixels that a header may declare; JPEG decodes as little as a 64th of them, other formats all."""
PASSES = 200
"""Most scans of a JPEG: cameras write 1, progressive files about 10, an attack as many as fit the file."""
SCANNED_PIXELS = 20 * PIXELS
"""Most pixels times scans of a JPEG, which is what the time grows with: 3 s of a processor."""
PROFILE_BYTES = 16 * 2**20
"""Largest colour profile of a PNG, unpacked: those of calibrated screens have some MB."""
SIDE = 256
"""Longest side of a thumbnail; a smaller photograph keeps its size."""

Image.MAX_IMAGE_PIXELS = DECLARED_PIXELS // 2  # Pillow refuses what is more than twice as many
PngImagePlugin.MAX_TEXT_CHUNK = PROFILE_BYTES  # one limit for texts, which are cut out, and profiles


@dataclass(frozen=True, slots=True)
class Photo:
    """What was found in a file, and what became of it."""

    format: str
    width: int
    """As stored, before it is turned upright, of what is to be shown of it."""
    height: int
    notes: Notes
    thumbnail: bytes
    """WebP in sRGB, without metadata."""
    thumbnail_width: int
    thumbnail_height: int


def read_photo(content: bytes) -> Photo:
    """Return what a photograph shows, upright and small; one at a time, since warnings belong to the process.

    Raises:
        UnloadableError: If it is none, it is broken, or it would take more to decode than there is.
        MemoryError: If it takes more memory than this process has after all.
    """
    refuse_size(len(content))
    scans = scans_of(content, PASSES)
    if scans > PASSES:
        raise UnloadableError("passes", f"more than {PASSES} scans of one picture")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what counts is whether the picture can be decoded
        try:
            return _read(content, scans)
        except (UnloadableError, MemoryError):
            raise
        except UnidentifiedImageError as error:
            raise UnloadableError("format", "the contents are no JPEG, PNG, WebP, GIF or AVIF") from error
        except Image.DecompressionBombError as error:
            raise UnloadableError("pixels", f"declares more than {DECLARED_PIXELS} pixels") from error
        except Exception as error:  # the bytes are all that went in: trying again ends the same
            raise UnloadableError("broken", f"{type(error).__name__}: {error}"[:200]) from error


def refuse_size(size: int) -> None:
    """Refuse a file by its length alone.

    Raises:
        UnloadableError: If it is empty, or larger than photographs are.
    """
    if not size:
        raise UnloadableError("empty", "no bytes")
    if size > FILE_BYTES:
        raise UnloadableError("size", f"{size} bytes; {FILE_BYTES} are the most")


def _read(content: bytes, scans: int) -> Photo:
    content = with_plain_alpha(without_texts(content))
    image = Image.open(BytesIO(content), formats=FORMATS)
    declared = image.size
    image.draft(None, _fitted(declared, 2 * SIDE))  # JPEG decodes to a half, a quarter or an eighth
    _refuse_pixels(declared if scans > 1 else image.size, scans)
    transparent = opacity(image, content)
    form, notes, profile = str(image.format), read_notes(image), image.info.get("icc_profile")
    picture = resizable(image, transparent)
    if crop := shown(content, declared):
        picture = picture.crop(crop)
        declared = picture.size
    small = picture.resize(_fitted(declared, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    upright = notes.upright(in_srgb(small, profile))
    return Photo(form, *declared, notes, _webp(upright), *upright.size)


def _refuse_pixels(size: tuple[int, int], scans: int) -> None:
    """Refuse by what there is to decode; a JPEG of several scans is kept whole until the last of them."""
    width, height = size
    if width * height > PIXELS:
        raise UnloadableError("pixels", f"{width} x {height} to decode; {PIXELS} are the most")
    if scans * width * height > SCANNED_PIXELS:
        raise UnloadableError("passes", f"{scans} scans of {width} x {height}; {SCANNED_PIXELS} are the most")


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return a size whose longest side is no longer than that, with the same aspect."""
    ratio = min(1.0, side / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _webp(image: Image.Image) -> bytes:
    image.info.clear()  # what is left of the source's metadata
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=80)
    return buffer.getvalue()
