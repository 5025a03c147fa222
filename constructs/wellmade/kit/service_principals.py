"""Services of AWS that act for an account: who they may assume a role for, and what lets them in."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import IConstruct

from wellmade.kit.lookups import stack_of


def service_of(scope: IConstruct, service: str, source_arn: str) -> iam.ServicePrincipal:
    """Return a service that may assume a role for this account's resources alone.

    Without the conditions a stranger's resource could borrow the role through the service.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    Args:
        scope: Whose account it is.
        service: Such as `ecs-tasks.amazonaws.com`.
        source_arn: The resources that the service may act for; may hold `*`.
    """
    return iam.ServicePrincipal(
        service,
        conditions={
            "StringEquals": {"aws:SourceAccount": stack_of(scope).account},
            "ArnLike": {"aws:SourceArn": source_arn},
        },
    )


def service_may(
    service: str, actions: Sequence[str], resource: str, conditions: Mapping[str, Any]
) -> iam.PolicyStatement:
    """Return a statement for a resource's own policy that lets a service in, for whom the conditions tell.

    Args:
        service: Such as `sns.amazonaws.com`.
        actions: Whole names.
        resource: ARN of the resource.
        conditions: Which source the service may act for; without one it could be a stranger's.
    """
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(service)],
        actions=list(actions),
        resources=[resource],
        conditions=conditions,
    )
