"""Words that several modules compare: units of limits, settings that end a wait; and numbers for people."""

from math import floor, inf, log10

AT_ONCE = "at once"
PER_SECOND = "a second"
LARGEST = 1e12
"""No number that a person states may be larger: nobody means it, and sums of it end in infinity."""
EVENT_AGE_SETTING = "MaximumEventAgeInSeconds"
"""What ends the wait of an asynchronous event, and of nothing else."""


def plain(value: float) -> str:
    """Write a number for people: no exponent, and no more digits than anybody reads."""
    if value == inf:
        return "∞"
    size = abs(value)
    if size >= 1000 or value == int(value):
        return f"{value:,.0f}"
    digits = 4 if size >= 1e-4 or not size else 2
    text = f"{value:.{max(0, digits - 1 - floor(log10(size)))}f}" if size else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text
