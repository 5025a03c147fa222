"""Gap: CloudFormation ignores that a bucket is named in the account's own namespace."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def apply() -> None:
    """Name such a bucket as CloudFormation does, by its prefix, account and region."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update = handler["create"], handler["update"]

    def create_named(logical_id: str, properties: Properties, stack: str) -> Any:
        return create(logical_id, _named(properties), stack)

    def update_named(physical_id: str, old: Properties, new: Properties, stack: str) -> Any:
        return update(physical_id, _named(old), _named(new), stack)

    handler |= {"create": create_named, "update": update_named}


def _named(properties: Properties) -> Properties:
    prefix = properties.get("BucketNamePrefix")
    if not prefix:
        return properties
    return {**properties, "BucketName": f"{prefix}-{get_account_id()}-{get_region()}-an"}
