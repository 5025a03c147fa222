"""What a schedule starts, and what its role may do for that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.async_failures import keep_async_failures
from wellmade.foundation.function_alarms import FunctionAlarms
from wellmade.foundation.function_option import Handling
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.names import early_name, rule_arn
from wellmade.kit.placement import selected_subnets, workload_subnets
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.suppressions import suppress
from wellmade.kit.workload import Workload, resource_of
from wellmade.workflow.run_task import RunTask
from wellmade.workflow.task_workload import TaskWorkload

STARTS = "EventBridge Scheduler, to start the job"
EVENTS = "events.amazonaws.com"
DEAD_LETTER_RULES = ("event-target-dead-letter", "Serverless::Serverless-EventBusDLQ")
TaskRun = scheduler.CfnSchedule.EcsParametersProperty


class Target(Protocol):
    """What a schedule starts."""

    workload: Workload
    timeout: float | None

    @property
    def alarms(self) -> FunctionAlarms | None:
        """A function's alarms."""

    @property
    def given(self) -> lambda_.IFunction | None:
        """The function."""

    @property
    def resource(self) -> lambda_.CfnFunction | None:
        """A function's resource in the template."""

    def allow_start(self, role: WorkloadRole) -> None:
        """Let the schedule's role start it."""

    def grant_run(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let anybody start it."""

    def keep_failures(self, scope: Construct, queue: sqs.IQueue) -> str | None:
        """Keep the runs that fail for good; return the name of the function whose failures Lambda sends."""

    def properties(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the target's own share of the schedule's target."""


class FunctionTarget:
    """A function, which is invoked and not waited for."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self.workload: Workload = handling.workload
        self.alarms: FunctionAlarms = handling.alarms
        self.timeout: float | None = handling.timeout
        self.given: lambda_.IFunction = cast(lambda_.IFunction, handling.given)
        self.resource: lambda_.CfnFunction | None = resource_of(handling.given)

    def allow_start(self, role: WorkloadRole) -> None:
        """Let the schedule's role invoke it."""
        role.allow(["lambda:InvokeFunction"], [self._handling.invocable.function_arn], used_by=STARTS)

    def grant_run(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let anybody invoke it."""
        arns = [self._handling.invocable.function_arn]
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["lambda:InvokeFunction"], resource_arns=arns
        )

    def keep_failures(self, scope: Construct, queue: sqs.IQueue) -> str | None:
        """Keep what it fails on; return its name where Lambda sends that."""
        keeps = keep_async_failures(scope, self.given, self._handling.invocable, queue, what="starts")
        return self.given.function_name if keeps else None

    def properties(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return whom to invoke, and with what."""
        return {"arn": self._handling.invocable.function_arn, "input": json.dumps(event)}


@dataclass
class TaskTarget:
    """A Fargate task, which is started and not waited for."""

    scope: Construct
    task: RunTask
    alarms: FunctionAlarms | None = None
    given: lambda_.IFunction | None = None
    resource: lambda_.CfnFunction | None = None

    def __post_init__(self) -> None:
        self.task.refuse_wrong(self.scope.node.path, "task")
        self.timeout: float | None = self.task.longest
        self.workload: Workload = TaskWorkload(self.task)
        self._group = early_name(self.scope, "Tasks", max_length=64)

    def allow_start(self, role: WorkloadRole) -> None:
        """Let the schedule's role run it, and pass its two roles to ECS."""
        for each in self.task.permissions:
            if each.used_by is None:
                role.allow(each.actions, each.resources, used_by=STARTS, conditions=each.conditions)

    def grant_run(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let anybody run it."""
        grants = [
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=list(each.actions),
                resource_arns=list(each.resources),
                conditions=each.conditions,
            )
            for each in self.task.permissions
            if each.used_by is None
        ]
        return grants[0].combine(grants[1])

    def keep_failures(self, scope: Construct, queue: sqs.IQueue) -> None:
        """Keep the ends of tasks that failed: ECS starts a task and does not report how it ended."""
        name = early_name(scope, "FailedTasks", max_length=64)
        source = {"ArnEquals": {"aws:SourceArn": rule_arn(scope, name)}}
        allow_delivery(scope, queue, EVENTS, source)
        failed = {"containers": {"exitCode": [{"anything-but": [0]}]}}
        not_started = {"stopCode": ["TaskFailedToStart"]}
        rule = events.CfnRule(
            scope,
            "FailedTasks",
            name=name,
            event_pattern={
                "source": ["aws.ecs"],
                "detail-type": ["ECS Task State Change"],
                "detail": {
                    "clusterArn": [self.task.cluster.cluster_arn],
                    "group": [self._group],
                    "lastStatus": ["STOPPED"],
                    "$or": [failed, not_started],
                },
            },
            targets=[events.CfnRule.TargetProperty(arn=queue.queue_arn, id="Failures")],
        )
        suppress(rule, dict.fromkeys(DEAD_LETTER_RULES, "It delivers to a dead-letter queue."))

    def properties(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return what to run where, and the start as variables of the container."""
        container = self.task.task_definition.default_container
        name = self.task.container_name or (container.container_name if container else "")
        variables = {**self.task.environment, "SCHEDULED_EVENT": json.dumps(event)}
        told = [{"name": key, "value": value} for key, value in variables.items()]
        overrides = {"containerOverrides": [{"name": name, "environment": told}]}
        return {
            "arn": self.task.cluster.cluster_arn,
            "input": json.dumps(overrides),
            "ecs_parameters": self._run(),
        }

    def _run(self) -> TaskRun:
        vpc, kind = self.task.cluster.vpc, scheduler.CfnSchedule
        chosen = (
            selected_subnets(vpc, self.task.vpc_subnets) if self.task.vpc_subnets else workload_subnets(vpc)
        )
        network = kind.AwsVpcConfigurationProperty(
            subnets=[subnet.subnet_id for subnet in chosen],
            security_groups=[group.security_group_id for group in self.task.security_groups],
            assign_public_ip="DISABLED",
        )
        provider = kind.CapacityProviderStrategyItemProperty(
            capacity_provider=self.task.capacity_provider, weight=1
        )
        return kind.EcsParametersProperty(
            task_definition_arn=self.task.task_definition.task_definition_arn,
            task_count=1,
            group=self._group,
            propagate_tags="TASK_DEFINITION",
            capacity_provider_strategy=[provider],
            network_configuration=kind.NetworkConfigurationProperty(awsvpc_configuration=network),
        )
