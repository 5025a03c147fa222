"""What a page says of the cost of the synthesized example: at rest, and along what drives it."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wellmade.capacity.arrival import Arrival
from wellmade.capacity.known_values import APIS, FUNCTIONS, QUEUE
from wellmade.capacity.names import short
from wellmade.capacity.workload import Runs, Workload
from wellmade.cost.bill import Bill, bill
from wellmade.cost.registry import charges
from wellmade.cost.report import dollars
from wellmade.cost.usage import Load, Usage
from wellmade.errors import WellmadeError
from wellmade.facts.prices import REGION, basis
from wellmade.graph import Graph, Kind, Resource, load

SECONDS = 0.1
"""Of one run of a function in these figures."""
RATES = (0.1, 1.0, 10.0, 100.0)
SIZES = (10.0, 100.0, 1000.0, 10000.0)
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_STORES = ("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")
_ARRIVE = {
    **dict.fromkeys((*APIS, _BALANCER), "requests"),
    "AWS::S3::Bucket": "files",
    "AWS::Kinesis::Stream": "records",
    "AWS::Events::EventBus": "events",
    "AWS::SNS::Topic": "messages",
    "AWS::StepFunctions::StateMachine": "executions",
    QUEUE: "messages",
    "AWS::DynamoDB::GlobalTable": "changes",
    "AWS::DynamoDB::Table": "changes",
    **dict.fromkeys(FUNCTIONS, "calls"),
}
"""What comes to a resource, by its type; the first of them in a template drives its cost."""
_FLOWS = (Kind.POLLS, Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC, Kind.ROUTES, Kind.DEAD_LETTERS)


@dataclass(frozen=True)
class Driver:
    """What the cost of a template follows."""

    graph: Graph
    entry: Resource
    """Where it arrives."""
    what: str
    """What arrives so many times a second, or `GB` that are stored."""

    @property
    def amounts(self) -> Sequence[float]:
        """Return how much of it the figures are for."""
        return SIZES if self.what == "GB" else RATES

    @property
    def is_alone(self) -> bool:
        """Tell whether nothing in the template that is modelled takes what arrives."""
        return self.what != "GB" and self._flow(1.0) is None

    def at(self, amount: float) -> Bill:
        """Return the bill at so much of it."""
        if self.what == "GB":
            return _bill(self.graph, Load(self.graph, Workload(gigabytes={self.entry.id: amount})).at(1.0))
        found = self._flow(amount)
        alone = Usage(Load(self.graph, Workload()), {self.entry.id: amount})
        return _bill(self.graph, found.at(1.0) if found else alone)

    def _flow(self, amount: float) -> Load | None:
        """Return what so much causes; None where nothing that is modelled takes it."""
        runs = {one.id: Runs(seconds=SECONDS) for one in self.graph.of_type(*FUNCTIONS)}
        try:
            return Load(self.graph, Workload(arrivals={self.entry.id: Arrival(amount)}, runs=runs))
        except WellmadeError:
            return None

    @property
    def moves(self) -> bool:
        """Tell whether more of it costs more; a bucket or table that nothing reads is a store."""
        few, many = self.at(1.0), self.at(100.0)
        if self.entry.type in _STORES and self.what != "GB":
            return any(not line.fixed and line.resource is not self.entry for line in many.lines)
        return many.total > few.total


@dataclass(frozen=True)
class Costs:
    """The bill of one example at rest, and what it follows."""

    graph: Graph

    @cached_property
    def rest(self) -> Bill:
        """Return what it costs when nobody comes."""
        return _bill(self.graph, Load(self.graph, Workload()).at(1.0))

    @cached_property
    def driver(self) -> Driver | None:
        """Return what the cost follows; None where it follows no load."""
        return next((one for one in self._drivers() if one.moves), None)

    def _drivers(self) -> Iterator[Driver]:
        taken = {
            edge.target.id
            for edge in self.graph.edges()
            if edge.kind in _FLOWS and edge.source is not edge.target and edge.source.type in _ARRIVE
        }
        for kind, what in _ARRIVE.items():
            for one in self.graph.of_type(kind):
                if one.id not in taken and not _is_for_alarms(one):
                    yield Driver(self.graph, one, what)
        yield from (Driver(self.graph, one, "GB") for one in self.graph.of_type(*_STORES))


def _bill(graph: Graph, usage: Usage) -> Bill:
    return bill(charges(graph, usage), REGION)


def _is_for_alarms(resource: Resource) -> bool:
    return "AlarmTopic" in resource.id


def costs_of(template: Mapping[str, Any]) -> Costs:
    """Return the costs of an example."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Example.template.json"
        file.write_text(json.dumps(template))
        return Costs(load([file]))


def cost_section(costs: Costs, picture: str) -> str:
    """Return the figures as Markdown, with the curve where there is one.

    Args:
        costs: Of the example.
        picture: Where its curve is, seen from the page.
    """
    parts, bills, driver = [_at_rest(costs)], [costs.rest], costs.driver
    if driver:
        parts += [_table(driver), f"![US dollars a month by load]({picture})"]
        bills += [driver.at(amount) for amount in driver.amounts]
    told = f"These are {basis()}, by [`wellmade cost`](../cost.md), which says what is left out."
    unknown = dict.fromkeys(f"{short(one)}: {why}" for found in bills for one, why in found.not_priced)
    return "\n\n".join([*parts, *(f"Not priced: {each}." for each in unknown), told])


def _at_rest(costs: Costs) -> str:
    dearest: dict[str, float] = {}
    for line in costs.rest.lines:
        dearest[line.meter.name] = dearest.get(line.meter.name, 0.0) + line.usd
    told = ", ".join(
        f"{name} {usd:,.2f}" for name, usd in sorted(dearest.items(), key=lambda one: -one[1])[:4]
    )
    return (
        f"At rest: {dollars(costs.rest.total, costs.rest)} US dollars a month{f' ({told})' if told else ''}."
    )


def _table(driver: Driver) -> str:
    entry, unit = short(driver.entry), "GB" if driver.what == "GB" else "a second"
    sums = {amount: driver.at(amount) for amount in driver.amounts}
    rows = "".join(
        f"\n| {amount:,g} {unit} | {dollars(found.total, found)} |" for amount, found in sums.items()
    )
    title = f"stored in `{entry}`" if driver.what == "GB" else f"{driver.what} to `{entry}`"
    told = f"| {title} | US dollars a month |\n|---|---:|{rows}"
    if driver.is_alone:
        return f"{told}\n\nOnly `{entry}` itself grows here: what it calls comes on top."
    if driver.what != "GB" and driver.graph.of_type(*FUNCTIONS):
        return f"{told}\n\nA run of a function takes {SECONDS:g} s here."
    return told
