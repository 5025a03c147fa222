"""Throttles: receives that they take, and calls that they refuse though there is room on average.

A source without a maximum concurrency asks for more runs than a function may have. It holds what is
throttled and tries it again until the visibility timeout ends; then a receive is used up, and after the
last one a message that nothing was wrong with is in the dead-letter queue.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf

from wellmade.capacity.day import Stretch
from wellmade.capacity.system import Channel, Limit, Rates, System
from wellmade.capacity.units import EVENT_AGE_SETTING
from wellmade.facts import sqs
from wellmade.facts.lambda_ import REQUESTS_PER_ENVIRONMENT

_DAY = 86_400.0
_LOOKS = 400


def moved_by_throttles(
    system: System, channel: Channel, stretches: Sequence[Stretch]
) -> tuple[float, Limit | None]:
    """Return how many good messages of a day end in the dead-letter queue, and which limit does it."""
    work = channel.work
    if work.pollers is None or inf in (work.failing.most, work.visibility):
        return 0.0, None
    worst: tuple[float, Limit | None] = (0.0, None)
    for limit in system.limits:
        if limit.throttles and channel.id in limit.claims:
            others = sum(
                _most(one) for one in system.channels if one.id in limit.claims and one is not channel
            )
            room = max(1.0, limit.allowed - limit.constant - min(others, limit.allowed / 2))
            if _most(channel) > room:
                count = _moved(channel, room, stretches)
                worst = max(worst, (count, limit), key=lambda one: one[0])
    return worst


def _most(channel: Channel) -> float:
    """Return how many runs at once are asked for at the most."""
    if channel.work.pollers:
        return channel.work.pollers[1]
    return 0.0


def _moved(channel: Channel, room: float, stretches: Sequence[Stretch]) -> float:
    """Return how many messages are moved while messages wait, from when the pollers outgrow the room.

    As pollers hold what they have read, batches do not fill: each takes the time of a message alone.
    """
    work = channel.work
    length = max(work.alone, 1 / REQUESTS_PER_ENVIRONMENT)
    waiting = _held_back(stretches, room / length / work.tries_alone)
    begins = next((at for (at, _), (_, after) in pairwise(waiting) if after > 0), _DAY)
    ends = next((at for at, count in waiting if at > begins and not count), _DAY)
    if ends - begins <= work.visibility:
        return 0.0
    least, most = work.pollers or (0.0, 0.0)
    served_in_time = room * work.visibility / length
    step = max(work.visibility, (ends - begins) / _LOOKS)

    def late(moment: float) -> float:
        """The part of what is held that does not begin before its messages are visible again."""
        if moment >= ends:
            return 0.0
        grown = least + (moment - begins) * sqs.MORE_A_MINUTE / 60
        held = min(most, grown, _at(waiting, moment) + room)
        return max(0.0, 1 - served_in_time / held) if held > 0 else 0.0

    count, moment = 0.0, begins
    while moment < ends:
        part = 1.0
        for receive in range(int(work.failing.most)):
            part *= late(moment + receive * work.visibility)
        rate = next((one.admitted for one in stretches if one.start <= moment < one.end), 0.0)
        count += rate * step * part
        moment += step
    return count


def _held_back(stretches: Sequence[Stretch], able: float) -> list[tuple[float, float]]:
    """Return how many messages wait over the day where so many a second get through."""
    found, count = [(0.0, 0.0)], 0.0
    for one in stretches:
        end = min(one.end, _DAY)
        change = one.admitted - able
        if end <= one.start:
            continue
        if change < 0 and count and count / -change < end - one.start:
            found.append((one.start + count / -change, 0.0))
        count = max(0.0, count + change * (end - one.start))
        found.append((end, count))
    return found


def _at(counts: Sequence[tuple[float, float]], moment: float) -> float:
    for before, after in pairwise(counts):
        if before[0] <= moment <= after[0] and after[0] > before[0]:
            part = (moment - before[0]) / (after[0] - before[0])
            return before[1] + part * (after[1] - before[1])
    return counts[-1][1]


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
                worst = max(worst, _busy(room, _offered(system, limit, rates)))
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


def _busy(room: float, load: float) -> float:
    """Erlang's formula: the chance that all are busy."""
    inverse, count = 1.0, 0.0
    if load <= 0:
        return 0.0
    while count < int(room):
        count += 1
        inverse = 1 + inverse * count / load
        if inverse > 1e12:
            return 0.0
    return 1 / inverse
