"""How much room a box and the title of a frame need; the drawing uses the same numbers."""

from dataclasses import dataclass
from functools import cache

from wellmade.draw.picture import Box
from wellmade.draw.text import broken, width_of

TITLE, WORD = 14, 11.5
"""Sizes of letters: names, and what stands below them."""
LINE, SMALL_LINE = 18, 15
GLYPH = 34
PAD = 10
WIDEST = 170
"""Where a text is broken, in pixels."""
FRAME_TOP, FRAME_PAD = 36, 16


@dataclass(frozen=True)
class Label:
    """The lines of a box, and the room that they take with the glyph."""

    title: tuple[str, ...]
    below: tuple[str, ...]
    width: float
    height: float


@cache
def label_of(box: Box) -> Label:
    """Return what a box says, broken into lines."""
    title = broken(box.title, TITLE, WIDEST, bold=True)
    below = [line for text in (box.kind, *box.notes) for line in broken(text, WORD, WIDEST)]
    widest = max(
        *(width_of(each, TITLE, bold=True) for each in title), *(width_of(each, WORD) for each in below)
    )
    lines = LINE * len(title) + SMALL_LINE * len(below)
    return Label(tuple(title), tuple(below), round(GLYPH + widest + 3 * PAD), max(lines, GLYPH) + 2 * PAD)


def frame_width(title: str, *, entered: bool) -> float:
    """Return how wide a frame is at least: an arrow that enters it leaves room for the title on one side."""
    sides = 2 if entered else 1
    return round(sides * width_of(title, WORD + 1, bold=True) + 3 * FRAME_PAD)
