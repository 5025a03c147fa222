"""Times for people."""

from math import inf

DAY = 86_400.0


def span(seconds: float) -> str:
    """Write a time for people."""
    if seconds == inf:
        return "indefinitely"
    for unit, size in (("d", DAY), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:,.1f} s"
