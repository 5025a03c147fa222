"""What arrives: messages a minute, by the second, each for as long as it shows what it is to show."""

import math

from bench.scaling.simulation import Trace

HOUR = 3600


def steady(_: int) -> float:
    """The same all the time."""
    return 30


def spike(now: int) -> float:
    """Ten times as much for half an hour."""
    return 60 if HOUR <= now < HOUR * 1.5 else 6


def daily_wave(now: int) -> float:
    """Nothing at midnight, most at noon."""
    return 30 * (1 - math.cos(2 * math.pi * now / (24 * HOUR)))


TRACES: dict[str, tuple[Trace, int]] = {
    "steady": (steady, 3 * HOUR),
    "10 x spike": (spike, 3 * HOUR),
    "daily wave": (daily_wave, 24 * HOUR),
}
"""By name, the trace and its seconds."""
