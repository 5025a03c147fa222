"""The pieces of an SVG: frames, boxes, arrows and their heads."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from math import hypot
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from wellmade.draw.picture import Arrow, Box, Frame
from wellmade.draw.places import Place, Point
from wellmade.draw.sizes import GLYPH, LINE, PAD, SMALL_LINE, TITLE, WORD, label_of
from wellmade.draw.text import width_of

_ROUND = 7
"""Radius of the corners of arrows."""
_HEAD = (7.0, 3.6)
"""Length and half the width of an arrow's head."""


def number(value: float) -> str:
    """Write a coordinate with one digit behind the point at most."""
    return f"{value:.1f}".removesuffix(".0")


def text(content: str, x: float, y: float, size: float, *, bold: bool = False, word: str = "") -> str:
    """Write a text of the width that was measured, in whatever font it is shown."""
    wide = number(width_of(content, size, bold=bold))
    name = f' class="{word}"' if word else ""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
    return f'<text{name} {place} textLength="{wide}" lengthAdjust="spacingAndGlyphs">{escape(content)}</text>'


def rectangle(place: Place, radius: float) -> str:
    """Write a rectangle with round corners."""
    x, y, width, height = map(number, (place.x, place.y, place.width, place.height))
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{number(radius)}"/>'


def frame(one: Frame, place: Place) -> str:
    """Write the rectangle of a frame; what is in it is drawn over it."""
    return f'<g class="frame {one.kind}">{rectangle(place, 8)}</g>'


def frame_title(one: Frame, line: str, x: float, y: float) -> str:
    """Write a line of a frame's title, over the arrows: where there is no room beside them it covers them."""
    return text(line, x, y, WORD + 1, bold=True, word=f"title {one.kind}")


def box(one: Box, place: Place, icon: str | None = None, *, tells_line: bool = False) -> str:
    """Write a box with glyph, name and what it is."""
    lines = "".join(_lines(one, place))
    about = f"{one.title}, {one.kind}" + (f", {one.place}" if one.place and tells_line else "")
    names = f"box {one.family} {one.status}"
    return (
        f'<g class="{names}" data-id={quoteattr(one.id)}{_stands_for(one)}><title>{escape(about)}</title>'
        f"{rectangle(place, 6)}{_image(icon, place) if icon else _glyph(one, place)}{lines}</g>"
    )


def _stands_for(one: Box) -> str:
    return f" data-stands-for={quoteattr(json.dumps(one.stands_for))}" if one.stands_for else ""


def _glyph(one: Box, place: Place) -> str:
    x, y = place.x + PAD, place.y + (place.height - GLYPH) / 2
    moved = f"translate({number(x)} {number(y)}) scale({number(GLYPH / 24)})"
    return f'<path class="glyph" transform="{moved}" d="{_shapes()[one.family]}"/>'


def _image(icon: str, place: Place) -> str:
    x, y = number(place.x + PAD), number(place.y + (place.height - GLYPH) / 2)
    return f'<image x="{x}" y="{y}" width="{GLYPH}" height="{GLYPH}" href="{icon}"/>'


def _lines(one: Box, place: Place) -> Iterator[str]:
    label = label_of(one)
    tall = LINE * len(label.title) + SMALL_LINE * len(label.below)
    x, y = place.x + GLYPH + 2 * PAD, place.y + (place.height - tall) / 2
    for line in label.title:
        yield text(line, x, y + TITLE - 1, TITLE, bold=True, word="name")
        y += LINE
    for line in label.below:
        yield text(line, x, y + WORD - 1, WORD, word="word")
        y += SMALL_LINE


def arrow(one: Arrow, points: Sequence[Point]) -> str:
    """Write an arrow along its way, with round corners and a head at its end."""
    names = f"{one.flow.name.lower().replace('_', '-')} {one.status}"
    ends = f"data-source={quoteattr(one.source)} data-target={quoteattr(one.target)}"
    return (
        f'<path class="arrow {names}" {ends} d="{_way([*points[:-1], _before_head(points)])}"/>'
        f'<path class="head {names}" {ends} d="{_head(points)}"/>'
    )


def _way(points: Sequence[Point]) -> str:
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        parts.append(f"L{_at(_towards(corner, before))}Q{_at(corner)} {_at(_towards(corner, after))}")
    return "".join([*parts, f"L{_at(points[-1])}"])


def _towards(start: Point, end: Point) -> Point:
    """Return the point a corner's radius from the start; at most half of the way."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    share = min(_ROUND, length / 2) / length if length else 0.0
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _unit(points: Sequence[Point]) -> Point:
    (x, y), (end_x, end_y) = points[-2:]
    length = hypot(end_x - x, end_y - y) or 1.0
    return ((end_x - x) / length, (end_y - y) / length)


def _before_head(points: Sequence[Point]) -> Point:
    x, y = _unit(points)
    return (points[-1][0] - x * _HEAD[0], points[-1][1] - y * _HEAD[0])


def _head(points: Sequence[Point]) -> str:
    (x, y), (back_x, back_y) = _unit(points), _before_head(points)
    one, other = ((back_x - side * y * _HEAD[1], back_y + side * x * _HEAD[1]) for side in (1, -1))
    return f"M{_at(points[-1])}L{_at(one)}L{_at(other)}Z"


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


@cache
def _shapes() -> dict[str, str]:
    shapes: dict[str, str] = json.loads(Path(__file__).with_name("glyphs.json").read_text())
    return shapes
