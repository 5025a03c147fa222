"""Calls that are refused though there is room on average, as they do not come evenly."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from wellmade.capacity.chance import all_busy, over_quota
from wellmade.capacity.channel import Channel, Rates
from wellmade.capacity.day import Stretch
from wellmade.capacity.system import Limit, System

Stretches = Mapping[str, Sequence[Stretch]]
REFUSED_SHARE = 1e-3
"""Part of the calls that may be refused by chance."""
_MOST_MORE = 10_000
"""Nobody needs that many more runs because calls come unevenly."""


def refused_by_chance(system: System, channel: Channel, stretches: Stretches) -> float:
    """Return which part of the calls is refused at the worst time, with room on average.

    Callers come by chance, not evenly: with few runs at once some find all of them busy, and some seconds
    bring more calls than are taken in a second.
    """
    return max((_refused(system, *one) for one in _met(system, channel, stretches)), default=0.0)


def enough_by_chance(system: System, channel: Channel, stretches: Stretches) -> Iterator[tuple[Limit, float]]:
    """Yield the limits that refuse too many calls by chance, each with the setting that is enough."""
    for limit, rates in _met(system, channel, stretches):
        serves = partial(_serves, system, limit, rates)
        more = bisect_left(range(_MOST_MORE), x=True, key=serves)
        if 0 < more < _MOST_MORE:
            yield limit, float(limit.now() + more)


def _serves(system: System, limit: Limit, rates: Rates, more: int) -> bool:
    """Tell whether few enough calls are refused where the setting is greater by so much."""
    wider = replace(limit, allowed=limit.allowed + more * limit.per)
    return _refused(system, wider, rates) < REFUSED_SHARE


def _met(system: System, channel: Channel, stretches: Stretches) -> Iterator[tuple[Limit, Rates]]:
    """Yield the limits that callers meet, with what comes at each time of the day."""
    if channel.buffered:
        return
    for limit in system.limits:
        if not (limit.throttles or limit.by_second) or channel.id not in limit.claims:
            continue
        for at in range(len(stretches[channel.id])):
            rates = {key: ones[at].admitted for key, ones in stretches.items()}
            if rates[channel.id] > 0:
                yield limit, rates


def _refused(system: System, limit: Limit, rates: Rates) -> float:
    if limit.by_second:
        return over_quota(limit.allowed, limit.load(rates))
    return all_busy(limit.allowed - limit.settled(rates)[0], _offered(system, limit, rates))


def _offered(system: System, limit: Limit, rates: Rates) -> float:
    """Return how many runs there are on average where each message comes alone, as under a light load."""
    found = 0.0
    for channel in system.channels:
        if channel.id in limit.claims:
            load = rates.get(channel.id, 0.0) * channel.work.alone * channel.work.tries_alone
            found += min(load, channel.work.pollers[1]) if channel.work.pollers else load
    return found
