"""Findings of scanners that do not apply here, each suppressed with the reason, beside the resource."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import CfnResource, Validations
from constructs import IConstruct

from wellmade.kit.lookups import default_child, node_of, refers_within, resolved
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.template_metadata import record


def suppress(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Suppress findings on a construct, each for a reason.

    Checkov's rules (`CKV_…`) and those of `wellmade check` are recorded in the template, those of cdk-nag
    (`Pack::Rule`) in the tree.

    Args:
        construct: The construct with the finding.
        reasons: By rule, the reason for whoever reviews the template.

    Raises:
        RefusedError: If a rule looks at templates and the construct is of several resources, or of none.
    """
    if any("::" not in rule for rule in reasons):
        _refuse_without_resource(construct)
    skips = [{"id": rule, "comment": why} for rule, why in reasons.items() if rule.startswith("CKV_")]
    ours = [{"rule": rule, "reason": why} for rule, why in reasons.items() if _is_ours(rule)]
    others = {rule: why for rule, why in reasons.items() if "::" in rule}
    if skips:
        record(_resource(construct), "checkov", "skip", skips)
    if ours:
        record(_resource(construct), "wellmade", "suppress", ours)
    if others:
        _acknowledge(construct, others)


def _refuse_without_resource(construct: IConstruct) -> None:
    if not isinstance(_resource(construct), CfnResource):
        allowed = "a resource, or a construct made around one"
        fix = "name the part with the finding, such as its .function or .queue"
        raise refusal(construct, "construct", allowed, type(construct).__name__, fix)


def _acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record what `Validations.acknowledge` does, which takes no `::` in a finding's name before CDK 2.269.

    From 2.262 to 2.268 the CDK looks for such a finding without the pack in front.
    """
    known = {name: why for rule, why in reasons.items() for name in _names(rule.replace(" ", "-"))}
    node_of(construct).add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, known)


def _names(rule: str) -> tuple[str, ...]:
    _, _, finding = rule.partition("::")
    return (rule, finding) if "::" in finding else (rule,)


def _is_ours(rule: str) -> bool:
    return not rule.startswith("CKV_") and "::" not in rule


def _resource(construct: IConstruct) -> CfnResource:
    if isinstance(construct, CfnResource):
        return construct
    return cast(CfnResource, default_child(construct))


def wildcard_finding(scope: IConstruct, arn: str) -> str:
    """Return the id under which cdk-nag reports an ARN with a wildcard in a policy."""
    return f"AwsSolutions::AwsSolutions-IAM5[Resource::{_flat(resolved(scope, arn))}]"


def suppress_wildcards(role: IConstruct, arns: Sequence[str], why: str) -> None:
    """Suppress what cdk-nag says of wildcards in ARNs that a role is granted.

    How an ARN of another stack is written is known at synth only, so that it is suppressed then.

    Args:
        role: What is granted, or the policy.
        arns: Those with a wildcard; others are passed over.
        why: Why no narrower resource will do.
    """
    wide = [arn for arn in arns if "*" in arn]
    known = [arn for arn in wide if refers_within(role, arn)]
    foreign = [arn for arn in wide if arn not in known]

    def tell(_: Synthesized) -> tuple[()]:
        _suppress_wide(role, foreign, why)
        return ()

    _suppress_wide(role, known, why)
    if foreign:
        check_at_synth(role, tell)


def _suppress_wide(role: IConstruct, arns: Sequence[str], why: str) -> None:
    suppress(role, dict.fromkeys(sorted({wildcard_finding(role, arn) for arn in arns}), why))


def _flat(value: Any) -> str:
    """Write a resolved ARN as cdk-nag does: references in angle brackets."""
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(resource)}:
            return f"<{resource}>"
        case {"Fn::ImportValue": str(export)}:
            return export
        case _:
            return str(value)
