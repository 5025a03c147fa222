"""How the options of `wellmade redrive` are read."""

import argparse
import math
from collections.abc import Callable


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number within these bounds, both included."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, got {text}")
        return int(text)

    return parse


def rate(text: str) -> float:
    """Read a number of messages a second."""
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate <= 3000:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most 3000 messages a second, got {text}")
    return rate
