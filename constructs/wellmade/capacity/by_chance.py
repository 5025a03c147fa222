"""Calls that are refused though there is room on average, as they do not come evenly."""

from collections.abc import Mapping, Sequence

from wellmade.capacity.chance import all_busy
from wellmade.capacity.channel import Channel, Rates
from wellmade.capacity.day import Stretch
from wellmade.capacity.system import Limit, System
from wellmade.capacity.units import EVENT_AGE_SETTING
from wellmade.facts.lambda_ import REQUESTS_PER_ENVIRONMENT


def refused_by_chance(system: System, channel: Channel, stretches: Mapping[str, Sequence[Stretch]]) -> float:
    """Return which part of the calls meets a full function at the worst time, with room on average.

    Callers come by chance, not evenly: with few runs at once some find all of them busy.
    """
    if channel.buffered:
        return 0.0
    worst = 0.0
    for limit in system.limits:
        if not limit.throttles or channel.id not in limit.claims:
            continue
        for at in range(len(stretches[channel.id])):
            rates = {key: ones[at].admitted for key, ones in stretches.items()}
            if rates[channel.id] > 0:
                room = limit.allowed - limit.settled(rates)[0]
                worst = max(worst, all_busy(room, _offered(system, limit, rates)))
    return worst


def _held(channel: Channel) -> float:
    """Return for how long a message that comes alone takes a unit of concurrency."""
    least = 1 / REQUESTS_PER_ENVIRONMENT if channel.kept_by != EVENT_AGE_SETTING else 0.0
    return max(channel.work.alone, least)


def _offered(system: System, limit: Limit, rates: Rates) -> float:
    """Return how many runs there are on average where each message comes alone, as under a light load."""
    found = 0.0
    for channel in system.channels:
        if channel.id in limit.claims:
            load = rates.get(channel.id, 0.0) * _held(channel) * channel.work.tries_alone
            found += min(load, channel.work.pollers[1]) if channel.work.pollers else load
    return found
