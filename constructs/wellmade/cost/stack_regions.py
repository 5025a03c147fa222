"""In which region templates are deployed, as far as the assembly of CDK tells."""

from collections.abc import Iterable

from wellmade.facts.prices import REGION, regions
from wellmade.graph import Graph

_UNKNOWN = "unknown-region"
"""What CDK writes of a stack that is for any region."""


def regions_of(graph: Graph) -> dict[str, str]:
    """Return the regions of stacks by name, of those that name one."""
    found = {stack.name: stack.environment.rpartition("/")[2] for stack in graph.stacks if not stack.parent}
    return {name: region for name, region in found.items() if region and region != _UNKNOWN}


def region_of(graph: Graph) -> str:
    """Return the region that all stacks name, where it has prices; else us-east-1."""
    return the_one_of(regions_of(graph).values())


def the_one_of(named: Iterable[str | None]) -> str:
    """Return the region that is named, where it is one alone and has prices; else us-east-1."""
    different = set(named)
    known = [each for each in regions() if each in different]
    return known[0] if len(different) == 1 and known else REGION


def elsewhere(graph: Graph, region: str) -> list[str]:
    """Return what is assumed of stacks that are deployed in another region than the prices are of."""
    return [
        f"{name}: it goes to {other}, and is priced as in {region}"
        for name, other in regions_of(graph).items()
        if other != region
    ]
