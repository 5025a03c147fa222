"""How full batches are under a load, and which good messages they take to the dead-letter queue."""

from math import inf

from wellmade.capacity.attempts import Fate, fate
from wellmade.capacity.channel import Channel
from wellmade.capacity.system import Limit
from wellmade.capacity.units import AT_ONCE

_BURST = 2.0


def batch_at(channel: Channel, rate: float, room: float) -> float:
    """Return how many messages come in a batch: as few as there are runs for, at most the batch size."""
    work = channel.work
    least = max(1.0, min(work.batch, rate * work.window))
    size = least
    while size < work.batch:
        one = fate(work.failing, size)
        if rate * (work.fixed / size * one.runs + work.each * one.work) <= room:
            return size
        size = min(work.batch, size + max(1.0, size // 8))
    return max(least, work.batch)


def room_of(channel: Channel, limits: tuple[Limit, ...]) -> float:
    """Return how many runs a channel may have at once at the most."""
    found = [limit.allowed for limit in limits if limit.unit == AT_ONCE and channel.id in limit.claims]
    return min(found, default=inf)


def fate_at(channel: Channel, rate: float, limits: tuple[Limit, ...]) -> Fate:
    """Return what becomes of messages that arrive at this rate."""
    # Messages come in bursts, and a batch that failed comes back together: some more than on average.
    size = min(channel.work.batch, batch_at(channel, rate, room_of(channel, limits)) + _BURST)
    return fate(channel.work.failing, size)
