"""Findings of other people's scanners that do not apply here, each with the reason, beside the resource."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct


def accept(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record why findings on a construct are accepted.

    Checkov's rules (`CKV_…`) are recorded in the template, those of cdk-nag (`Pack::Rule`) in the tree.

    Args:
        construct: The construct with the finding.
        reasons: By rule, the reason for whoever reviews the template.
    """
    skips = [{"id": rule, "comment": why} for rule, why in reasons.items() if rule.startswith("CKV_")]
    others = [Acknowledgment(id=rule, reason=why) for rule, why in reasons.items() if "::" in rule]
    if skips:
        resource = cast(CfnResource, construct.node.default_child)
        resource.add_metadata("checkov", {"skip": skips})
    if others:
        Validations.of(construct).acknowledge(*others)


def wildcard_finding(scope: IConstruct, arn: str) -> str:
    """Return the id under which cdk-nag reports an ARN with a wildcard in a policy."""
    return f"AwsSolutions::AwsSolutions-IAM5[Resource::{_flat(Stack.of(scope).resolve(arn))}]"


def _flat(value: Any) -> str:
    """Write a resolved ARN as cdk-nag does: references in angle brackets."""
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(resource)}:
            return f"<{resource}>"
        case _:
            return str(value)
