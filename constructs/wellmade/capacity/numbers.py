"""Numbers of the command line."""

import argparse
from collections.abc import Sequence
from math import isfinite

from wellmade.capacity.units import LARGEST
from wellmade.errors import WellmadeError


def pairs(option: str, texts: Sequence[str]) -> list[tuple[str, float]]:
    """Read `NAME=NUMBER` texts; refuse others with the name of the option."""
    found = []
    for text in texts:
        name, _, number = text.rpartition("=")
        value = _number_of(number)
        if not name or value is None or not 0 <= value <= LARGEST:
            raise WellmadeError(
                f"{option} must be NAME=NUMBER with a number from 0 to {LARGEST:g}, got {text!r}"
            )
        found.append((name, value))
    return found


def _number_of(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def multiple(text: str) -> float:
    """Read how many times a load is."""
    value = _number_of(text)
    if value is None or value < 1:
        raise argparse.ArgumentTypeError(
            f"must be a number from 1, got {text!r}; state a lower load as arrivals"
        )
    return value


def hours(text: str) -> float:
    """Read hours of a day."""
    value = _number_of(text)
    if value is None or not 0 < value <= 24:
        raise argparse.ArgumentTypeError(f"must be a number of hours above 0 and up to 24, got {text!r}")
    return value
