"""The role that starts a task: pulls its image, opens its log, hands it its secrets, and nothing else."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import stack_of
from wellmade.foundation.workload_role import WorkloadRole, service_of

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
STARTING = ("ecr:", "logs:", "secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt")
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"""

_CALLED_BY = "the ECS agent, to start the task"


class ExecutionRole(WorkloadRole):
    """Hold what the ECS agent calls before the program runs; refuse what the program itself would call."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, assumed_by=ecs_tasks(scope), policy_name="Start")
        whole = "ECR hands out its token for the whole registry"
        self.allow(["ecr:GetAuthorizationToken"], ["*"], reason=whole)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        called_by: str | None = None,
    ) -> None:
        """Add a statement, if it is about starting.

        Raises:
            ValueError: If an action is one that a program calls: it belongs on the task role.
        """
        wrong = next((action for action in actions if not action.startswith(STARTING)), None)
        if wrong:
            fix = "the program runs under the task role: use allow of the service"
            raise refusal(self, "actions", "what starting a task takes", repr(wrong), fix)
        super().allow(actions, resources, reason=reason, called_by=called_by or _CALLED_BY)


def ecs_tasks(scope: Construct) -> iam.ServicePrincipal:
    """Return ECS as it runs tasks of this account and region."""
    any_of_ecs = stack_of(scope).format_arn(service="ecs", resource="*")
    return service_of(scope, "ecs-tasks.amazonaws.com", any_of_ecs)
