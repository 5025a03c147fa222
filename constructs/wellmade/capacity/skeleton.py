"""A capacity file to begin with: what arrives and what works, with numbers to replace."""

from collections.abc import Iterator

from wellmade.capacity.hops import Hop, ends_of, hops
from wellmade.capacity.known_values import COMPUTE, FUNCTIONS, KnownValues
from wellmade.capacity.left_out import idle_workers
from wellmade.capacity.names import short
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
    entries = [graph.resources[one] for one in _entries(graph, found)]
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


def _entries(graph: Graph, found: list[Hop]) -> list[str]:
    """Return where messages come in: what nothing feeds, and one of each cycle, as of a bucket written to."""
    fed = {end for hop in found for end in ends_of(hop)}
    starts = {hop.made.source for hop in found}
    able = [
        one for one in sorted(starts) if one in graph.resources and graph.resources[one].type not in COMPUTE
    ]
    entries = [one for one in able if one not in fed]
    reached = _reached(found, set(entries))
    for one in able:
        if one not in reached:
            entries.append(one)
            reached |= _reached(found, {one})
    return entries


def _reached(found: list[Hop], start: set[str]) -> set[str]:
    reached, edge = set(start), set(start)
    while edge:
        edge = {end for hop in found if hop.made.source in edge for end in ends_of(hop)} - reached
        reached |= edge
    return reached
