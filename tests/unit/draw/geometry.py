"""What an SVG shows, measured: boxes, arrows and texts, and what lies over what."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations, pairwise

from wellmade.draw.places import SCREEN
from wellmade.draw.text import width_of

READABLE = 11.0
"""Pixels: letters of a picture on a screen."""
_SVG = "{http://www.w3.org/2000/svg}"
Rectangle = tuple[float, float, float, float]
Point = tuple[float, float]


def faults_in(svg: str) -> list[str]:
    """Return what lies over what it must not, and what is too small to read on a screen.

    Arrows over boxes and titles, boxes over boxes and titles, texts out of their boxes.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- our own picture
    boxes = dict(_boxes(root))
    crossed = (*_crossed(root, boxes), *_crossed(root, dict(_titles(root))))
    return [
        *crossed,
        *_overlapping(boxes),
        *_texts_outside(root),
        *_titles_hidden(root, boxes),
        *_small(root),
    ]


def _small(root: ET.Element) -> Iterator[str]:
    """Yield the letters that are too small once the picture is as wide as a screen."""
    shrunk = min(1.0, SCREEN / float(root.get("width", "0")))
    smallest = min(float(text.get("font-size", "0")) for text in root.iter(f"{_SVG}text"))
    if smallest * shrunk < READABLE:
        yield f"letters of {smallest * shrunk:.1f} pixels on a screen, of a picture {root.get('width')} wide"


def _titles(root: ET.Element) -> Iterator[tuple[str, Rectangle]]:
    for text in root.iter(f"{_SVG}text"):
        if "title" in text.get("class", "").split():
            x, y, wide = (float(text.get(name, "0")) for name in ("x", "y", "textLength"))
            yield f"the title {text.text}", (x - 1, y - 11, x + wide + 1, y + 3)


def _boxes(root: ET.Element) -> Iterator[tuple[str, Rectangle]]:
    for group in root.iter(f"{_SVG}g"):
        if group.get("data-id"):
            yield str(group.get("data-id")), _rectangle(group)


def _rectangle(group: ET.Element) -> Rectangle:
    rectangle = group.find(f"{_SVG}rect")
    assert rectangle is not None
    x, y, width, height = (float(rectangle.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def ways(root: ET.Element) -> Iterator[tuple[str, list[Point]]]:
    for path in root.iter(f"{_SVG}path"):
        if "arrow" in path.get("class", "").split() and path.get("data-source"):
            found = re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
            yield (
                f"{path.get('data-source')} to {path.get('data-target')}",
                [(float(x), float(y)) for x, y in found],
            )


def _crossed(root: ET.Element, boxes: dict[str, Rectangle]) -> Iterator[str]:
    for name, points in ways(root):
        for box, (left, top, right, foot) in boxes.items():
            for (x, y), (other_x, other_y) in pairwise(points):
                beside = max(x, other_x) <= left + 1 or min(x, other_x) >= right - 1
                if not (beside or max(y, other_y) <= top + 1 or min(y, other_y) >= foot - 1):
                    yield f"{name} runs through {box}"


def _overlapping(boxes: dict[str, Rectangle]) -> Iterator[str]:
    for (name, one), (other_name, other) in combinations(boxes.items(), 2):
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
            yield f"{name} lies over {other_name}"


def _texts_outside(root: ET.Element) -> Iterator[str]:
    for group in root.iter(f"{_SVG}g"):
        if group.get("data-id"):
            left, top, right, foot = _rectangle(group)
            for text in group.iter(f"{_SVG}text"):
                x, y, wide = (float(text.get(name, "0")) for name in ("x", "y", "textLength"))
                if not (left <= x and x + wide <= right and top < y < foot):
                    yield f"{text.text} leaves its box"
                bold = text.get("class") == "name"
                if abs(wide - width_of(str(text.text), float(text.get("font-size", "0")), bold=bold)) > 0.1:
                    yield f"{text.text} is squeezed"


def _titles_hidden(root: ET.Element, boxes: dict[str, Rectangle]) -> Iterator[str]:
    for title, (x, y, end, foot) in _titles(root):
        for box, (left, top, right, lower) in boxes.items():
            if x < right and end > left and y + 1 < lower and foot - 3 > top:
                yield f"{title} lies over {box}"
