"""Where the title of a frame stands: where no arrow crosses it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from wellmade.draw.picture import Frame
from wellmade.draw.places import Layout, Place, Point
from wellmade.draw.sizes import FRAME_PAD, FRAME_TOP, WORD
from wellmade.draw.text import width_of

MARGIN = 14
_CLEAR = 5
"""Pixels between an arrow and a title."""
_BELOW = (22, -4)
"""From the upper border and from the lower one to the foot of a title's letters."""
Line = tuple[Point, Point]


def title_places(frames: Sequence[Frame], layout: Layout) -> Mapping[str, Point]:
    """Return where each frame's title begins: as far to the left as there is room between the arrows.

    That is below the upper border, else above the lower one; else an arrow runs behind it.
    """
    lines = [pair for way in layout.ways.values() for pair in pairwise(way)]
    return {each.id: _start(each, layout.places[each.id], lines) for each in frames}


def _start(frame: Frame, place: Place, lines: Sequence[Line]) -> Point:
    wide = width_of(frame.title, WORD + 1, bold=True)
    foot = place.y + place.height
    top = (place.y, place.y + FRAME_TOP - 8, place.y + _BELOW[0])
    bottom = (foot - FRAME_PAD, foot, foot + _BELOW[1])
    for upper, lower, base in (top, bottom):
        first = _free(place, wide, sorted(_taken(upper, lower, lines)))
        if first is not None:
            return first, base
    return place.x + MARGIN, top[2]


def _free(place: Place, wide: float, taken: Sequence[tuple[float, float]]) -> float | None:
    """Return where a text as wide has room first."""
    first, last = place.x + MARGIN, place.x + place.width - MARGIN - wide
    for start, end in taken:
        if start < first + wide and end > first:
            first = end
    return first if first <= last else None


def _taken(upper: float, lower: float, lines: Sequence[Line]) -> Iterator[tuple[float, float]]:
    """Yield the stretches between two heights that arrows run through."""
    for (x, y), (other_x, other_y) in lines:
        if min(y, other_y) < lower and max(y, other_y) > upper:
            yield min(x, other_x) - _CLEAR, max(x, other_x) + _CLEAR
