"""A picture as PNG, by resvg with the font of this package and no other."""

from wellmade.draw.text import FAMILY, FONTS
from wellmade.errors import WellmadeError


def as_png(svg: str, width: int | None = None) -> bytes:
    """Return the picture, `width` pixels wide.

    Args:
        svg: The picture.
        width: In pixels. Default: as wide as it is drawn.

    Raises:
        WellmadeError: If resvg is not installed.
    """
    try:
        import resvg_py  # noqa: PLC0415 - only who wants a PNG needs it
    except ModuleNotFoundError as error:
        raise WellmadeError(
            "a PNG needs the package resvg-py; install it with: pip install 'wellmade[tools]'"
        ) from error
    fonts = [str(each) for each in sorted(FONTS.glob("*.otf"))]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, font_files=fonts, skip_system_fonts=True, font_family=FAMILY, width=width
        )
    )
