"""A program in a container, with what each of them needs: a task definition, two roles, a log."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.compute.cluster import strategies
from wellmade.compute.execution_role import PULL, ExecutionRole, ecs_tasks
from wellmade.compute.options import FARGATE_SIZES, TaskSize
from wellmade.compute.program_code import RepositoryImage, image_of
from wellmade.foundation.accepted import accept
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.placement import workload_subnets
from wellmade.foundation.refusal import refusal
from wellmade.foundation.secrets import refuse_plaintext_secrets
from wellmade.foundation.tree import seconds
from wellmade.foundation.workload_role import WorkloadRole

Program = str | Path | RepositoryImage

LONGEST_STOP = 120
"""Seconds that Fargate waits between SIGTERM and SIGKILL at most.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""
ACCEPTED_OF_TASK = {
    "AwsSolutions::AwsSolutions-ECS2": "Literal secrets are refused; what is left names resources.",
}


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class FargateProgram(Construct):
    """What a service and a worker have in common."""

    task_definition: ecs.FargateTaskDefinition
    """The program with its size, environment and roles."""
    container: ecs.ContainerDefinition
    """The program in it, under the name of its directory."""
    role: WorkloadRole
    """What the program may call."""
    execution_role: ExecutionRole
    """What starting it takes."""
    log_group: logs.LogGroup
    """Where it writes its log."""
    service: ecs.FargateService
    """What keeps its tasks running."""
    alarms: list[cloudwatch.Alarm]
    """On what needs a person."""
    copies: int
    """Most tasks at once: twice the maximum, since a release starts the new before it stops the old."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The task role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    @property
    def connections(self) -> ec2.Connections:
        """The tasks in the network, so that others can let them in."""
        return self.service.connections

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        called_by: str | None = None,
    ) -> None:
        """Let the program call exactly these actions on exactly these resources.

        Raises:
            ValueError: If an action has a wildcard, or a resource is `*` without a reason.
        """
        self.role.allow(actions, resources, reason=reason, called_by=called_by)

    def add_environment(self, name: str, value: str) -> None:
        """Set a variable for the program.

        Raises:
            ValueError: If it looks like a secret.
        """
        refuse_plaintext_secrets(self, {name: value})
        self.container.add_environment(name, value)

    def add_secret(self, name: str, secret: ecs.Secret) -> None:
        """Hand a secret to the program as a variable; only the agent that starts the task reads it."""
        self.container.add_secret(name, secret)
        self.execution_role.allow(["secretsmanager:GetSecretValue"], [secret.arn])

    def _define_program(
        self,
        program: Program,
        *,
        size: TaskSize,
        environment: Mapping[str, str],
        stop_timeout: Duration,
    ) -> None:
        self._refuse_size(size)
        refuse_plaintext_secrets(self, environment)
        if seconds(stop_timeout) > LONGEST_STOP:
            fix = "Fargate kills what has not stopped by then"
            raise refusal(self, "stop timeout", f"at most {LONGEST_STOP} s", stop_timeout, fix)
        self.log_group = define_log_group(self, "Logs", harmless="programs log no payloads")
        self.role = WorkloadRole(self, "Role", assumed_by=ecs_tasks(self), policy_name="Program")
        self.execution_role = ExecutionRole(self, "ExecutionRole")
        self.task_definition = self._define_task(size)
        variables = {"STOP_TIMEOUT_SECONDS": f"{seconds(stop_timeout):.12g}", **environment}
        self._add_container(program, variables, stop_timeout)

    def _define_service(
        self, cluster: ecs.ICluster, on_demand: int | None, **options: Any
    ) -> ecs.FargateService:
        """Run the program in the cluster's private subnets, let out over TLS alone."""
        vpc = cluster.vpc
        group = ec2.SecurityGroup(self, "TaskGroup", vpc=vpc, allow_all_outbound=False)
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and others, over TLS")
        return ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=self.task_definition,
            capacity_provider_strategies=strategies(on_demand),
            vpc_subnets=ec2.SubnetSelection(subnets=workload_subnets(vpc)),
            security_groups=[group],
            assign_public_ip=False,
            # `deploy_with_care` says the same on the resource; the class warns where it is not told.
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            **options,
        )

    def _refuse_size(self, size: TaskSize) -> None:
        least, most = FARGATE_SIZES.get(size.cpu, (0, 0))
        if not least:
            offered = ", ".join(map(str, FARGATE_SIZES))
            raise refusal(self, "size.cpu", f"one of {offered}", size.cpu, "512 suits most services")
        if not least <= size.memory <= most:
            allowed = f"between {least} and {most} for {size.cpu} CPU units"
            raise refusal(self, "size.memory", allowed, size.memory, f"use {least}")

    def _define_task(self, size: TaskSize) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=size.cpu,
            memory_limit_mib=size.memory,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            task_role=cast(iam.IRole, self.role),
            # Its policy is written here, action by action, and nothing adds to it behind our back.
            execution_role=self.execution_role.without_policy_updates(),
        )
        accept(task, ACCEPTED_OF_TASK)
        return task

    def _add_container(self, program: Program, variables: Mapping[str, str], stop: Duration) -> None:
        image = image_of(self, program)
        self.container = self.task_definition.add_container(
            image.name,
            image=image.image,
            environment=dict(variables),
            readonly_root_filesystem=True,
            user="1000:1000",
            stop_timeout=stop,
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="task",
                log_group=self.log_group,
                # A log that cannot be written must not hold up a request.
                mode=ecs.AwsLogDriverMode.NON_BLOCKING,
            ),
        )
        self.execution_role.allow(PULL, [image.repository_arn])
        self.execution_role.allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"], [self.log_group.log_group_arn]
        )
