"""Gap: `Ref` of a secret is its name; on AWS it is the ARN, which roles name.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def apply() -> None:
    """Let templates know a secret by its ARN, and MiniStack by its name."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def create_by_arn(logical_id: str, properties: Properties, stack: str) -> Any:
        _, attributes = create(logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update_by_arn(
        identity: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> Any:
        _, attributes = update(_name(identity), old, new, stack, logical_id)
        return attributes["Arn"], attributes

    def delete_by_arn(identity: str, properties: Properties) -> None:
        delete(_name(identity), properties)

    handler |= {"create": create_by_arn, "update": update_by_arn, "delete": delete_by_arn}


def _name(identity: str) -> str:
    name, _ = secretsmanager._resolve(identity)
    return str(name or identity)
