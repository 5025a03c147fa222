"""The day of each flow as a picture: load and capacity above, the backlog below."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.capacity.curve import Curve, Step
from wellmade.console import write_whole

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

STEPS = 288
"""Of five minutes each."""
WIDTH, HEIGHT = 960, 240
LEFT, TOP = 80, 44
"""Where the day begins, and where the upper panel does."""
STEP = 3
"""Pixels of a step."""
RATES, DEPTHS = 90, 60
"""Heights of the two panels."""
GAP = 16
LOAD, CAPACITY, BACKLOG, AXIS, PAPER = "#9db8d9", "#1a4d8f", "#d1495b", "#777777", "#ffffff"
_HOURS = range(0, 25, 3)


def write_picture(found: Sequence[Curve], file: Path) -> None:
    """Write the days of flows, one below the other, as a PNG.

    Raises:
        WellmadeError: If the file cannot be written.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who wants a picture needs it

    picture = Image.new("RGB", (WIDTH, max(1, len(found)) * HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    for number, curve in enumerate(found):
        _flow(draw, curve, number * HEIGHT)
    content = BytesIO()
    picture.save(content, "PNG")
    write_whole(file, content.getvalue())


def _flow(draw: "ImageDraw", curve: Curve, top: int) -> None:
    draw.text((LEFT, top + 6), curve.title, fill="black")
    draw.text((LEFT, top + 22), curve.problem.removeprefix(f"{curve.name}: ")[:140] or "holds", fill=AXIS)
    foot = top + TOP + RATES
    _fill(draw, [one.load for one in curve.steps], curve.busiest, foot, RATES, LOAD)
    _stairs(draw, curve.steps, curve.busiest, foot)
    _axis(draw, foot, RATES, f"{curve.busiest:,.3g}/s")
    _legend(draw, top)
    foot += GAP + DEPTHS
    _fill(draw, [one.backlog for one in curve.steps], curve.deepest, foot, DEPTHS, BACKLOG)
    _axis(draw, foot, DEPTHS, f"{curve.deepest:,.0f} wait" if curve.deepest else "none waits")
    for hour in _HOURS:
        place = LEFT + hour * STEP * STEPS // 24
        draw.line([(place, foot), (place, foot + 4)], fill=AXIS)
        draw.text((place - 4, foot + 6), f"{hour} h", fill=AXIS)


def _fill(
    draw: "ImageDraw", values: Sequence[float], highest: float, foot: int, height: int, colour: str
) -> None:
    for number, value in enumerate(values):
        tall = round(height * min(1.0, value / highest)) if highest else 0
        if tall:
            left = LEFT + number * STEP
            draw.rectangle([left, foot - tall, left + STEP - 1, foot - 1], fill=colour)


def _stairs(draw: "ImageDraw", steps: Sequence[Step], highest: float, foot: int) -> None:
    """A capacity above the panel is not drawn: the load is far from it."""
    points = []
    for number, one in enumerate(steps):
        if one.capacity <= highest:
            place = foot - round(RATES * one.capacity / highest)
            points += [(LEFT + number * STEP, place), (LEFT + (number + 1) * STEP, place)]
    if points:
        draw.line(points, fill=CAPACITY, width=2)


def _axis(draw: "ImageDraw", foot: int, height: int, highest: str) -> None:
    draw.line([(LEFT - 1, foot - height), (LEFT - 1, foot), (LEFT + STEP * STEPS, foot)], fill=AXIS)
    draw.text((4, foot - height), highest, fill=AXIS)


def _legend(draw: "ImageDraw", top: int) -> None:
    for number, (word, colour) in enumerate((("load", LOAD), ("capacity", CAPACITY), ("backlog", BACKLOG))):
        left = WIDTH - 270 + number * 90
        draw.rectangle([left, top + 10, left + 10, top + 16], fill=colour)
        draw.text((left + 16, top + 6), word, fill="black")
