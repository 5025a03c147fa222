"""What the modules of limits share."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellmade.capacity.channel import Channel
from wellmade.capacity.hops import Hop
from wellmade.capacity.names import short
from wellmade.graph import Resource


@dataclass(frozen=True)
class Run:
    """A channel, with the resource that takes its messages."""

    channel: Channel
    consumer: Resource
    hop: Hop

    @property
    def cost(self) -> float:
        """Return the seconds of concurrency that one message takes, with full batches and all attempts."""
        return self.channel.cost

    @property
    def runs(self) -> float:
        """Return the runs for each message."""
        return self.hop.fate.runs / self.channel.work.batch

    @property
    def attempts(self) -> float:
        """Return how often a message is tried on average."""
        return self.hop.fate.work


def runs_of(hops: Sequence[Hop]) -> list[Run]:
    """Return the hops that are channels."""
    return [
        Run(hop.made, hop.consumer, hop) for hop in hops if isinstance(hop.made, Channel) and hop.consumer
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
