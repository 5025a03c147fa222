"""The day of each flow in a terminal: a line of blocks for the load, for the capacity and for the backlog."""

from collections.abc import Iterator, Sequence
from math import inf

from wellmade.capacity.curve import Curve

COLUMNS = 72
"""Of 20 minutes each."""
_BLOCKS = " ▁▂▃▄▅▆▇█"
_LETTERS = " .:-=+*%#"
_HOURS = 24


def text(found: Sequence[Curve], encoding: str = "utf-8") -> Iterator[str]:
    """Yield the lines; the highest block of load and capacity is the same rate.

    Args:
        found: The days of flows.
        encoding: Of where they are printed; one without blocks gets letters. Default: one that has them.
    """
    blocks = _BLOCKS if _has(encoding, _BLOCKS) else _LETTERS
    for curve in found:
        yield curve.title
        yield "  load     " + _line([one.load for one in curve.steps], curve.busiest, blocks)
        yield "  capacity " + _line([one.capacity for one in curve.steps], curve.busiest, blocks)
        deepest = f" {curve.deepest:,.0f}" if curve.deepest else " none"
        yield "  backlog  " + _line([one.backlog for one in curve.steps], curve.deepest, blocks) + deepest
    if found:
        yield (
            "  hour     "
            + "".join(f"{hour:<9}" for hour in range(0, _HOURS, 3))
            + "from the start of the peak"
        )


def _has(encoding: str, characters: str) -> bool:
    try:
        characters.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _line(values: Sequence[float], highest: float, blocks: str) -> str:
    return "".join(_block(value, highest, blocks) for value in values)


def _block(value: float, highest: float, blocks: str) -> str:
    if value <= 0 or highest <= 0:
        return blocks[0]
    part = 1.0 if value == inf else min(1.0, value / highest)
    return blocks[max(1, round(part * (len(blocks) - 1)))]
