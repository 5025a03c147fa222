"""A capacity file to begin with: what arrives and what works, with numbers to replace."""

from collections.abc import Iterator

from wellmade.capacity.hops import Hop, hops
from wellmade.capacity.known_values import COMPUTE, FUNCTIONS, KnownValues
from wellmade.capacity.left_out import idle_workers
from wellmade.capacity.names import short
from wellmade.capacity.system import Channel
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import Graph, Resource


def skeleton(graph: Graph) -> str:
    """Return a capacity file for these templates, with one message a second everywhere and guessed seconds.

    Raises:
        WellmadeError: If nothing in the templates takes messages.
    """
    known = KnownValues(graph, Workload())
    found = list(hops(known))
    fed = {_end(hop) for hop in found}
    starts = {hop.made.source for hop in found}
    entries = [graph.resources[one] for one in sorted(starts - fed) if one in graph.resources]
    entries = [one for one in entries if one.type not in COMPUTE]
    workers = {hop.consumer.id: hop.consumer for hop in found if hop.consumer}
    if not workers:
        # Functions that only somebody outside of the templates calls.
        workers = {one.id: one for one in idle_workers(known) if one.type in FUNCTIONS}
    if not workers:
        raise WellmadeError(
            "PATH must hold something that takes messages, such as a function or a queue that a task reads"
        )
    names = entries or [one for one in workers.values() if one.type in FUNCTIONS]
    return "\n".join(_lines(names, list(workers.values()))) + "\n"


def _lines(entries: list[Resource], workers: list[Resource]) -> Iterator[str]:
    yield "# Numbers to replace: messages a second, and seconds of a run."
    yield "arrivals:"
    for one in entries:
        yield f"  {one.id}: {{per_second: 1}} # {short(one)}; add peak: {{multiple: 5, hours: 2}}"
    for section, types in (("functions", FUNCTIONS), ("tasks", ("AWS::ECS::TaskDefinition",))):
        chosen = [one for one in workers if one.type in types]
        if chosen:
            yield f"{section}:"
        for one in chosen:
            yield f"  {one.id}: {{seconds: 1}} # {short(one)}; seconds_per_item, failures, calls"


def _end(hop: Hop) -> str:
    return hop.made.consumer if isinstance(hop.made, Channel) else hop.made.target
