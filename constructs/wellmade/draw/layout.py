"""Places for boxes, frames and arrows, by the Eclipse Layout Kernel in a Node process."""

import json
import math
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wellmade.console import err
from wellmade.draw.document import DIRECTIONS, Options, document_of
from wellmade.draw.picture import Picture
from wellmade.draw.places import SCREEN, Layout, Placed, page_of
from wellmade.draw.sheets import Parts, halved, parts_of, sheets_of
from wellmade.errors import WellmadeError
from wellmade.local.toolchain import built_once, digest_of, node_program, npm_ci

_ELK = Path(__file__).with_name("elk")
_ROWS = {3: 1.4 * SCREEN, 2: None}
"""How many boxes a row of a frame may hold where a picture has to be folded; up to which width that helps."""
_MOST, _MOST_ARROWS = 60, 80
"""Boxes and arrows: what has more is clearer on sheets, and takes seconds in one."""
_MOST_FOLDED = 48
"""Arrows of a sheet whose rows may be narrower: with more that takes seconds, and two sheets are clearer."""
_CROWDED = 120
"""Arrows of a sheet that is not tried: it would be wider than a screen, or a thicket, after seconds."""


def laid_out(picture: Picture, direction: str | None = None, *, whole: bool = False) -> Layout:
    """Return the places of everything in a picture; the same picture gets the same ones.

    Args:
        picture: What is drawn.
        direction: Where arrows lead, `down` or `right`. Default: down, which reads best; right where down
            would be wider than a screen; where both would be, down in narrower rows.
        whole: Whether it stays one picture, however wide. Default: what is wider than a screen is split into
            sheets.

    Raises:
        WellmadeError: If Node is missing, the layout kernel cannot be installed, or it fails.
    """
    parts = [] if whole else parts_of(picture)
    parts, sheets = _uncrowded(picture, parts) if len(parts) > 1 else (parts, [])
    tried = not sheets or (len(picture.boxes) <= _MOST and len(picture.arrows) <= _MOST_ARROWS)
    placed = _run(list(_attempts(picture, direction)) if tried else [], sheets, direction)
    if len(placed) == 1:
        return page_of([(picture, placed[0])], picture.left_out)
    while wide := _too_wide(parts, placed):
        parts = list(_narrower(picture, parts, wide))
        sheets = sheets_of(picture, parts)
        placed = _run([], sheets, direction)
    return page_of(list(zip(sheets, placed, strict=True)), picture.left_out)


def _uncrowded(picture: Picture, parts: Parts) -> tuple[Parts, list[Picture]]:
    """Return parts and their sheets, halved until none has too many arrows."""
    while True:
        sheets = sheets_of(picture, parts)
        pairs = enumerate(zip(parts, sheets, strict=True))
        crowded = {one for one, (part, each) in pairs if len(each.arrows) > _CROWDED and len(part) > 1}
        if not crowded:
            return parts, sheets
        parts = list(_narrower(picture, parts, crowded))


def _too_wide(parts: Parts, placed: Sequence[Placed]) -> set[int]:
    """Return which sheets are wider than a screen and have more than one box of their own."""
    pairs = enumerate(zip(parts, placed, strict=True))
    return {number for number, (part, each) in pairs if each["width"] > SCREEN and len(part) > 1}


def _narrower(picture: Picture, parts: Parts, wide: set[int]) -> Iterator[set[str]]:
    for number, part in enumerate(parts):
        yield from halved(picture, part) if number in wide else [part]


def _attempts(
    picture: Picture, direction: str | None, most_arrows: float = math.inf
) -> Iterator[dict[str, Any]]:
    """Yield what may be laid out, the first of which that fits a screen is taken."""
    for each in [direction] if direction else DIRECTIONS:
        yield {"graph": document_of(picture, each, {})}
    if direction is None and len(picture.boxes) <= _MOST and len(picture.arrows) <= most_arrows:
        for most, below in _ROWS.items():
            yield {"graph": document_of(picture, "down", _folded(most)), "below": below}


def _folded(most: int) -> Options:
    return {
        "elk.layered.layering.strategy": "COFFMAN_GRAHAM",
        "elk.layered.layering.coffmanGraham.layerBound": str(most),
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    }


def _run(whole: Sequence[dict[str, Any]], sheets: Sequence[Picture], direction: str | None) -> list[Placed]:
    """Return the whole with its places where it fits a screen, else each sheet."""
    asked = {"whole": whole, "sheets": [list(_attempts(each, direction, _MOST_FOLDED)) for each in sheets]}
    command = [str(node_program()), str(_ELK / "layout.js"), str(kernel()), str(SCREEN)]
    done = subprocess.run(  # noqa: S603 - our own program
        command, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise WellmadeError(f"the layout failed: {said}; draw less of it with --level or --around")
    placed: list[Placed] = json.loads(done.stdout)
    return placed


def kernel() -> Path:
    """Return the layout kernel, installed on the first use.

    Raises:
        WellmadeError: If it cannot be installed.
    """

    def build(folder: Path) -> None:
        err.print("wellmade: installing the layout of pictures (elkjs) once")
        npm_ci(folder, _ELK)

    name = f"elk-{digest_of((_ELK / 'package-lock.json').read_bytes())}"
    return built_once(name, build) / "node_modules/elkjs/lib/elk.bundled.js"
