"""Frames of constructs stay only where they help: not where arrows go out of one and come back into it."""

from collections import defaultdict
from dataclasses import replace

from wellmade.draw.picture import Box, Frame, Picture


def without_round_trips(picture: Picture) -> Picture:
    """Return the picture in which constructs that arrows leave and enter again have no frame.

    Every way back would lead around such a frame; without it boxes stand in the order of the flow.
    """
    home = {box.id: box.id for box in picture.boxes.values()}
    wholes = [each for top in picture.frames for each in _wholes(top)]
    home |= {box.id: each.id for each in wholes for box in each.every_box()}
    onward: dict[str, set[str]] = defaultdict(set)
    for arrow in picture.arrows:
        if home[arrow.source] != home[arrow.target]:
            onward[home[arrow.source]].add(home[arrow.target])
    constructs = [each for each in wholes if each.kind == "construct"]
    gone = {each.id for each in constructs if _comes_back(each.id, onward)}
    return replace(picture, frames=tuple(_dissolved(each, gone) for each in picture.frames))


def _wholes(frame: Frame) -> list[Frame]:
    """Return the constructs and networks, which are drawn as one whole each."""
    if frame.kind in ("construct", "network"):
        return [frame]
    return [each for below in frame.frames for each in _wholes(below)]


def _comes_back(start: str, onward: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(onward[start])
    while waiting:
        here = waiting.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            waiting += onward.get(here, ())
    return False


def _dissolved(frame: Frame, gone: set[str]) -> Frame:
    open_ones = [each for each in frame.frames if each.id in gone]
    freed = (_named(each.title, box) for each in open_ones for box in each.boxes)
    kept = tuple(_dissolved(each, gone) for each in frame.frames if each.id not in gone)
    return replace(frame, boxes=(*frame.boxes, *freed), frames=kept)


def _named(construct: str, box: Box) -> Box:
    return box if box.title == construct else replace(box, title=f"{construct}/{box.title}")
