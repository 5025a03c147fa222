"""The role of a workload: every grant in it, whole actions on named resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from wellmade.foundation.accepted import accept, wildcard_finding
from wellmade.foundation.refusal import refusal
from wellmade.foundation.template_metadata import record
from wellmade.foundation.tree import stack_of

HANDLER = "Handler"
"""The policy's name in roles of functions."""


@dataclass(frozen=True)
class Grant:
    """What a role was given at once."""

    actions: tuple[str, ...]
    called_by: str | None
    """Who makes the calls, where it is not the code."""


class WorkloadRole(iam.Role):
    """Hold exactly what a handler or a program calls, in a policy inside the role.

    That policy exists before the first event arrives; one attached beside the role would not.

    Args:
        assumed_by: The service that runs the workload.
        policy_name: What the policy inside the role is called.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, assumed_by: iam.IPrincipal, policy_name: str
    ) -> None:
        self._owner = scope
        self._policy = iam.PolicyDocument()
        self._policy_name = policy_name
        self.granted: list[Grant] = []
        self.is_of_lambda = policy_name == HANDLER
        super().__init__(scope, construct_id, assumed_by=assumed_by)
        self._resource = cast(iam.CfnRole, self.node.default_child)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        called_by: str | None = None,
    ) -> None:
        """Add a statement; see `PythonFunction.allow`."""
        self._refuse_wildcards(actions, resources, reason)
        self.granted.append(Grant(tuple(actions), called_by))
        if self._policy.is_empty:
            # Not before there is something in it: IAM refuses an empty policy.
            inline = iam.CfnRole.PolicyProperty(policy_name=self._policy_name, policy_document=self._policy)
            self._resource.policies = [inline]
        self._policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
        wildcards = [resource for resource in resources if "*" in resource and not resource.endswith(":*")]
        why = reason or "Keys are not known beforehand; the bucket and the prefix are."
        accept(self, {wildcard_finding(self, arn): why for arn in wildcards})
        if called_by:
            record(self._resource, "wellmade", "calls", [{"actions": list(actions), "calledBy": called_by}])

    def _refuse_wildcards(self, actions: Sequence[str], resources: Sequence[str], reason: str | None) -> None:
        wide = next((action for action in actions if "*" in action), None)
        if wide:
            fix = "name each action that the code calls"
            raise refusal(self._owner, "actions", "whole names", repr(wide), fix)
        if "*" in resources and not reason:
            fix = "name the resource, or give the reason why there is none"
            raise refusal(self._owner, "resources", "ARNs", "'*'", fix)


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
