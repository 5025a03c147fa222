"""Where everything of a picture is, and how the sheets of one are put on a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wellmade.draw.picture import Picture

SCREEN = 1600
"""Pixels: a wider picture is shrunk until nobody can read it."""

Point = tuple[float, float]
Placed = Mapping[str, Any]
"""A picture as the kernel gives it back."""


@dataclass(frozen=True)
class Place:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where everything is; arrows have the points of their way."""

    picture: Picture
    """What is drawn: the picture that was asked for, or its sheets."""
    width: float
    height: float
    places: Mapping[str, Place]
    ways: Mapping[int, tuple[Point, ...]]
    """By the number of the arrow in the picture."""


def page_of(sheets: Sequence[tuple[Picture, Placed]], left_out: dict[str, int]) -> Layout:
    """Put sheets beside and below each other, in their order, on a page as wide as a screen."""
    places: dict[str, Place] = {}
    ways: dict[int, tuple[Point, ...]] = {}
    first = 0
    corners = list(_corners([each for _, each in sheets]))
    for (x, y), (picture, placed) in zip(corners, sheets, strict=True):
        places |= _places(placed, x, y)
        ways |= {first + number: points for number, points in _ways(placed, x, y)}
        first += len(picture.arrows)
    whole = Picture(
        tuple(frame for picture, _ in sheets for frame in picture.frames),
        tuple(arrow for picture, _ in sheets for arrow in picture.arrows),
        left_out,
    )
    ends = [
        (x + each["width"], y + each["height"]) for (x, y), (_, each) in zip(corners, sheets, strict=True)
    ]
    return Layout(whole, max(x for x, _ in ends), max(y for _, y in ends), places, ways)


def _corners(sheets: Sequence[Placed]) -> Iterator[Point]:
    """Yield where each sheet begins; one for which a row has no room begins the next."""
    x = y = foot = 0.0
    for each in sheets:
        if x and x + each["width"] > SCREEN:
            x, y = 0.0, foot
        yield x, y
        x, foot = x + each["width"], max(foot, y + each["height"])


def _places(node: Placed, x: float, y: float) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for child in node.get("children", []):
        found[child["id"]] = Place(child["x"] + x, child["y"] + y, child["width"], child["height"])
        found |= _places(child, x, y)
    return found


def _ways(node: Placed, x: float, y: float) -> Iterator[tuple[int, tuple[Point, ...]]]:
    for edge in node.get("edges", []):
        for section in edge.get("sections", []):
            points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
            yield int(edge["id"]), tuple((point["x"] + x, point["y"] + y) for point in points)
    for child in node.get("children", []):
        yield from _ways(child, x, y)
