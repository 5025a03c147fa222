"""By how much waiting is shorter than on AWS, as `--fast` says."""

import os


def factor() -> float:
    """Return how many times shorter it is; 1 where nothing was asked for."""
    return float(os.environ.get("WELLMADE_FAST", "1"))


def shortened(seconds: float) -> float:
    """Return how long something takes that only waits."""
    return seconds / factor()
