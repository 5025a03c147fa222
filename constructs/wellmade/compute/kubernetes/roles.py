"""Roles of EKS itself and of nodes: what AWS's own policies for them say, and nothing of programs."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.suppressions import suppress

_RULE = "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{}]"
_WHY = "EKS asks for this policy by name, and AWS changes it with what EKS does."


def managed_role(
    scope: Construct, construct_id: str, principal: iam.ServicePrincipal, policies: Sequence[str]
) -> iam.Role:
    """Define a role with policies of AWS.

    Args:
        scope: Where it is defined.
        construct_id: Its id there.
        principal: The service that has it.
        policies: Their names.
    """
    found = [iam.ManagedPolicy.from_aws_managed_policy_name(each) for each in policies]
    role = iam.Role(
        scope,
        construct_id,
        assumed_by=cast(iam.IPrincipal, principal),
        managed_policies=cast(Any, found),
    )
    suppress(role, {_RULE.format(each): _WHY for each in policies})
    return role
