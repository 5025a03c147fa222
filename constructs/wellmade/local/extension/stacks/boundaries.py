"""Gap: a role of a template is made without its permissions boundary, so it may do what AWS denies."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import iam
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Result = tuple[str, dict[str, Any]]


def apply() -> None:
    """Have roles keep the boundary that their template gives them, and lose it with it."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
    create, update = handler["create"], handler["update"]

    def create_within(logical_id: str, properties: Properties, stack: str) -> Result:
        return _limited(create(logical_id, properties, stack), properties)

    def update_within(identity: str, old: Properties, new: Properties, *rest: Any) -> Result:
        return _limited(update(identity, old, new, *rest), new)

    handler.update({"create": create_within, "update": update_within})


def _limited(made: Result, properties: Properties) -> Result:
    iam._roles[made[0]]["PermissionsBoundary"] = properties.get("PermissionsBoundary") or None
    return made
