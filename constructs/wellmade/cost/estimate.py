"""The whole answer for templates and a load: at rest, at three loads, and along each driver."""

from collections.abc import Mapping
from dataclasses import dataclass

from wellmade.capacity.deployed import with_settings
from wellmade.capacity.workload import Workload
from wellmade.cost.bill import Bill, bill
from wellmade.cost.registry import charges
from wellmade.cost.settled_conditions import with_conditions
from wellmade.cost.stack_regions import elsewhere, region_of
from wellmade.cost.usage import Load
from wellmade.errors import WellmadeError
from wellmade.facts.prices import regions
from wellmade.graph import Graph

LOADS: Mapping[str, float] = {"low": 0.1, "stated": 1.0, "high": 10.0}
"""Multiples of the load that the file states, on average of the day."""
CURVE = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Multiples of one driver, while all others stay as stated."""
LEFT_OUT = (
    "data transfer between zones and regions and out of AWS",
    "requests to keys and reads of secrets",
    "traces, and logs of all but functions",
    "taxes, support and discounts",
)
"""What no estimate here counts."""


@dataclass(frozen=True)
class Estimate:
    """What templates cost a month."""

    region: str
    by_load: Mapping[str, Bill]
    curves: Mapping[str, Mapping[float, float]]
    """US dollars by driver and multiple of it."""
    assumptions: tuple[str, ...]
    free_tier: bool = False

    @property
    def stated(self) -> Bill:
        """Return the bill at the stated load."""
        return self.by_load["stated"]


def estimate(
    graph: Graph,
    workload: Workload | None = None,
    region: str | None = None,
    *,
    free_tier: bool = False,
) -> Estimate:
    """Price templates.

    Args:
        graph: Of the templates.
        workload: What arrives. Default: nothing, so that only what runs at rest costs.
        region: Whose prices are taken. Default: that of the stacks, where they name one that has prices; else
            us-east-1.
        free_tier: Whether to subtract what is free for ever. Default: list prices from the first unit.

    Raises:
        WellmadeError: If the price file has no prices for the region, or the load names what is not there.
    """
    region = region or region_of(graph)
    require_prices(region)
    stated = workload or Workload()
    graph, settled = with_conditions(with_settings(graph, stated), region, stated.conditions)
    load = Load(graph, stated)
    for text in (*settled, *elsewhere(graph, region)):
        load.known.assume(text)

    def priced(multiples: Mapping[str, float] | float) -> Bill:
        return bill(charges(graph, load.at(multiples)), region, free_tier=free_tier)

    by_load = {name: priced(multiple) for name, multiple in LOADS.items()}
    ones = dict.fromkeys(load.averages, 1.0)
    curves = {
        driver: {multiple: priced(ones | {driver: multiple}).total for multiple in CURVE} for driver in ones
    }
    return Estimate(region, by_load, curves, tuple(load.known.assumptions), free_tier)


def require_prices(region: str) -> None:
    """Raise where the price file has no prices for a region.

    Raises:
        WellmadeError: With the regions that there are.
    """
    if region not in regions():
        raise WellmadeError(f"--region must be one of {', '.join(regions())}, got {region}")
