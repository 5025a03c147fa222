"""Calls that are refused though there is room on average, as they do not come evenly."""

from collections.abc import Mapping, Sequence

from wellmade.capacity.chance import all_busy, over_quota
from wellmade.capacity.channel import Channel, Rates
from wellmade.capacity.day import Stretch
from wellmade.capacity.system import Limit, System


def refused_by_chance(system: System, channel: Channel, stretches: Mapping[str, Sequence[Stretch]]) -> float:
    """Return which part of the calls is refused at the worst time, with room on average.

    Callers come by chance, not evenly: with few runs at once some find all of them busy, and some seconds
    bring more calls than are taken in a second.
    """
    if channel.buffered:
        return 0.0
    worst = 0.0
    for limit in system.limits:
        if not (limit.throttles or limit.by_second) or channel.id not in limit.claims:
            continue
        for at in range(len(stretches[channel.id])):
            rates = {key: ones[at].admitted for key, ones in stretches.items()}
            if rates[channel.id] > 0:
                worst = max(worst, _refused(system, limit, rates))
    return worst


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
