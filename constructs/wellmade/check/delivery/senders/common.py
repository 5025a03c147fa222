"""What the modules of senders share."""

from collections.abc import Iterator
from dataclasses import dataclass

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need
from wellmade.facts.deliveries import DELIVERS
from wellmade.graph import Resource, Value, as_list, options


@dataclass(frozen=True)
class Place:
    """Where an edge is written: by whom, in which property of which resource, and what is lost without it."""

    sender: Resource
    at: Resource
    path: str
    purpose: str
    lost: str


def by_role(deployed: Deployed, rule: str, place: Place, role: Value, value: Value) -> Iterator[Need]:
    """Yield what a role needs to hand something on to what a value means."""
    found = deployed.graph.target(role, "AWS::IAM::Role")
    for option in as_list(value):
        target = deployed.graph.target(option)
        actions = DELIVERS.get(target.type) if target else None
        if found and target and actions:
            yield need(deployed, rule, place, found, target, actions, option)


def need(
    deployed: Deployed,
    rule: str,
    place: Place,
    actor: Resource | str,
    target: Resource,
    actions: tuple[str, ...],
    value: Value,
    *,
    source: str = "",
    suffix: str = "",
) -> Need:
    """Return a need whose ARNs are what the value means, or those of the target."""
    arns = tuple(deployed.arns_of(value)) or (deployed.arn(target),)
    below = suffix or ("/*" if target.type == "AWS::S3::Bucket" else "")
    return Need(
        rule=rule,
        sender=place.sender,
        target=deployed.graph.function(target) or target,
        at=place.at,
        path=f"Properties.{place.path}" if place.path else "Properties",
        actor=actor,
        actions=actions,
        arns=tuple(f"{arn}{below}" for arn in arns),
        purpose=place.purpose,
        lost=place.lost,
        source=source,
    )


def by_service(
    deployed: Deployed, rule: str, place: Place, service: str, value: Value, source: str
) -> Iterator[Need]:
    """Yield what a service needs of the resource policy of what a value means."""
    for option in as_list(value):
        target = deployed.graph.target(option)
        actions = DELIVERS.get(target.type) if target else None
        if target and actions:
            yield need(deployed, rule, place, service, target, actions, option, source=source)


def qualified_type(deployed: Deployed, value: Value) -> str:
    """Return the type of what a value means, of a version or an alias that of the function; else nothing."""
    target = next((found for each in options(value) if (found := deployed.graph.destination(each))), None)
    return target.type if target else ""
