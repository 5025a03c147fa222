"""From a graph and a workload to the system of inequalities."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError
from itertools import pairwise

from wellmade.capacity.arrival import Arrival
from wellmade.capacity.channel import Channel
from wellmade.capacity.deployed import with_settings
from wellmade.capacity.hops import Hop, called_directly, ends_of, hops
from wellmade.capacity.known_values import FUNCTIONS, QUEUE, KnownValues
from wellmade.capacity.left_out import always_left_out, mention_undefined
from wellmade.capacity.limits import limits
from wellmade.capacity.names import short
from wellmade.capacity.system import Link, System
from wellmade.capacity.throttled import asks_for_more
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import Graph


@dataclass(frozen=True)
class Model:
    """The system, and what had to be assumed for it."""

    system: System
    assumptions: list[str]
    graph: Graph
    workload: Workload
    unknown: list[str] = field(default_factory=list)
    """Settings that decide the answer and that neither the templates nor the capacity file tell."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """What is not judged, each with what it may change."""


def build(graph: Graph, workload: Workload, *, judged: bool = True) -> Model:
    """Set up the system for what the arrivals reach.

    Args:
        graph: Of the templates.
        workload: What arrives.
        judged: Whether something has to work on what arrives. Default: yes, as nothing else saturates.

    Raises:
        WellmadeError: If nothing arrives, a name means nothing, or messages run in a cycle.
    """
    graph = with_settings(graph, workload)
    known = KnownValues(graph, workload)
    if not workload.arrivals:
        raise WellmadeError(
            "arrivals must name a queue, stream, bucket, topic, rule or API of the templates and its"
            " messages a second, got none; write them into capacity.yaml or pass --arrivals NAME=RATE"
        )
    found = list(hops(known))
    arrivals: dict[str, Arrival] = {}
    for name, arrival in workload.arrivals.items():
        entry = known.entry(name)
        node = entry.id
        if entry.type in FUNCTIONS:
            hop = called_directly(known, entry)
            found.append(hop)
            node = hop.made.source
        if node in arrivals:
            workload.refuse_again("arrivals", name)
        arrivals[node] = arrival
    if judged and not any(arrival.peak for arrival in arrivals.values()):
        raise WellmadeError(
            "arrivals must be more than 0 a second somewhere, got 0 everywhere; nothing is to be judged"
        )
    reached = _reached(found, {node for node, arrival in arrivals.items() if arrival.peak})
    parts: dict[tuple[str, str], float] = {}
    relevant, system = _system(graph, workload, arrivals, reached, found, parts)
    if shared := _parts(system):
        relevant, system = _system(graph, workload, arrivals, reached, found, shared)
    if judged and not system.channels and not any(limit.claims for limit in system.limits):
        raise WellmadeError(
            "arrivals reach no function and no task of these templates; name other entry points"
            + "".join(f" ({one})" for one in relevant.unknowns)
        )
    always_left_out(relevant)
    return Model(system, relevant.assumptions, graph, workload, relevant.unknowns, relevant.left_out)


def _system(
    graph: Graph,
    workload: Workload,
    arrivals: dict[str, Arrival],
    reached: Mapping[str, int],
    found: list[Hop],
    parts: dict[tuple[str, str], float],
) -> tuple[KnownValues, System]:
    relevant = KnownValues(graph, workload)
    relevant.parts, relevant.reached = parts, frozenset(reached)
    direct = [called_directly(relevant, hop.consumer) for hop in found if hop.direct and hop.consumer]
    kept = _without_loops(
        relevant, [hop for hop in (*hops(relevant, reached), *direct) if _carries(hop)], reached
    )
    _mention_ends(relevant, kept, reached)
    mention_undefined(relevant)
    channels = tuple(hop.made for hop in kept if isinstance(hop.made, Channel))
    links = tuple(hop.made for hop in kept if isinstance(hop.made, Link))
    return relevant, System(arrivals, channels, links, tuple(limits(relevant, kept)))


def _parts(system: System) -> dict[tuple[str, str], float]:
    """Return which part each of several consumers of a queue takes, where it is not an equal one."""
    by_queue: dict[str, list[Channel]] = {}
    for channel in system.channels:
        if channel.buffered and (channel.work.pollers or channel.kept_by == "MessageRetentionPeriod"):
            by_queue.setdefault(channel.source, []).append(channel)
    found: dict[tuple[str, str], float] = {}
    for queue, channels in by_queue.items():
        able = [_alone(system, channel) for channel in channels]
        # Sources that ask for more runs than there may be take messages alike, whatever becomes of them.
        alike = all(asks_for_more(system, channel) for channel in channels)
        if len(channels) > 1 and sum(able) > 0 and not alike:
            found |= {
                (queue, one.consumer): rate / sum(able) for one, rate in zip(channels, able, strict=True)
            }
    return found


def _alone(system: System, channel: Channel) -> float:
    rates = [
        (limit.allowed - limit.constant) / limit.claims[channel.id]
        for limit in system.limits
        if limit.claims.get(channel.id)
    ]
    return max(0.0, min(rates, default=1.0))


def _reached(found: list[Hop], start: set[str]) -> dict[str, int]:
    """Return the nodes that messages get to, each with its distance from where they arrive."""
    reached = dict.fromkeys(start, 0)
    edge, steps = set(start), 0
    while edge:
        steps += 1
        edge = {
            end for hop in found if hop.made.source in edge and _carries(hop) for end in ends_of(hop)
        } - reached.keys()
        reached |= dict.fromkeys(edge, steps)
    return reached


def _carries(hop: Hop) -> bool:
    return (hop.made.share if isinstance(hop.made, Channel) else hop.made.gain) > 0


def _end(hop: Hop) -> str:
    return ends_of(hop)[0]


def _without_loops(known: KnownValues, kept: list[Hop], reached: Mapping[str, int]) -> list[Hop]:
    """Leave out what leads back and closes a cycle, unless the capacity file asks for it."""
    while True:
        channels = tuple(hop.made for hop in kept if isinstance(hop.made, Channel))
        links = tuple(hop.made for hop in kept if isinstance(hop.made, Link))
        try:
            System({}, channels, links, ()).order  # noqa: B018 - asked for its error
        except CycleError as error:
            cycle = list(reversed(error.args[1]))
            steps = {frozenset(step) for step in pairwise(cycle)}
            closing = [one for one in kept if one.assumed and {one.made.source, _end(one)} in steps]
            closed = _without_last_resort(kept, steps)
            if not closing and closed:
                kept = closed
                continue
            if not closing:
                raise WellmadeError(
                    f"messages run in a cycle: {' → '.join(cycle)}; set one of its calls to 0"
                ) from error
            back = max(closing, key=lambda one: reached[one.made.source] - reached[_end(one)])
            kept = [hop for hop in kept if hop is not back]
            known.leave_out(known.graph.resources[back.made.source], known.graph.resources[_end(back)])
        else:
            return kept


def _without_last_resort(kept: list[Hop], steps: set[frozenset[str]]) -> list[Hop]:
    """Let what is given up go no further, where queues are dead-letter queues of each other."""
    closing = [
        (hop, hop.made)
        for hop in kept
        if isinstance(hop.made, Channel) and {hop.made.source, hop.made.given_up_to} in steps
    ]
    if not closing:
        return []
    last, channel = closing[-1]
    shorter = replace(last, made=replace(channel, given_up_to=""))
    others = [hop for hop in kept if hop.made.source != channel.given_up_to]
    return [shorter if hop is last else hop for hop in others]


def _mention_ends(known: KnownValues, kept: list[Hop], reached: Mapping[str, int]) -> None:
    """Say where messages pile up unseen: queues whose consumer these templates do not hold."""
    taken = {hop.made.source for hop in kept}
    for queue in known.graph.of_type(QUEUE):
        if queue.id in reached and queue.id not in taken:
            known.leave(
                f"{short(queue)}: has no consumer in these templates",
                "what piles up in it, and how fast it is worked off, is not judged",
            )
