"""Where stacks are deployed: the account and the region that each tells, and those of all others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from wellmade.graph import Graph, Resource, as_list, as_mapping

if TYPE_CHECKING:  # `check` reads templates by this too, and starts without the tables of all calls
    from wellmade.prove.settings import Settings

ACCOUNT = "123456789012"
"""Where nobody tells the account; one for documentation."""
REGION = "us-east-1"
"""Where nobody tells the region."""

_REPLICAS = {"AWS::DynamoDB::GlobalTable": "Replicas", "AWS::SecretsManager::Secret": "ReplicaRegions"}
"""By type the property that tells in which regions a resource is too."""


class Place(NamedTuple):
    """An account and a region; empty where nobody tells them."""

    account: str = ""
    region: str = ""

    def whole(self) -> "Place":
        """Return the place with what stands for an unknown account or region."""
        return Place(self.account or ACCOUNT, self.region or REGION)


def places_in(graph: Graph, settings: "Settings") -> tuple[Place, Mapping[str, Place]]:
    """Return where stacks for anywhere are deployed, and where each stack is.

    Those for anywhere are deployed where the settings say, or else with the others, if these tell but one.
    A stack that tells its own is deployed there, unless all tell the same and the settings another.
    """
    told = {stack.name: _told(stack.environment) for stack in graph.stacks}
    accounts = {place.account for place in told.values()} - {""}
    regions = {place.region for place in told.values()} - {""}
    general = Place(
        settings.account or (next(iter(accounts)) if len(accounts) == 1 else ""),
        settings.region or (next(iter(regions)) if len(regions) == 1 else ""),
    )
    return general, {
        name: Place(
            place.account if place.account and len(accounts) > 1 else general.account,
            place.region if place.region and len(regions) > 1 else general.region,
        )
        for name, place in told.items()
    }


def has_replica(resource: Resource, region: str) -> bool:
    """Tell whether a resource is in a region too, whatever the region of its stack."""
    named = _REPLICAS.get(resource.type)
    replicas = as_list(resource.get(named)) if named else []
    return any(as_mapping(each).get("Region") == region for each in replicas)


def _told(environment: str) -> Place:
    account, _, region = environment.removeprefix("aws://").partition("/")
    return Place(account if account.isdigit() else "", region if region.count("-") > 1 else "")
