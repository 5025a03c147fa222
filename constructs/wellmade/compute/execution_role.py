"""The role that starts a task: pulls its images, opens its log, hands it its secrets, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of

STARTING = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "kms:Decrypt",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameters",
)
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"""
TOKEN = "ecr:GetAuthorizationToken"  # noqa: S105 - the name of an action
GRANTED_BESIDE = (
    TOKEN,
    "secretsmanager:DescribeSecret",
    "ssm:DescribeParameters",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
)
"""What the CDK grants with the others, and the agent does not call."""

_USED_BY = "the ECS agent, to start the task"


class ExecutionRole(WorkloadRole):
    """Hold what the ECS agent calls before the program runs; refuse what the program itself would call.

    What the CDK grants for an image, a log or a secret is cut to what the agent calls.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        self._seen: set[tuple[str, ...]] = set()
        super().__init__(scope, construct_id, assumed_by=ecs_tasks(scope), policy_name="Start")
        whole = "ECR hands out its token for the whole registry"
        super().allow([TOKEN], ["*"], reason=whole, used_by=_USED_BY)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
        conditions: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a statement, if it is about starting.

        Raises:
            RefusedError: If an action is one that a program calls: it belongs on the task role.
        """
        wrong = next((action for action in actions if action not in STARTING), None)
        if wrong:
            raise self._refusal(wrong)
        by = used_by or _USED_BY
        super().allow(actions, resources, reason=reason, used_by=by, keyed=keyed, conditions=conditions)

    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Take of what somebody grants the part that starting takes.

        Raises:
            RefusedError: If an action is one that a program calls.
        """
        wrong = next((each for each in statement.actions if each not in (*STARTING, *GRANTED_BESIDE)), None)
        if wrong:
            raise self._refusal(wrong)
        taken = [action for action in statement.actions if action in STARTING]
        key = (*sorted(taken), *sorted(statement.resources))
        if taken and key not in self._seen:
            self._seen.add(key)
            self.allow(taken, statement.resources, conditions=statement.conditions or None)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self)

    def _refusal(self, action: str) -> RefusedError:
        fix = "the program runs under the task role: use allow of the service"
        allowed = "what starting a task takes"
        return refusal(self, "actions", allowed, repr(action), fix, rule="execution-role-permissions")


def ecs_tasks(scope: Construct) -> iam.ServicePrincipal:
    """Return ECS as it runs tasks of this account and region."""
    any_of_ecs = stack_of(scope).format_arn(service="ecs", resource="*")
    return service_of(scope, "ecs-tasks.amazonaws.com", any_of_ecs)
