"""What options cost by rate, as a picture: one panel for each question, both axes by powers of ten."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil, floor, log10
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.advise.advice import Advice
from wellmade.advise.crossings import DECADES, Crossing, shown_rate
from wellmade.console import write_whole
from wellmade.errors import WellmadeError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 960, 330
LEFT, TOP, RIGHT, FOOT = 80, 40, 690, 280
"""Where a panel's axes are; the names of the lines stand to the right of them."""
COLOURS = ("#1a4d8f", "#d1495b", "#2e7d32", "#b26a00", "#6a3d9a", "#00798c", "#555555")
AXIS, GRID, PAPER = "#777777", "#e4e4e4", "#ffffff"
_STEPS = 120
_LEAST = 0.01
"""US dollars; what costs less is drawn on the axis."""


def write_picture(found: Sequence[tuple[Advice, Sequence[Crossing]]], file: Path) -> None:
    """Write the costs of each question of each workload, one below the other, as a PNG.

    Raises:
        WellmadeError: If there is nothing to compare, or the file cannot be written.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who wants a picture needs it

    panels = [(advice, crossing) for advice, crossings in found for crossing in crossings]
    if not panels:
        raise WellmadeError("--picture must have options to compare, got none that is not refused")
    picture = Image.new("RGB", (WIDTH, len(panels) * HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    for number, (advice, crossing) in enumerate(panels):
        _panel(draw, crossing, advice, number * HEIGHT)
    content = BytesIO()
    picture.save(content, "PNG")
    write_whole(file, content.getvalue())


def _panel(draw: "ImageDraw", crossing: Crossing, advice: Advice, top: int) -> None:
    rate, region = advice.workload.number("rate"), advice.region
    rates = [rate / DECADES * DECADES ** (2 * step / _STEPS) for step in range(_STEPS + 1)]
    curves = {name: [way(one, region) for one in rates] for name, way in crossing.choice.ways.items()}
    known = [usd for curve in curves.values() for usd in curve if usd is not None]
    low, high = _decades(known)
    draw.text((LEFT, top + 10), _title(advice, crossing), fill="black")
    _axes(draw, top, rate, low, high)
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [
            (_across(one, rate), top + _down(usd, low, high))
            for one, usd in zip(rates, curve, strict=True)
            if usd is not None
        ]
        draw.line(points, fill=colour, width=2)
        _name(draw, top, number, name, colour)
    for number, name in enumerate(crossing.not_priced, start=len(curves)):
        _name(draw, top, number, f"{name}: not priced", PAPER)
    for start, _ in crossing.cheapest[1:]:
        _mark(draw, top, _across(start, rate), f"{shown_rate(start)}/s")


def _title(advice: Advice, crossing: Crossing) -> str:
    return f"{advice.workload.name}, {crossing.answer.question.title}: US dollars a month by rate"


def _decades(known: Sequence[float]) -> tuple[int, int]:
    largest = max([_LEAST, *known])
    low = floor(log10(max(_LEAST, min([largest, *known]))))
    return low, max(low + 1, ceil(log10(largest)))


def _axes(draw: "ImageDraw", top: int, rate: float, low: int, high: int) -> None:
    for decade in range(low, high + 1):
        place = top + _down(10.0**decade, low, high)
        draw.line([(LEFT, place), (RIGHT, place)], fill=GRID)
        draw.text((8, place - 6), f"{10.0**decade:,g}", fill=AXIS)
    for factor in (1 / DECADES, DECADES**-0.5, 1.0, DECADES**0.5, DECADES):
        place = _across(rate * factor, rate)
        draw.line([(place, top + TOP), (place, top + FOOT)], fill=AXIS if factor == 1 else GRID)
        draw.text((place - 12, top + FOOT + 6), f"{shown_rate(rate * factor)}/s", fill=AXIS)
    draw.line([(LEFT, top + TOP), (LEFT, top + FOOT), (RIGHT, top + FOOT)], fill=AXIS)


def _name(draw: "ImageDraw", top: int, number: int, name: str, colour: str) -> None:
    place = top + TOP + 20 * number
    draw.rectangle([RIGHT + 14, place, RIGHT + 24, place + 6], fill=colour)
    draw.text((RIGHT + 30, place - 4), name, fill="black")


def _mark(draw: "ImageDraw", top: int, place: int, text: str) -> None:
    for begin in range(top + TOP, top + FOOT, 8):
        draw.line([(place, begin), (place, begin + 3)], fill="black")
    draw.text((place + 4, top + TOP - 12), text, fill="black")


def _across(rate: float, stated: float) -> int:
    return LEFT + round((RIGHT - LEFT) * (log10(rate / stated) / (2 * log10(DECADES)) + 0.5))


def _down(usd: float, low: int, high: int) -> int:
    share = (log10(max(usd, 10.0**low)) - low) / (high - low)
    return FOOT - round((FOOT - TOP) * share)
