"""From every way of storing colours to one that can be made smaller, and from there to sRGB."""

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")


def resizable(image: Image.Image, opacity: Image.Image | None = None) -> Image.Image:
    """Return the picture with values that can be averaged: a palette's numbers and single bits cannot.

    Args:
        image: Loaded.
        opacity: How opaque each pixel is. Default: as the picture tells.
    """
    if opacity is not None:
        image.info.pop("transparency", None)
        opaque = resizable(image).convert("RGB")
        opaque.putalpha(opacity)
        return opaque
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")  # converting alone cuts off above 255
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB") if image.mode == "P" else image


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, so that it looks right without the profile that it came with."""
    transparent = image.mode == "RGBA"
    opaque = image.convert("RGB") if transparent else image
    converted = _converted(opaque, profile) if profile else None
    result = converted or opaque.convert("RGB")
    if transparent:
        result.putalpha(image.getchannel("A"))
    return result


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the picture converted by its profile; None if that is broken or meant for other colours."""
    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
