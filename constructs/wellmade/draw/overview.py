"""An overview: each construct of several resources is one box that says what is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from wellmade.draw.kinds import in_plural
from wellmade.draw.picture import Arrow, Box, Frame, Picture

_TELLING = (
    *("front", "function", "container", "workflow", "events", "queue"),
    *("database", "bucket"),
    "security",
    "other",
)
"""Which family gives a summed-up box its glyph: the first of these that is in it."""


def summed_up(picture: Picture) -> Picture:
    """Return the picture with a box for each construct, and each arrow between two of them once."""
    into: dict[str, str] = {}
    frames = tuple(_frame(each, into) for each in picture.frames)
    moved = (replace(each, source=into[each.source], target=into[each.target]) for each in picture.arrows)
    arrows: dict[object, Arrow] = {each.ends: each for each in moved if each.source != each.target}
    return Picture(frames, tuple(arrows.values()), picture.left_out)


def _frame(frame: Frame, into: dict[str, str]) -> Frame:
    groups = [each for each in frame.frames if each.kind == "construct"]
    for box in frame.boxes:
        into[box.id] = box.id
    for group in groups:
        into.update({box.id: group.id for box in group.boxes})
    inner = tuple(_frame(each, into) for each in frame.frames if each.kind != "construct")
    return replace(frame, boxes=(*frame.boxes, *map(_one, groups)), frames=inner)


def _one(group: Frame) -> Box:
    first, *more = _contents(group.boxes)
    return Box(
        id=group.id,
        title=group.title,
        kind=first,
        family=next(each for each in _TELLING if each in {box.family for box in group.boxes}),
        notes=tuple(more),
        place=group.boxes[0].place,
    )


def _contents(boxes: Sequence[Box]) -> list[str]:
    counts = Counter(box.kind for box in boxes)
    return [in_plural(kind, count) for kind, count in counts.items()]
