"""From a graph and a workload to the system of inequalities."""

from dataclasses import dataclass
from graphlib import CycleError
from itertools import pairwise

from wellmade.capacity.facts import FUNCTIONS, QUEUE, Facts
from wellmade.capacity.limits import limits
from wellmade.capacity.names import short
from wellmade.capacity.system import Arrival, Channel, Link, System
from wellmade.capacity.wiring import Wire, called_directly, wires
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import Graph


@dataclass(frozen=True)
class Model:
    """The system, and what had to be assumed for it."""

    system: System
    assumptions: list[str]


def build(graph: Graph, workload: Workload) -> Model:
    """Set up the system for what the arrivals reach.

    Raises:
        WellmadeError: If nothing arrives, a name means nothing, or messages run in a loop.
    """
    facts = Facts(graph, workload)
    if not workload.arrivals:
        raise WellmadeError(
            "arrivals must name a queue, stream, bucket, topic, rule or API of the templates and its"
            " messages a second, got none; write them into capacity.yaml or pass --arrivals NAME=RATE"
        )
    found = list(wires(facts))
    arrivals: dict[str, Arrival] = {}
    for name, arrival in workload.arrivals.items():
        entry = facts.entry(name)
        node = entry.id
        if entry.type in FUNCTIONS:
            wire = called_directly(facts, entry)
            found.append(wire)
            node = wire.made.source
        arrivals[node] = arrival
    reached = _reached(found, {node for node, arrival in arrivals.items() if arrival.peak})
    relevant = Facts(graph, workload)
    direct = [called_directly(relevant, wire.consumer) for wire in found if wire.direct and wire.consumer]
    kept = _without_loops(relevant, [*wires(relevant, reached), *direct])
    _mention_ends(relevant, kept, reached)
    channels = tuple(wire.made for wire in kept if isinstance(wire.made, Channel))
    if not channels:
        raise WellmadeError(
            "arrivals reach no function and no task of these templates; name other entry points"
        )
    links = tuple(wire.made for wire in kept if isinstance(wire.made, Link))
    system = System(arrivals, channels, links, tuple(limits(relevant, kept)))
    return Model(system, relevant.assumptions)


def _reached(found: list[Wire], start: set[str]) -> set[str]:
    reached, growing = set(start), True
    while growing:
        ends = {_end(wire) for wire in found if wire.made.source in reached}
        growing = not ends <= reached
        reached |= ends
    return reached


def _end(wire: Wire) -> str:
    return wire.made.consumer if isinstance(wire.made, Channel) else wire.made.target


def _without_loops(facts: Facts, kept: list[Wire]) -> list[Wire]:
    """Leave out what closes a loop, as long as nobody asked for it."""
    while True:
        channels = tuple(wire.made for wire in kept if isinstance(wire.made, Channel))
        links = tuple(wire.made for wire in kept if isinstance(wire.made, Link))
        try:
            System({}, channels, links, ()).order  # noqa: B018 - asked for its error
        except CycleError as error:
            loop = list(reversed(error.args[1]))
            steps = {frozenset(step) for step in pairwise(loop)}
            closing = next(
                (one for one in kept if one.assumed and {one.made.source, _end(one)} in steps), None
            )
            if closing is None:
                raise WellmadeError(
                    f"messages run in a loop: {' → '.join(loop)}; set one of its calls to 0"
                ) from error
            kept = [wire for wire in kept if wire is not closing]
            source = facts.graph.resources[closing.made.source]
            facts.assume(f"{short(source)}: sends nothing back to {_end(closing)}, which would be a loop")
        else:
            return kept


def _mention_ends(facts: Facts, kept: list[Wire], reached: set[str]) -> None:
    """Say where messages pile up unseen: queues whose consumer these templates do not hold."""
    taken = {wire.made.source for wire in kept}
    for queue in facts.graph.of_type(QUEUE):
        if queue.id in reached and queue.id not in taken:
            facts.assume(f"{short(queue)}: has no consumer in these templates and is not judged")
