"""Where the title of a frame stands: where no arrow crosses it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from wellmade.draw.layout import Layout, Place, Point
from wellmade.draw.picture import Frame
from wellmade.draw.sizes import FRAME_TOP, WORD
from wellmade.draw.text import width_of

MARGIN = 14
_CLEAR = 5
"""Pixels between an arrow and a title."""


def title_starts(frames: Sequence[Frame], layout: Layout) -> Mapping[str, float]:
    """Return where each frame's title begins: as far to the left as there is room between the arrows."""
    lines = [pair for way in layout.ways.values() for pair in pairwise(way)]
    return {each.id: _start(each, layout.places[each.id], lines) for each in frames}


def _start(frame: Frame, place: Place, lines: Sequence[tuple[Point, Point]]) -> float:
    wide = width_of(frame.title, WORD + 1, bold=True)
    first, last = place.x + MARGIN, place.x + place.width - MARGIN - wide
    for start, end in sorted(_taken(place, lines)):
        if start < first + wide and end > first:
            first = end
    return first if first <= last else place.x + MARGIN


def _taken(place: Place, lines: Sequence[tuple[Point, Point]]) -> Iterator[tuple[float, float]]:
    """Yield the stretches of the title's row that arrows run through."""
    top, foot = place.y, place.y + FRAME_TOP - 8
    for (x, y), (other_x, other_y) in lines:
        if min(y, other_y) < foot and max(y, other_y) > top:
            yield min(x, other_x) - _CLEAR, max(x, other_x) + _CLEAR
