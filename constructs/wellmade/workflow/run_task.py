"""A step that runs a container."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.placement import selected_subnets, workload_subnets
from wellmade.kit.refusals import refusal
from wellmade.workflow.task import (
    DISCARD,
    SPOT_RETRY,
    TIMEOUT_ERRORS,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    no_retry,
    retry,
)

HOUR = Duration.hours(1)
SPOT = "FARGATE_SPOT"
RULE = "StepFunctionsGetEventsForECSTaskRule"
"""By which Step Functions hears of the end of a task.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""


@dataclass(frozen=True)
class RunTask:
    """Run a container on Fargate and wait until it ends; exit code 0 is success.

    Args:
        cluster: Where it runs, in whose network.
        task_definition: What runs.
        security_groups: Of the task, one or more.
        vpc_subnets: Where in the network. Default: the private subnets, else the isolated ones.
        environment: Variables for the container; keys that end in `.$` are paths. Default: none.
        container_name: Which container gets them. Default: the essential one that was added first.
        capacity_provider: `FARGATE_SPOT` for work that may be stopped and tried again, up to 24 times within
            some hours, but only once where it ran out of time. Default: `FARGATE`.
        timeout: Longest time that it runs, after which it is stopped. Default: 1 hour.
    """

    cluster: ecs.ICluster | ecs.Cluster
    task_definition: ecs.TaskDefinition | ecs.FargateTaskDefinition
    security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup]
    vpc_subnets: ec2.SubnetSelection | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    container_name: str | None = None
    capacity_provider: str = "FARGATE"
    timeout: Duration = HOUR
    is_call = False
    waits = True
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Running this task, passing its two roles to ECS and to nothing else, and hearing of its end."""
        definition, stack = self.task_definition, stack_of(self.task_definition)
        roles = [definition.task_role, definition.obtain_execution_role()]
        cluster = {"ArnEquals": {"ecs:cluster": self.cluster.cluster_arn}}
        tasks = stack.format_arn(
            service="ecs", resource="task", resource_name=f"{self.cluster.cluster_name}/*"
        )
        rule = stack.format_arn(service="events", resource="rule", resource_name=RULE)
        passed = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        listens = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
        hears = "Step Functions, to hear of the task's end"
        return [
            Permission(("ecs:RunTask",), (definition.task_definition_arn,), conditions=cluster),
            Permission(("ecs:StopTask", "ecs:DescribeTasks"), (tasks,), used_by="Step Functions"),
            Permission(("iam:PassRole",), tuple(role.role_arn for role in roles), conditions=passed),
            Permission(listens, (rule,), used_by=hears),
        ]

    @property
    def longest(self) -> float:
        """The timeout."""
        return seconds(self.timeout)

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call, which ends with the task."""
        return {
            "Type": "Task",
            "Resource": integration("ecs:runTask.sync"),
            "Parameters": {
                "Cluster": self.cluster.cluster_arn,
                "TaskDefinition": self.task_definition.task_definition_arn,
                "CapacityProviderStrategy": [{"CapacityProvider": self.capacity_provider, "Weight": 1}],
                "NetworkConfiguration": {"AwsvpcConfiguration": self._network()},
                **({"Overrides": {"ContainerOverrides": [self._overrides()]}} if self.environment else {}),
            },
            "TimeoutSeconds": self.longest,
            "ResultPath": DISCARD,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try everything again but those errors: a task that was interrupted starts anew.

        On Spot for longer, whatever the workflow's pace is; what ran out of its time tends to do so again.
        """
        final = no_retry(non_retryable_errors)
        if self.capacity_provider != SPOT:
            return [*final, retry(["States.ALL"], policy)]
        late = retry(TIMEOUT_ERRORS, replace(policy, max_attempts=1))
        return [*final, late, retry(["States.ALL"], SPOT_RETRY)]

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless there is a security group and a container to run."""
        if not self.security_groups:
            fix = "pass ec2.SecurityGroup(…, vpc=cluster.vpc): the default group of a network lets in its own"
            raise refusal(path, f"{step} security_groups", "at least one", "none", fix)
        if self.container_name is None and self.task_definition.default_container is None:
            fix = "add a container to the task definition first"
            raise refusal(
                path, f"{step} task_definition", "one with a container", "none", fix, rule="cfn-lint:E3042"
            )

    def _network(self) -> dict[str, Any]:
        vpc = self.cluster.vpc
        chosen = selected_subnets(vpc, self.vpc_subnets) if self.vpc_subnets else workload_subnets(vpc)
        subnets = [subnet.subnet_id for subnet in chosen]
        groups = [group.security_group_id for group in self.security_groups]
        return {"Subnets": subnets, "SecurityGroups": groups, "AssignPublicIp": "DISABLED"}

    def _overrides(self) -> dict[str, Any]:
        container = self.task_definition.default_container
        name = self.container_name or (container.container_name if container else "")
        return {"Name": name, "Environment": [_variable(*each) for each in self.environment.items()]}


def _variable(name: str, value: str) -> dict[str, str]:
    is_path = name.endswith(".$")
    return {"Name": name.removesuffix(".$"), "Value.$" if is_path else "Value": value}
