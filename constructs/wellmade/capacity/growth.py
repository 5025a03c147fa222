"""What a scaling policy does for a service that has too few tasks, and why it may do nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.metrics import Metric, need_tasks, queues_of
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp


@dataclass(frozen=True)
class Service:
    """A service that is scaled."""

    sources: frozenset[str]
    """Ids of the queues that its tasks read."""
    least: float
    """Tasks that no policy takes away."""
    start: float
    """Tasks that it has before anything scales it."""
    each: float
    """Messages at once in a task."""
    delay: float
    """Seconds until a task works."""


@dataclass(frozen=True)
class Growth:
    """How a policy adds tasks."""

    ramp: Ramp | None = None
    most: float = inf
    """Tasks that it brings at the most."""
    never: str = ""
    """Why it adds none; with neither this nor a ramp that is not known."""


def why_deaf(known: KnownValues, name: str, metrics: Sequence[Metric], service: Service) -> str:
    """Say why metrics do not tell of messages that wait; empty where they do."""
    queues = queues_of(known, metrics)
    if queues and not {one.id for one in queues} & service.sources:
        return f"{name} watches {short(queues[0])}"
    return why_unmeasured(service, of_tasks=need_tasks(metrics))


def why_unmeasured(service: Service, *, of_tasks: bool) -> str:
    """Say why what tasks alone tell is not told; empty where some run."""
    return "without a task there is no metric that it could follow" if of_tasks and service.start < 1 else ""
