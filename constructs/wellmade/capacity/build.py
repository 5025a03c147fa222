"""From a graph and a workload to the system of inequalities."""

from collections.abc import Mapping
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
    kept = _without_loops(
        relevant, [wire for wire in (*wires(relevant, reached), *direct) if _carries(wire)], reached
    )
    _mention_ends(relevant, kept, reached)
    channels = tuple(wire.made for wire in kept if isinstance(wire.made, Channel))
    if not channels:
        raise WellmadeError(
            "arrivals reach no function and no task of these templates; name other entry points"
        )
    links = tuple(wire.made for wire in kept if isinstance(wire.made, Link))
    system = System(arrivals, channels, links, tuple(limits(relevant, kept)))
    return Model(system, relevant.assumptions)


def _reached(found: list[Wire], start: set[str]) -> dict[str, int]:
    """Return the nodes that messages get to, each with its distance from where they arrive."""
    reached = dict.fromkeys(start, 0)
    edge, steps = set(start), 0
    while edge:
        steps += 1
        edge = {_end(wire) for wire in found if wire.made.source in edge and _carries(wire)} - reached.keys()
        reached |= dict.fromkeys(edge, steps)
    return reached


def _carries(wire: Wire) -> bool:
    return (wire.made.share if isinstance(wire.made, Channel) else wire.made.gain) > 0


def _end(wire: Wire) -> str:
    return wire.made.consumer if isinstance(wire.made, Channel) else wire.made.target


def _without_loops(facts: Facts, kept: list[Wire], reached: Mapping[str, int]) -> list[Wire]:
    """Leave out what leads back and closes a loop, as long as nobody asked for it."""
    while True:
        channels = tuple(wire.made for wire in kept if isinstance(wire.made, Channel))
        links = tuple(wire.made for wire in kept if isinstance(wire.made, Link))
        try:
            System({}, channels, links, ()).order  # noqa: B018 - asked for its error
        except CycleError as error:
            loop = list(reversed(error.args[1]))
            steps = {frozenset(step) for step in pairwise(loop)}
            closing = [one for one in kept if one.assumed and {one.made.source, _end(one)} in steps]
            if not closing:
                raise WellmadeError(
                    f"messages run in a loop: {' → '.join(loop)}; set one of its calls to 0"
                ) from error
            back = max(closing, key=lambda one: reached[one.made.source] - reached[_end(one)])
            kept = [wire for wire in kept if wire is not back]
            facts.leave_out(facts.graph.resources[back.made.source], facts.graph.resources[_end(back)])
        else:
            return kept


def _mention_ends(facts: Facts, kept: list[Wire], reached: Mapping[str, int]) -> None:
    """Say where messages pile up unseen: queues whose consumer these templates do not hold."""
    taken = {wire.made.source for wire in kept}
    for queue in facts.graph.of_type(QUEUE):
        if queue.id in reached and queue.id not in taken:
            facts.assume(f"{short(queue)}: has no consumer in these templates and is not judged")
