"""Where the title of a frame stands: where no arrow crosses it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from wellmade.draw.picture import Frame
from wellmade.draw.places import Layout, Place, Point
from wellmade.draw.sizes import FRAME_PAD, FRAME_TOP, WORD
from wellmade.draw.text import broken, width_of

MARGIN = 14
_CLEAR = 5
"""Pixels between an arrow and a title."""
_BELOW = (22, -4)
"""From the upper border and from the lower one to the foot of a title's letters."""
_TWO = (14, 29)
"""From the upper border to the feet of two lines."""
Line = tuple[Point, Point]
Span = tuple[float, float]
Title = tuple[str, float, float]
"""A line of a title, and where it begins."""


def titles_of(frames: Sequence[Frame], layout: Layout) -> Mapping[str, Sequence[Title]]:
    """Return the lines of each frame's title, as far to the left as there is room between the arrows.

    That is below the upper border, else above the lower one, else in two lines; else an arrow runs behind it.
    """
    lines = [pair for way in layout.ways.values() for pair in pairwise(way)]
    return {each.id: _title(each, layout.places[each.id], lines) for each in frames}


def _title(frame: Frame, place: Place, lines: Sequence[Line]) -> Sequence[Title]:
    foot = place.y + place.height
    above = list(_gaps(place, place.y, place.y + FRAME_TOP - 8, lines))
    below = list(_gaps(place, foot - FRAME_PAD, foot, lines))
    for gaps, base in ((above, place.y + _BELOW[0]), (below, foot + _BELOW[1])):
        for start, end in gaps:
            if end - start >= _wide(frame.title):
                return [(frame.title, start, base)]
    for start, end in above:
        two = broken(frame.title, WORD + 1, end - start, bold=True)
        if len(two) == len(_TWO) and max(map(_wide, two)) <= end - start:
            return [(text, start, place.y + base) for text, base in zip(two, _TWO, strict=True)]
    return [(frame.title, place.x + MARGIN, place.y + _BELOW[0])]


def _wide(text: str) -> float:
    return width_of(text, WORD + 1, bold=True)


def _gaps(place: Place, upper: float, lower: float, lines: Sequence[Line]) -> Iterator[Span]:
    """Yield the stretches between two heights that no arrow runs through, from left to right."""
    first, last = place.x + MARGIN, place.x + place.width - MARGIN
    for start, end in sorted(_taken(upper, lower, lines)):
        if end > first:
            if start > first:
                yield first, min(start, last)
            first = end
    if first < last:
        yield first, last


def _taken(upper: float, lower: float, lines: Sequence[Line]) -> Iterator[Span]:
    """Yield the stretches between two heights that arrows run through."""
    for (x, y), (other_x, other_y) in lines:
        if min(y, other_y) < lower and max(y, other_y) > upper:
            yield min(x, other_x) - _CLEAR, max(x, other_x) + _CLEAR
