"""Rates over time as steps, and what a buffer with a limited way out makes of them.

Messages are taken as a fluid. A rate that is constant for a while comes out of a buffer as rates that are
constant for a while, so backlog, drain time and the longest wait follow exactly, without a time step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Step:
    """A rate that stays the same for some seconds; the last step of a flow never ends."""

    seconds: float
    rate: float


Flow = tuple[Step, ...]
NOTHING: Flow = (Step(inf, 0.0),)


@dataclass(frozen=True)
class Passage:
    """What became of a flow at a stage."""

    out: Flow
    growth: float = 0.0
    """Messages a second by which the backlog grows, or that are refused, at the worst time."""
    backlog: float = 0.0
    longest_wait: float = 0.0
    drain: float = 0.0
    """Seconds from the largest backlog to none; infinite when it never drains."""
    drained_at: float = 0.0
    refused: float = 0.0


def peaked(rate: float, multiple: float, seconds: float) -> Flow:
    """Return a rate that starts with a peak."""
    return (Step(seconds, rate * multiple), Step(inf, rate)) if seconds else (Step(inf, rate),)


def scaled(flow: Flow, factor: float) -> Flow:
    """Return the flow with every rate multiplied."""
    return tuple(Step(step.seconds, step.rate * factor) for step in flow)


def merged(flows: Iterable[Flow]) -> Flow:
    """Return the sum of flows that start together."""
    every = [flow for flow in flows if flow]
    ends = sorted({end for flow in every for end in _ends(flow)})
    if not ends:
        return NOTHING
    steps: list[Step] = []
    start = 0.0
    for end in ends:
        steps.append(Step(end - start, sum(_rate_at(flow, start) for flow in every)))
        start = end
    return tuple(steps)


def clipped(flow: Flow, capacity: float) -> Passage:
    """Pass a flow through a stage without a buffer: what is above the capacity is refused."""
    worst = max(0.0, max(step.rate for step in flow) - capacity)
    out = tuple(Step(step.seconds, min(step.rate, capacity)) for step in flow)
    return Passage(out, growth=worst, refused=worst)


def buffered(flow: Flow, capacity: float) -> Passage:
    """Pass a flow through a buffer that is emptied at most at the capacity, the oldest first."""
    if all(step.rate <= capacity for step in flow):
        return Passage(flow)
    steps: list[Step] = []
    clock = backlog = most = most_at = drained_at = 0.0
    for step in flow:
        change = step.rate - capacity
        if not backlog and change <= 0:
            steps.append(step)
            clock += step.seconds
            continue
        busy = min(step.seconds, backlog / -change) if change < 0 else step.seconds
        steps.append(Step(busy, capacity))
        clock += busy
        emptied = change < 0 and busy == backlog / -change
        backlog = 0.0 if emptied else backlog + (change * busy if change else 0.0)
        if backlog > most:
            most, most_at = backlog, clock
        if emptied:
            drained_at = clock
        if busy < step.seconds:
            steps.append(Step(step.seconds - busy, step.rate))
            clock += step.seconds - busy
    if backlog:
        drained_at = inf
    growth = max(step.rate for step in flow) - capacity
    wait = most / capacity if capacity else inf
    drain = inf if drained_at == inf else drained_at - most_at
    return Passage(tuple(steps), growth, most, wait, drain, drained_at)


def _ends(flow: Flow) -> Iterable[float]:
    end = 0.0
    for step in flow:
        end += step.seconds
        yield end


def _rate_at(flow: Flow, moment: float) -> float:
    return next(step.rate for step, end in zip(flow, _ends(flow), strict=True) if moment < end)
