"""Who gets how much of what several share.

Buffered flows begin equally many runs within a limit that they fill together, and none more than it has
use for, as their sources take whatever becomes free. Where runs wait for a service or a connection, they
fill what concurrency there is, so that the others there begin no more runs than they. Callers that wait are
refused by chance, so that their parts are as their calls.
"""

from collections.abc import Mapping, Sequence, Set
from math import inf

from wellmade.capacity.channel import Channel, Rates
from wellmade.capacity.system import Limit
from wellmade.capacity.units import AT_ONCE

MOST = 1e12
"""Messages a second that stand for any number of them."""


def share(
    channels: Sequence[Channel],
    limits: Sequence[tuple[Limit, float]],
    demand: Rates,
    filling: Set[str] = frozenset(),
) -> dict[str, float]:
    """Return the messages a second that each channel gets through.

    Args:
        channels: Those that have a demand.
        limits: Each with what it allows now.
        demand: Messages a second that each would take.
        filling: Those with so many messages that runs which wait could fill the concurrency.
    """
    weights = _weights(channels, demand)
    rates: dict[str, float] = {}
    loose = {channel.id for channel in channels if demand[channel.id] > 0}
    rates |= {channel.id: 0.0 for channel in channels if channel.id not in loose}
    bounds = [(limit, allowed, *limit.settled(demand)) for limit, allowed in limits if limit.claims]
    buffered = {channel.id for channel in channels if channel.buffered}
    while loose:
        key = min(loose, key=lambda one: demand[one] / weights[one])
        level = demand[key] / weights[key]
        frozen = {key}
        for limit, allowed, constant, claims in bounds:
            reached = _level(allowed - constant, claims, weights, rates, loose)
            if reached < level:
                level, frozen = reached, {one for one in claims if one in loose}
                if limit.holds:
                    frozen |= _starved(frozen & filling, limits) & loose & buffered
        rates |= {one: min(weights[one] * level, demand[one]) for one in frozen}
        loose -= frozen
    return rates


def pool_of(key: str, limits: Sequence[tuple[Limit, float]]) -> float:
    """Return how much concurrency a channel may fill that others need too; infinite where there is none."""
    return min((allowed for _, allowed in _pools(key, limits)), default=inf)


def _pools(key: str, limits: Sequence[tuple[Limit, float]]) -> list[tuple[Limit, float]]:
    own = (one for one, _ in limits if one.unit == AT_ONCE and not one.holds and one.claims.keys() == {key})
    most = min((limit.allowed for limit in own), default=inf)
    return [
        (limit, allowed)
        for limit, allowed in limits
        if limit.throttles and key in limit.claims and len(limit.claims) > 1 and most >= allowed
    ]


def _starved(held: set[str], limits: Sequence[tuple[Limit, float]]) -> set[str]:
    """Return what shares concurrency with runs that wait and fill it."""
    return {other for key in held for pool, _ in _pools(key, limits) for other in pool.claims}


def _level(room: float, claims: Rates, weights: Rates, rates: Mapping[str, float], loose: set[str]) -> float:
    growing = sum(claim * weights[key] for key, claim in claims.items() if key in loose)
    if growing <= 0:
        return inf
    taken = sum(claim * rates[key] for key, claim in claims.items() if key in rates)
    return max(0.0, room - taken) / growing


def _weights(channels: Sequence[Channel], demand: Rates) -> dict[str, float]:
    calls = sum(demand[one.id] * max(one.cost, 1e-9) for one in channels if not one.buffered)
    return {
        one.id: one.work.batch if one.buffered else max(demand[one.id], 1e-12) / max(calls, 1e-12)
        for one in channels
    }
