"""`python -m bench.pictures PATH…`: pictures of templates at each level, measured; 1 where one has a fault.

A fault is an arrow through a box or a title, what lies over something else, a text that is cut, and letters
that are too small on a screen 1,600 pixels wide.
"""

import sys
from pathlib import Path

from tests.unit.draw.geometry import faults_in
from wellmade.draw.gather import picture_of
from wellmade.draw.layout import laid_out
from wellmade.draw.levels import Level
from wellmade.draw.svg import as_svg
from wellmade.graph import load


def main() -> int:
    """Print a line for each picture, and each fault."""
    found = [fault for path in map(Path, sys.argv[1:]) for level in Level for fault in measured(path, level)]
    print(f"{len(found)} faults")
    return int(bool(found))


def measured(path: Path, level: Level) -> list[str]:
    """Return the faults of one picture, and print what it is like."""
    picture = picture_of(load([path]), level)
    if not picture.boxes:
        print(f"{path.name} {level}: nothing to draw")
        return []
    layout = laid_out(picture)
    faults = faults_in(as_svg(layout))
    sheets = len([each for each in layout.picture.frames if each.kind == "sheet"])
    counts = f"{len(picture.boxes)} boxes, {len(picture.arrows)} arrows, {sheets or 1} sheets"
    print(f"{path.name} {level}: {counts}, {layout.width:.0f} x {layout.height:.0f}", *faults, sep="\n  ")
    return faults


if __name__ == "__main__":
    sys.exit(main())
