"""Faults that are fixed within minutes: a rule of AWS Config finds them, a document of AWS fixes them."""

from collections.abc import Iterator, Mapping

from aws_cdk import Aws
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.facts.remediations import ASSUMED, REMEDIATIONS, Remediation
from wellmade.kit.lookups import stack_of
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress_wildcards

ATTEMPTS, PAUSE = 5, 300
"""How often a document is tried at most, within how many seconds."""


def define_remediation(
    scope: Construct, name: str, *, automatic: bool, options: Mapping[str, str]
) -> tuple[config.CfnConfigRule, config.CfnRemediationConfiguration]:
    """Define the rule of a fault, and what fixes it.

    Args:
        scope: The kit.
        name: One of `REMEDIATIONS`.
        automatic: Whether it is fixed at once, or once somebody presses the button.
        options: Parameters that the rule and the document have both, spelled as the document has them.
    """
    fault = REMEDIATIONS[name]
    rule = config.CfnConfigRule(
        scope,
        f"Rule-{name}",
        source=config.CfnConfigRule.SourceProperty(owner="AWS", source_identifier=fault.rule),
        input_parameters={f"{key[:1].lower()}{key[1:]}": value for key, value in options.items()} or None,
    )
    role = iam.Role(
        scope,
        f"Role-{name}",
        description=f"Lets Systems Manager fix what the rule {fault.rule} finds.",
        assumed_by=service_of(scope, "ssm.amazonaws.com", _arn(scope, "ssm:automation-execution/*")),
        inline_policies={"Fix": iam.PolicyDocument(statements=list(_statements(scope, fault)))},
    )
    why = "The document is for whatever the rule finds: any bucket, group or user of the account."
    suppress_wildcards(role, [_arn(scope, what) for what in _places(fault)], why)
    return rule, config.CfnRemediationConfiguration(
        scope,
        f"Remediation-{name}",
        config_rule_name=rule.ref,
        target_type="SSM_DOCUMENT",
        target_id=fault.document,
        automatic=automatic,
        maximum_automatic_attempts=ATTEMPTS,
        retry_attempt_seconds=PAUSE,
        parameters={
            ASSUMED: _fixed(role.role_arn),
            fault.takes: {"ResourceValue": {"Value": "RESOURCE_ID"}},
            **{key: _fixed(value) for key, value in options.items()},
        },
    )


def _fixed(value: str) -> Mapping[str, Mapping[str, list[str]]]:
    return {"StaticValue": {"Values": [value]}}


def _statements(scope: Construct, fault: Remediation) -> Iterator[iam.PolicyStatement]:
    for what, actions in _places(fault).items():
        yield iam.PolicyStatement(actions=list(actions), resources=[_arn(scope, what)])


def _places(fault: Remediation) -> Mapping[str, tuple[str, ...]]:
    """Return what a document may do, starting itself included, by where."""
    starts = {
        f"ssm:automation-definition/{fault.document}:*": ("ssm:StartAutomationExecution",),
        "ssm:automation-execution/*": ("ssm:GetAutomationExecution",),
    }
    return {**starts, **fault.may}


def _arn(scope: Construct, what: str) -> str:
    """Return the ARN of `<service>:<resource>` in this account; buckets and users have no region."""
    if what == "*":
        return what
    service, _, resource = what.partition(":")
    stack = stack_of(scope)
    region = "" if service in {"iam", "s3"} else stack.region
    # Documents of AWS are in no account of ours, whichever their ARNs name.
    owned = not resource.startswith("automation-definition/")
    account = "" if service == "s3" else Aws.ACCOUNT_ID if owned else "*"
    return f"arn:{stack.partition}:{service}:{region}:{account}:{resource}"
