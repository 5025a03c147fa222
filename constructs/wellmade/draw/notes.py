"""What a box says beside its name when it is asked: how many alarms watch, how much runs at once."""

from collections.abc import Callable, Iterator

from wellmade.draw.kinds import in_plural
from wellmade.graph import Graph, Kind, Resource

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


def alarms(graph: Graph, resource: Resource) -> Iterator[str]:
    """Say how many alarms watch a resource."""
    watching = {edge.source for edge in graph.edges(Kind.GUARDS, target=resource)}
    count = len([each for each in watching if each.type in _ALARMS])
    if count:
        yield in_plural("alarm", count)


def concurrency(graph: Graph, resource: Resource) -> Iterator[str]:
    """Say how much of a function or service runs at once, where the template says so."""
    rows = {
        "reserved": resource.number("ReservedConcurrentExecutions"),
        "tasks": resource.number("DesiredCount"),
        "shards": resource.number("ShardCount"),
    }
    yield from (f"{word} {count:g}" for word, count in rows.items() if count is not None)
    for edge in graph.edges(Kind.POLLS, target=resource):
        most = edge.via.number("ScalingConfig.MaximumConcurrency")
        if most is not None:
            yield f"at most {most:g} of a queue"


NOTES: dict[str, Callable[[Graph, Resource], Iterator[str]]] = {"alarms": alarms, "concurrency": concurrency}
"""What `--show` takes, and what it adds."""
