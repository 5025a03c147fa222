"""What stands in a running embedded AWS: the resources of its stacks, by logical id."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from wellmade.errors import WellmadeError
from wellmade.local.described import stacks_of, template_of
from wellmade.local.server import LocalCloud

_SET_ASIDE = frozenset({"deadLetterTargetArn", "DeadLetterConfig", "OnFailure"})
"""Properties that name where failures go, of queues, subscriptions, functions, rules and mappings."""
_OF_CDK = re.compile("[0-9A-F]{8}")
"""What the CDK ends logical ids with: `Orders` is `OrdersA9B65338`, and not `OrdersDead178E83A2`."""


@dataclass(frozen=True)
class Resource:
    """One resource of a deployed stack."""

    stack: str
    logical_id: str
    type: str
    physical_id: str
    """For a queue its URL, for a bucket or a function its name."""
    dead_letter: bool
    """Whether the stack sends failures here."""

    @property
    def name(self) -> str:
        """The name that AWS knows; for a queue the end of its URL."""
        return self.physical_id.rsplit("/", 1)[-1]


def deployed(cloud: LocalCloud) -> list[Resource]:
    """Return the resources of every stack but CDK's own.

    Raises:
        WellmadeError: If no stack is deployed.
    """
    found = deployed_or_none(cloud)
    if not found:
        raise WellmadeError("no stack is deployed here; deploy one with: wellmade local up")
    return found


def deployed_or_none(cloud: LocalCloud) -> list[Resource]:
    """Return the resources of every stack but CDK's own; an empty list where no stack is deployed."""
    names = [stack["StackName"] for stack in stacks_of(cloud)]
    return [resource for name in names if name != "CDKToolkit" for resource in _resources(cloud, name)]


def find(resources: Iterable[Resource], kind: str, name: str) -> Resource:
    """Return the resource of a type by its name, its logical id, or a beginning of one that only it has.

    Of logical ids of the CDK, what stands before their last eight characters is enough.

    Raises:
        WellmadeError: If there is none, or more than one; with the logical ids to choose from.
    """
    candidates = [resource for resource in resources if resource.type == kind]
    begun = [r for r in candidates if r.logical_id.startswith(name)]
    exact = [r for r in candidates if name in {r.logical_id, r.physical_id, r.name}]
    matching = exact or [r for r in begun if _OF_CDK.fullmatch(r.logical_id, len(name))] or begun
    if len(matching) == 1:
        return matching[0]
    what = kind.rsplit("::", 1)[-1].lower()
    if matching:
        unique = {r.logical_id: r for r in matching}
        names = ", ".join(unique if len(unique) == len(matching) else (r.name for r in matching))
        raise WellmadeError(f"{name} names {len(matching)} {what}s; give one of: {names}")
    ids = ", ".join(sorted(r.logical_id for r in candidates)) or "none"
    raise WellmadeError(f"there is no {what} {name}; deployed are: {ids}")


def _resources(cloud: LocalCloud, stack: str) -> Iterator[Resource]:
    aside = set(_names_under(template_of(cloud, stack), _SET_ASIDE))
    for page in (
        cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    ):
        for entry in page["StackResourceSummaries"]:
            logical_id = entry["LogicalResourceId"]
            yield Resource(
                stack=stack,
                logical_id=logical_id,
                type=entry["ResourceType"],
                physical_id=entry.get("PhysicalResourceId", ""),
                dead_letter=logical_id in aside,
            )


def _names_under(document: Any, keys: frozenset[str]) -> Iterator[str]:
    """Yield the logical ids that are referred to anywhere below one of these properties."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _references(value) if key in keys else _names_under(value, keys)
    elif isinstance(document, list):
        for value in document:
            yield from _names_under(value, keys)


def _references(document: Any) -> Iterator[str]:
    match document:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case dict():
            for value in document.values():
                yield from _references(value)
        case list() | tuple():
            for value in document:
                yield from _references(value)


def queue_attributes(cloud: LocalCloud, queue: Resource) -> dict[str, str] | None:
    """Return a queue's attributes; None where somebody has deleted it beside its stack."""
    try:
        answer = cloud.client("sqs").get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=["All"])
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("NonExistentQueue", "QueueDoesNotExist")):
            return None
        raise
    attributes: dict[str, str] = answer["Attributes"]
    return attributes


def items_of(cloud: LocalCloud, table: Resource) -> int | None:
    """Return how many items a table has; None where somebody has deleted it beside its stack."""
    try:
        found = cloud.client("dynamodb").describe_table(TableName=table.physical_id)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return int(found.get("ItemCount", 0))


def of_type(resources: Iterable[Resource], kind: str) -> Sequence[Resource]:
    """Return the resources of one type."""
    return [resource for resource in resources if resource.type == kind]
