"""What takes from a queue, and which part of its messages."""

from wellmade.capacity.alarm import Alarm
from wellmade.capacity.alarms import alarms_on
from wellmade.capacity.known_values import QUEUE, TASK, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.pollers import retention_of
from wellmade.graph import Edge, Kind, Resource


def part_of(known: KnownValues, queue: Resource, consumer: Resource) -> float:
    """Return which part of a queue's messages a consumer takes: by its capacity, once that is known."""
    count = len(takers(known, queue))
    if count > 1:
        parts = "as their capacities are" if (queue.id, consumer.id) in known.parts else "in equal parts"
        known.assume(f"{short(queue)}: its {count} consumers share its messages {parts}")
    return known.parts.get((queue.id, consumer.id), 1 / max(count, 1))


def takers(known: KnownValues, queue: Resource) -> set[str]:
    """Return what takes from a queue; a source that is not enabled takes nothing."""
    polled = {
        edge.target.id
        for edge in known.graph.edges(Kind.POLLS, source=queue)
        if known.flag(edge.via, "Enabled", default=True)
    }
    return polled | {
        edge.source.id
        for edge in known.graph.edges(target=queue)
        if edge.source.type == TASK and receives(edge)
    }


def receives(edge: Edge) -> bool:
    """Tell whether a task may receive from a queue."""
    actions = {str(action).lower() for action in edge.detail.get("actions", [])}
    return bool(actions & {"sqs:receivemessage", "sqs:*"})


def alarms_on_ends(
    known: KnownValues, consumer: Resource | None, targets: list[Resource]
) -> tuple[tuple[Alarm, float], ...]:
    """Return the alarms on queues that nothing takes from, each with how long that keeps messages."""
    queues = [one for one in targets if one.type == QUEUE and not takers(known, one)]
    return tuple(
        (alarm, retention_of(known, queue))
        for queue in queues
        for alarm in alarms_on(known, queue, consumer or queue)
    )
