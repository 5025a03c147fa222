"""A program in a container, with what it needs to run: a task definition, two roles, a log."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from wellmade.compute.cluster import Place
from wellmade.compute.execution_role import ExecutionRole
from wellmade.compute.program import Program
from wellmade.compute.secrets import SecretOption, secret_of
from wellmade.compute.task import Task
from wellmade.kit.placement import has_way_out
from wellmade.kit.reachability import refuse_unreachable_calls
from wellmade.kit.security_groups import closed_group
from wellmade.kit.synth_checks import check_at_synth


class ContainerProgram(Program):
    """What every program in a container has: it is a workload, to which stores are connected."""

    cluster: ecs.ICluster
    """Where the tasks run."""
    task_definition: ecs.TaskDefinition | ecs.FargateTaskDefinition
    """The program with its size, environment and roles."""
    container: ecs.ContainerDefinition
    """The program in it."""
    sidecars: Sequence[ecs.ContainerDefinition]
    """The containers beside it."""
    execution_role: ExecutionRole
    """What starting it takes."""
    log_group: logs.LogGroup
    """Where it writes its log."""

    def add_secret(self, name: str, secret: SecretOption) -> None:
        """Hand a secret or a parameter to the program as a variable; only ECS reads it, to start the task.

        Args:
            name: The variable.
            secret: A secret or a parameter, also of another stack or under your own key; an `ecs.Secret` for
                one field or version of it.

        Raises:
            RefusedError: If it is neither.
        """
        self.container.add_secret(name, secret_of(self, self.execution_role, name, secret))

    def _run(self, task: Task) -> None:
        self.task_definition, self.container, self.sidecars = task.definition, task.container, task.sidecars
        self.role, self.execution_role, self.log_group = task.role, task.execution_role, task.log_group
        self._set_variable = task.container.add_environment

    def _groups(self, place: Place) -> list[Any]:
        if place.security_groups is not None:
            return list(place.security_groups)
        group = closed_group(self, "TaskGroup", place.vpc)
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and others, over TLS")
        return [group]

    def _look_at_ways_out(self, place: Place) -> None:
        if has_way_out(place.vpc, place.subnets):
            return
        roles, vpc = [self.role, self.execution_role], place.vpc
        check_at_synth(self, lambda synthesized: refuse_unreachable_calls(self, roles, vpc, synthesized))
