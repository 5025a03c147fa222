"""The role that starts a task: pulls its images, opens its log, hands it its secrets, and nothing else."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.narrow_role import NarrowRole
from wellmade.kit.lookups import stack_of
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


class ExecutionRole(NarrowRole):
    """Hold what the ECS agent calls before the program runs; refuse what the program itself would call.

    What the CDK grants for an image, a log or a secret is cut to what the agent calls.
    """

    actions = STARTING
    granted_beside = GRANTED_BESIDE
    used_by = "the ECS agent, to start the task"
    allowed = "what starting a task takes"
    rule = "execution-role-permissions"

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, assumed_by=ecs_tasks(scope), policy_name="Start")
        whole = "ECR hands out its token for the whole registry"
        super(NarrowRole, self).allow([TOKEN], ["*"], reason=whole, used_by=self.used_by)


def ecs_tasks(scope: Construct) -> iam.ServicePrincipal:
    """Return ECS as it runs tasks of this account and region."""
    any_of_ecs = stack_of(scope).format_arn(service="ecs", resource="*")
    return service_of(scope, "ecs-tasks.amazonaws.com", any_of_ecs)
