"""What became of a channel's messages over a day: backlog, waits, refusals, losses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from wellmade.capacity.alarm import Reading
from wellmade.capacity.channel import Channel
from wellmade.capacity.day import Stretch
from wellmade.capacity.retried import retries_waiting
from wellmade.capacity.uneven import excess


@dataclass(frozen=True)
class Passage:
    """What became of a flow at a stage."""

    growth: float = 0.0
    """Messages a second by which the backlog grows on average until it is largest."""
    backlog: float = 0.0
    longest_wait: float = 0.0
    drain: float = 0.0
    """Seconds from the largest backlog to none; infinite when it never drains."""
    drained_at: float = 0.0
    refused: float = 0.0
    """Calls a second that are refused at the worst time."""
    lost: float = 0.0
    """Messages of a day that are older than what keeps them."""
    readings: tuple[Reading, ...] = ()


def passage_of(channel: Channel, stretches: Sequence[Stretch], lanes: float = 1.0) -> Passage:
    """Return what the stretches of a day make of a channel, whose messages are spread over so many lanes."""
    refused = max(one.offered - (one.admitted if channel.buffered else one.served) for one in stretches)
    refused = refused if refused > 1e-6 * max(one.offered for one in stretches) else 0.0
    if not channel.buffered:
        return Passage(refused=refused)
    moments = [stretches[0].start, *(one.end for one in stretches if one.end < inf)]
    came = [0.0, *accumulate(one.admitted * (one.end - one.start) for one in stretches if one.end < inf)]
    went = [0.0, *accumulate(one.served * (one.end - one.start) for one in stretches if one.end < inf)]
    last = stretches[-1]
    readings = list(_readings(channel, stretches, moments, came, went, lanes))
    rests = [max(0.0, first - second) for first, second in zip(came, went, strict=True)]
    most = max(rests)
    most_at = moments[rests.index(most)]
    grows = last.admitted - last.served > 1e-9 * max(last.admitted, 1e-12)
    if grows or rests[-1] > 1e-6 * max(1.0, last.served):
        growth = last.admitted - last.served if grows else _growth(moments, rests, most, most_at)
        wait = inf if grows or not last.served else most / last.served
        found = Passage(growth, inf if grows else most, wait, inf, inf, refused, 0.0, tuple(readings))
    elif most <= 1e-6 * max(1.0, last.served):
        found = Passage(refused=refused, readings=tuple(readings))
    else:
        waits = max(reading[1] for reading in readings) - channel.delay
        calm = (at for at, rest in zip(moments, rests, strict=True) if at > most_at and rest <= 1e-5 * most)
        empty = next(calm, moments[-1])
        drained = empty + _fullest(stretches, moments, came, empty, lanes)
        growth = _growth(moments, rests, most, most_at)
        served = next(one.served for one in stretches if one.end == most_at)
        more = (
            retries_waiting(channel, last.admitted, served, most / served) if lanes <= 1 and served else 0.0
        )
        found = Passage(growth, most + more, waits, drained - most_at, drained, refused, 0.0, tuple(readings))
    return _expired(channel, stretches, found)


def _fullest(
    stretches: Sequence[Stretch], moments: Sequence[float], came: Sequence[float], empty: float, lanes: float
) -> float:
    """Return for how long the fullest lane has messages when the others have none."""
    last = next(one for one in stretches if one.end == empty)
    spare = last.served - last.admitted
    return excess(lanes, _count(empty, moments, came, last.admitted)) / spare if spare > 0 else 0.0


def _growth(moments: Sequence[float], rests: Sequence[float], most: float, most_at: float) -> float:
    empty = [at for at, rest in zip(moments, rests, strict=True) if at < most_at and rest <= 1e-5 * most]
    return most / (most_at - max(empty, default=0.0)) if most_at else 0.0


def _expired(channel: Channel, stretches: Sequence[Stretch], found: Passage) -> Passage:
    """What is older than its retention is gone: it bounds backlog, age and drain."""
    age = found.longest_wait + channel.delay
    if age <= channel.retention or channel.retention == inf:
        return found
    rate = max(one.admitted for one in stretches)
    kept = channel.retention * rate
    drain, drained = found.drain, found.drained_at
    if drain < inf:
        drain = min(drain, channel.retention)
        drained = found.drained_at - found.drain + drain
    day = 86_400.0
    missing = sum(
        max(0.0, one.admitted - one.served) * (min(one.end, day) - one.start)
        for one in stretches
        if one.start < day
    )
    wait = channel.retention - channel.delay
    return Passage(
        found.growth, min(found.backlog, kept), max(0.0, wait), drain, drained, found.refused,
        max(missing, 1.0), found.readings,
    )  # fmt: skip


def _readings(
    channel: Channel,
    stretches: Sequence[Stretch],
    moments: Sequence[float],
    came: Sequence[float],
    went: Sequence[float],
    lanes: float,
) -> Iterator[Reading]:
    """Yield age, waiting and running at every moment at which one of their slopes changes."""
    times = set(moments)
    for count in came:
        times.add(_when(count, moments, went, stretches[-1].served))
    if stretches[-1].admitted > stretches[-1].served:
        times.add(moments[-1] + 10 * 86_400.0)
    for moment in sorted(one for one in times if one < inf):
        total_in = _count(moment, moments, came, stretches[-1].admitted)
        total_out = _count(moment, moments, went, stretches[-1].served)
        waiting = max(0.0, total_in - total_out)
        waiting = waiting if waiting > 1e-6 * max(1.0, total_in * 1e-3) else 0.0
        since = _when(total_out, moments, came, stretches[-1].admitted) if waiting else moment
        stretch = next((one for one in stretches if one.start <= moment < one.end), stretches[-1])
        late = excess(lanes, total_in) / stretch.served if waiting and stretch.served else 0.0
        age = max(0.0, moment - since) + late + channel.delay
        yield moment, age, waiting, stretch.served * channel.cost


def _when(count: float, moments: Sequence[float], counts: Sequence[float], rate: float) -> float:
    """Return when a count was reached, from the straight lines between the moments."""
    if count > counts[-1]:
        return moments[-1] + (count - counts[-1]) / rate if rate > 0 else inf
    for index in range(1, len(counts)):
        if counts[index] >= count and counts[index] > counts[index - 1]:
            part = max(0.0, count - counts[index - 1]) / (counts[index] - counts[index - 1])
            return moments[index - 1] + part * (moments[index] - moments[index - 1])
    return moments[-1] if count > 0 else moments[0]


def _count(moment: float, moments: Sequence[float], counts: Sequence[float], rate: float) -> float:
    if moment >= moments[-1]:
        return counts[-1] + (moment - moments[-1]) * rate
    for index in range(1, len(moments)):
        if moments[index] >= moment:
            length = moments[index] - moments[index - 1]
            part = (moment - moments[index - 1]) / length if length else 1.0
            return counts[index - 1] + part * (counts[index] - counts[index - 1])
    return counts[0]
