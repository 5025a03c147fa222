"""The end of `make demo` as a picture: the file pipeline, with what the demo finds in each place.

The counts are worked out from the files that it sends, by what it compares with; it fails where they differ.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from demo.expected import Ignored, Loaded, Quarantined, SetAside, expected
from demo.samples import PREFIX, samples
from wellmade.draw.gather import picture_of
from wellmade.draw.layout import laid_out
from wellmade.draw.picture import Box, Frame, Picture
from wellmade.draw.svg import as_svg
from wellmade.graph import load

STACK = "file-pipeline"


def demo_picture(assembly: Path) -> str:
    """Return the SVG.

    Args:
        assembly: A folder with the synthesized stack alone.

    Raises:
        ValueError: If a place that the demo looks at is not in the picture.
    """
    picture = picture_of(load([assembly]))
    counts = _counts()
    unseen = {end for end in counts if not any(_is_at(box, end) for box in picture.boxes.values())}
    if unseen:
        raise ValueError(f"docs/demo_picture.py: the picture must have {', '.join(sorted(unseen))}")
    noted = Picture(tuple(_noted(each, counts) for each in picture.frames), picture.arrows)
    return as_svg(laid_out(noted))


def _counts() -> Mapping[str, str]:
    """Return by the end of a construct's path what the demo finds there."""
    found = [(sample, expected(sample)) for sample in samples()]
    loaded = [each for _, each in found if isinstance(each, Loaded)]
    told = [sample for sample, each in found if not isinstance(each, Ignored)]
    rejected = sum(len(each.rejected) for each in loaded)

    def count(kind: type) -> int:
        return sum(isinstance(each, kind) for _, each in found)

    return {
        "Inbox": f"{len(found)} files, {len(told)} of them under {PREFIX}",
        "Rows": f"{sum(len(each.rows) for each in loaded)} rows of {len(loaded)} files, {rejected} rejected",
        "Quarantine": f"{count(Quarantined)} files, with the reason",
        "DeadLetterQueue": f"{count(SetAside)} message, and an alarm",
    }


def _noted(frame: Frame, counts: Mapping[str, str]) -> Frame:
    return replace(
        frame,
        boxes=tuple(_with_count(box, counts) for box in frame.boxes),
        frames=tuple(_noted(each, counts) for each in frame.frames),
    )


def _is_at(box: Box, end: str) -> bool:
    return re.search(rf"{end}[0-9A-F]{{8}}$", box.id) is not None


def _with_count(box: Box, counts: Mapping[str, str]) -> Box:
    note = next((text for end, text in counts.items() if _is_at(box, end)), None)
    return box if note is None else replace(box, notes=(note,))
