"""A picture as PNG, by resvg with the font of this package and no other."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from wellmade.draw.text import FAMILY, FONTS
from wellmade.errors import WellmadeError

_RASTERIZE = Path(__file__).with_name("rasterize.py")


def as_png(svg: str, width: int | None = None) -> bytes:
    """Return the picture, `width` pixels wide.

    Args:
        svg: The picture.
        width: In pixels. Default: as wide as it is drawn.

    Raises:
        WellmadeError: If resvg is not installed, or cannot draw this.
    """
    if find_spec("resvg_py") is None:
        raise WellmadeError(
            "a PNG needs the package resvg-py; install it with: pip install 'wellmade[tools]'"
        )
    fonts = [str(each) for each in sorted(FONTS.glob("*.otf"))]
    options = {"font_files": fonts, "skip_system_fonts": True, "font_family": FAMILY, "width": width}
    # -P, since the folder of the script has modules with names of Python's own.
    command = [sys.executable, "-P", str(_RASTERIZE), json.dumps(options)]
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise WellmadeError(f"resvg could not draw the picture: {said[-1]}")
    return done.stdout
