"""What the modules of limits share."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellmade.capacity.hops import Hop
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.system import Channel
from wellmade.graph import Resource

AT_ONCE = "at once"
PER_SECOND = "a second"


@dataclass(frozen=True)
class Run:
    """A channel, with the resource that takes its messages."""

    channel: Channel
    consumer: Resource
    hop: Hop
    cost: float
    """Seconds of concurrency that one message takes, with full batches and all its attempts."""


def runs_of(known: KnownValues, hops: Sequence[Hop]) -> list[Run]:
    """Return the hops that are channels."""
    return [
        Run(hop.made, hop.consumer, hop, _cost(known, hop.consumer, hop))
        for hop in hops
        if isinstance(hop.made, Channel) and hop.consumer
    ]


def consumers(runs: Sequence[Run]) -> list[Resource]:
    """Return each function and task once."""
    return list({run.consumer.id: run.consumer for run in runs}.values())


def claims_of(consumer: Resource, runs: Sequence[Run]) -> dict[str, float]:
    """Return the concurrency that each channel of a consumer takes for a message a second."""
    return {run.channel.id: run.cost for run in runs if run.consumer is consumer}


def at(resource: Resource) -> str:
    """Name a resource and its place."""
    line = f":{resource.line}" if resource.line else ""
    return f"{short(resource)} ({resource.template.name}{line})"


def _cost(known: KnownValues, consumer: Resource, hop: Hop) -> float:
    fixed, each = known.seconds(consumer)
    return (fixed / hop.batch + each) * hop.attempts
