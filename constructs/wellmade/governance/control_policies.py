"""Units and policies of a landing zone, one after the other: Organizations takes one change at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from aws_cdk import CfnResource
from aws_cdk import aws_organizations as organizations
from constructs import Construct

PolicyType = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "S3_POLICY"]
VERSION = "2012-10-17"
_Resource = TypeVar("_Resource", bound=CfnResource)


class Chain:
    """Resources of Organizations, each made after the one before.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
    """

    def __init__(self, scope: Construct, prefix: str = "") -> None:
        self._scope, self._prefix = scope, prefix
        self._last: CfnResource | None = None

    def unit(self, name: str, parent: str) -> organizations.CfnOrganizationalUnit:
        """Define a unit."""
        unit = organizations.CfnOrganizationalUnit(
            self._scope, f"Unit{name}", name=f"{self._prefix}{name}", parent_id=parent
        )
        return self._after(unit)

    def control(
        self, name: str, kind: PolicyType, statements: Sequence[Mapping[str, Any]], target: str
    ) -> organizations.CfnPolicy:
        """Define a control policy from its statements."""
        return self.policy(name, kind, {"Version": VERSION, "Statement": list(statements)}, target)

    def policy(
        self, name: str, kind: PolicyType, content: Mapping[str, Any], target: str
    ) -> organizations.CfnPolicy:
        """Define a policy and attach it to a root or a unit."""
        policy = organizations.CfnPolicy(
            self._scope,
            f"Policy-{name}",
            name=f"{self._prefix}{name}",
            type=kind,
            content=dict(content),
            target_ids=[target],
        )
        return self._after(policy)

    def _after(self, resource: _Resource) -> _Resource:
        if self._last is not None:
            resource.node.add_dependency(self._last)
        self._last = resource
        return resource


def tag_policy(keys: Sequence[str]) -> dict[str, Any]:
    """Return how tags are spelled everywhere."""
    return {"tags": {key: {"tag_key": {"@@assign": key}} for key in keys}}


PUBLIC_ACCESS_BLOCK = {"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}
"""Content of an `S3_POLICY`: all four settings, in every account, whatever an account says."""
