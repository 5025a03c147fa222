"""A capacity file to begin with: what arrives and what works, with numbers to replace."""

from collections.abc import Iterator

from wellmade.capacity.executions import calls_of
from wellmade.capacity.hops import Hop, ends_of, hops
from wellmade.capacity.known_values import COMPUTE, FUNCTIONS, STATE_MACHINES, KnownValues
from wellmade.capacity.left_out import idle_workers
from wellmade.capacity.limits import limits
from wellmade.capacity.names import short
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import Graph, Resource

_GUESSES = {
    "BatchSize": "10",
    "DesiredCount": "1",
    "Enabled": "true",
    "MaxCapacity": "2",
    "MaximumBatchingWindowInSeconds": "0",
    "MessageRetentionPeriod": "345600",
    "MinCapacity": "1",
    "ParallelizationFactor": "1",
    "ProvisionedThroughput.WriteCapacityUnits": "5",
    "RedrivePolicy.maxReceiveCount": "3",
    "ReservedConcurrentExecutions": "10",
    "ScalingConfig.MaximumConcurrency": "10",
    "ShardCount": "1",
    "Timeout": "30",
    "VisibilityTimeout": "180",
}
"""Values to begin with; what is not among them stays unknown until somebody says it."""


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
    known.reached = frozenset(graph.resources)
    list(limits(known, found))  # asked for what is not known of the settings
    lines = [*_lines(names, list(workers.values())), *_machines(known, found), *_settings(known)]
    return "\n".join(lines) + "\n"


def _machines(known: KnownValues, found: list[Hop]) -> Iterator[str]:
    """Yield how often an execution calls what it calls, as its states say: a map may have more items."""
    calls: dict[str, dict[str, float]] = {}
    for hop in found:
        source = known.graph.resources.get(hop.made.source)
        target = known.graph.resources.get(ends_of(hop)[0])
        if source and target and source.type in STATE_MACHINES:
            calls.setdefault(source.id, {})[target.id] = calls_of(known, source, target)
    if calls:
        yield "state_machines:"
    for machine, targets in calls.items():
        inner = ", ".join(f"{target}: {times:g}" for target, times in targets.items())
        yield f"  {machine}: {{calls: {{{inner}}}}} # of each execution: items of a map, rounds of a loop"


def _settings(known: KnownValues) -> Iterator[str]:
    """Yield the settings that the templates leave to parameters or other stacks, with a value to replace."""
    guessed = [(one, path) for one, path in known.unsaid if path in _GUESSES]
    for resource in dict.fromkeys(one for one, _ in guessed):
        inner = ", ".join(f"{path}: {_GUESSES[path]}" for one, path in guessed if one == resource)
        yield ("settings: # what the templates do not say\n" if resource == guessed[0][0] else "") + (
            f"  {resource}: {{{inner}}}"
        )


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
