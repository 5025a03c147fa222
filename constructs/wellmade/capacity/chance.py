"""Chances of waiting where things do not come evenly: Erlang's formulas, and queues of runs of one length."""

from math import exp, inf, lgamma, log
from statistics import NormalDist

_MANY = 1000.0
_NONE = 1e-12
_NORMAL = NormalDist()
_FAR = 10_000
"""Runs that wait beyond which their chance is left out."""


def all_busy(room: float, load: float) -> float:
    """Return the chance that all are busy where nothing waits (Erlang's first formula).

    Args:
        room: Runs at once that there may be.
        load: Runs at once that there are on average, were there room for all.
    """
    inverse, count = 1.0, 0.0
    if load <= 0:
        return 0.0
    while count < int(room):
        count += 1
        inverse = 1 + inverse * count / load
        if inverse > 1e12:
            return 0.0
    return 1 / inverse


def waits(room: float, load: float) -> float:
    """Return the chance that a run has to wait (Erlang's second formula)."""
    if load >= room:
        return 1.0
    busy = all_busy(room, load)
    return busy / (1 - load / room * (1 - busy))


def over_quota(quota: float, rate: float) -> float:
    """Return the part of what comes at a rate a second that is above a quota a second.

    Args:
        quota: Calls that are let through in each second.
        rate: Calls a second on average, which come by chance (Poisson's distribution).
    """
    if rate <= 0:
        return 0.0
    if rate > _MANY:
        # The normal distribution serves, and no sum of a million terms.
        apart = (quota - rate) / rate**0.5
        spread = _NORMAL.pdf(apart) - apart * (1 - _NORMAL.cdf(apart))
        return float(min(1.0, max(0.0, spread / rate**0.5)))
    above, count = 0.0, int(max(0.0, quota)) + 1
    while count <= rate + 12 * rate**0.5 + 12:
        above += (count - max(0.0, quota)) * exp(count * log(rate) - rate - lgamma(count + 1))
        count += 1
    return min(1.0, float(above / rate))


def never_begins(room: float, load: float, tries: float) -> float:
    """Return the chance that a run finds the others ahead of it for so long, at most.

    Runs that wait begin in no order. What waits together waits together the next time too.

    Args:
        room: Runs at once that there may be.
        load: Runs at once that there are on average.
        tries: How many runs end in all the time for which it may wait.
    """
    if load <= 0 or load >= room:
        return 0.0 if load <= 0 else 1.0
    part = _decay(load / room)
    chance = waits(room, load) * (1 - part)
    found, more = 0.0, 1.0
    for others in range(_FAR):
        found += chance * more * exp(-tries / (others + 1))
        more *= part
        if more < _NONE:
            break
    return found


def _decay(used: float) -> float:
    """Return by which part each further run that waits is less likely, where all take equally long."""
    low = 1 - log(used) / used
    high = 2 * low + 10
    while used * (high - 1) < log(high):
        high = 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if used * (middle - 1) < log(middle) else (low, middle)
    return 1 / high if high < inf else 0.0
