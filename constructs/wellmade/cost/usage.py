"""How much of a month reaches each resource, by the file that `wellmade capacity` reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from wellmade.capacity.arrival import Arrival
from wellmade.capacity.balanced import EQUAL_PARTS
from wellmade.capacity.build import build
from wellmade.capacity.channel import Channel
from wellmade.capacity.known_values import COMPUTE, KnownValues, sends
from wellmade.capacity.names import UnknownNameError, find, short
from wellmade.capacity.system import System
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.facts.prices import SECONDS_A_MONTH
from wellmade.graph import Graph, Kind, Resource

DAY = 86400.0
NOTHING: System = System({}, (), (), ())


@dataclass(frozen=True)
class Runs:
    """Runs of a function in a month that one channel brings, and how long each takes."""

    count: float
    seconds: float


class Load:
    """Templates and their capacity file, from which usage follows at any multiple of the load."""

    def __init__(self, graph: Graph, workload: Workload) -> None:
        """Find what the file names.

        Raises:
            WellmadeError: If a name means no resource.
        """
        self.graph = graph
        self.known = KnownValues(graph, workload)
        model = build(graph, workload, judged=False) if workload.arrivals else None
        self.system = model.system if model else NOTHING
        may_send = {sends(edge.source, edge.target) for edge in graph.edges() if edge.source.type in COMPUTE}
        for text in model.assumptions if model else ():
            if text in may_send or text.endswith(EQUAL_PARTS):
                self.known.assume(text)
        self.averages = {node: _average(one) for node, one in self.system.arrivals.items()}
        self.gigabytes = {self._named(name).id: size for name, size in workload.gigabytes.items()}
        self.workload = workload

    def at(self, multiples: Mapping[str, float] | float) -> "Usage":
        """Return the usage at a multiple of the load, or of each arrival."""
        every = dict.fromkeys(self.averages, multiples) if isinstance(multiples, float | int) else multiples
        arrivals = {node: Arrival(rate * every.get(node, 0.0)) for node, rate in self.averages.items()}
        return Usage(self, replace(self.system, arrivals=arrivals).arriving(1.0))

    def _named(self, name: str) -> Resource:
        try:
            return find(name, self.graph.resources.values())
        except UnknownNameError as error:
            raise WellmadeError(f"{self.known.workload.place('gigabytes', name)} {error}") from error


class Usage:
    """What arrives at each resource in a month, on average of the day and its peak."""

    def __init__(self, load: Load, rates: Mapping[str, float]) -> None:
        """Take rates a second by node and channel."""
        self.graph = load.graph
        self._load = load
        self._rates = rates
        self.channels = load.system.channels

    def messages(self, resource: Resource) -> float:
        """Return the messages that reach a resource in a month."""
        return self._rates.get(resource.id, 0.0) * SECONDS_A_MONTH

    def requests(self, api: Resource) -> float:
        """Return the requests to an API in a month; none is an assumption where others are stated."""
        if self._load.averages and api.id not in self._rates:
            self.assume(f"{short(api)}: no requests (say arrivals.{short(api)})")
        return self.messages(api)

    def runs(self, function: Resource) -> Iterator[Runs]:
        """Yield the runs of a function, by source.

        A batch is only as full as its window lets it become: what AWS bills is runs, so that half-empty
        batches are the dearer and safer answer.
        """
        for channel in self.channels:
            if channel.consumer == function.id:
                fixed, each = self._load.known.seconds(function)
                filled = self.filled(channel)
                count = self._rates.get(channel.id, 0.0) * channel.work.tries_alone / filled
                yield Runs(count * SECONDS_A_MONTH, fixed + each * filled)

    def filled(self, channel: Channel) -> float:
        """Return how many messages a run takes at this rate."""
        return max(1.0, min(channel.work.batch, self._rates.get(channel.id, 0.0) * channel.work.window))

    def writes(self, table: Resource) -> float:
        """Return the writes to a table in a month: one for each message of a writer, or as its calls say."""
        total = 0.0
        for edge in self.graph.edges(kind=Kind.WRITES, target=table):
            if edge.source.type in COMPUTE:
                times = self._load.known.calls(edge.source).get(table.id, 1.0)
                total += times * self.messages(edge.source)
        if total:
            self.assume(f"{short(table)}: one write of up to 1 KB for each message of a writer")
        return total

    def gigabytes(self, resource: Resource, what: str = "stored") -> float:
        """Return the gigabytes that the file states for a resource, with none as the assumption."""
        found = self._load.gigabytes.get(resource.id)
        if found is None:
            self.assume(f"{short(resource)}: 0 GB {what} (say gigabytes.{short(resource)})")
        return found or 0.0

    def number(self, resource: Resource, path: str, otherwise: float) -> float:
        """Return a number of a template; `otherwise` where there is none, and assumed for one unknown."""
        if resource.get(path) is None:
            return otherwise
        found = resource.number(path)
        if found is None or not 0 <= found < inf:
            self.assume(f"{short(resource)}: {path} is {otherwise:g} (the template does not tell it)")
            return otherwise
        return found

    def kilobytes(self, resource: Resource) -> float:
        """Return the size of a message, as the file says of a source, or 1 KB."""
        stated = self._load.known.source(resource).kilobytes
        if stated is None:
            self.assume(f"{short(resource)}: messages of 1 KB (say sources.<name>.kilobytes)")
        return stated or 1.0

    def assume(self, text: str) -> None:
        """Remember an assumption."""
        self._load.known.assume(text)


def _average(arrival: Arrival) -> float:
    part = arrival.seconds / DAY
    return arrival.peak * part + arrival.per_second * (1 - part)
