"""At which multiple of its load something no longer holds."""

from collections.abc import Callable
from math import inf


def first_multiple(exceeds: Callable[[float], bool]) -> float:
    """Return the smallest multiple of the load at which something no longer holds, to a millionth."""
    low, high = 0.0, 1e9
    if exceeds(low):
        return 0.0
    if not exceeds(high):
        return inf
    low = 1e-9
    while high > low * (1 + 1e-6):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if exceeds(middle) else (middle, high)
    return high
