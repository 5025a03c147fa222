"""Findings of other people's scanners that do not apply here, each with the reason, beside the resource."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

from wellmade.foundation.template_metadata import record
from wellmade.foundation.tree import stack_of


def accept(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record why findings on a construct are accepted.

    Checkov's rules (`CKV_…`) and those of `wellmade check` are recorded in the template, those of cdk-nag
    (`Pack::Rule`) in the tree.

    Args:
        construct: The construct with the finding.
        reasons: By rule, the reason for whoever reviews the template.
    """
    skips = [{"id": rule, "comment": why} for rule, why in reasons.items() if rule.startswith("CKV_")]
    ours = [{"rule": rule, "reason": why} for rule, why in reasons.items() if _is_ours(rule)]
    others = [Acknowledgment(id=rule, reason=why) for rule, why in reasons.items() if "::" in rule]
    if skips:
        record(_resource(construct), "checkov", "skip", skips)
    if ours:
        record(_resource(construct), "wellmade", "suppress", ours)
    if others:
        Validations.of(construct).acknowledge(*others)


def _is_ours(rule: str) -> bool:
    return not rule.startswith("CKV_") and "::" not in rule


def _resource(construct: IConstruct) -> CfnResource:
    if isinstance(construct, CfnResource):
        return construct
    return cast(CfnResource, construct.node.default_child)


def wildcard_finding(scope: IConstruct, arn: str) -> str:
    """Return the id under which cdk-nag reports an ARN with a wildcard in a policy."""
    return f"AwsSolutions::AwsSolutions-IAM5[Resource::{_flat(stack_of(scope).resolve(arn))}]"


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
