"""A program in a container, with what it needs to run: a task definition, two roles, a log."""

from collections.abc import Sequence
from typing import Any, cast

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.compute.cluster import Place
from wellmade.compute.execution_role import ExecutionRole
from wellmade.compute.secrets import SecretOption, secret_of
from wellmade.compute.task import Task
from wellmade.kit.placement import has_way_out
from wellmade.kit.reachability import refuse_unreachable_calls
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.secrets import IN_CONTAINER, refuse_plaintext_secrets
from wellmade.kit.synth_checks import check_at_synth


@jsii.implements(iam.IGrantable)
class ContainerProgram(Construct):
    """What every program in a container has: it is a workload, to which stores are connected."""

    cluster: ecs.ICluster
    """Where the tasks run."""
    task_definition: ecs.FargateTaskDefinition
    """The program with its size, environment and roles."""
    container: ecs.ContainerDefinition
    """The program in it."""
    sidecars: Sequence[ecs.ContainerDefinition]
    """The containers beside it."""
    role: WorkloadRole
    """What the program may call."""
    execution_role: ExecutionRole
    """What starting it takes."""
    log_group: logs.LogGroup
    """Where it writes its log."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The task role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the program call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the program. Default: the program.
            keyed: The resource is encrypted with a key of your own. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self.role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable for the program, such as the name of a table that is defined later.

        Args:
            name: The variable.
            value: What it holds; no secret.

        Raises:
            RefusedError: If it looks like a secret.
        """
        refuse_plaintext_secrets(self, {name: value}, IN_CONTAINER)
        self.container.add_environment(name, value)

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

    def _groups(self, place: Place) -> list[Any]:
        if place.security_groups is not None:
            return list(place.security_groups)
        group = ec2.SecurityGroup(self, "TaskGroup", vpc=place.vpc, allow_all_outbound=False)
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and others, over TLS")
        return [group]

    def _look_at_ways_out(self, place: Place) -> None:
        if has_way_out(place.vpc, place.subnets):
            return
        roles, vpc = [self.role, self.execution_role], place.vpc
        check_at_synth(self, lambda synthesized: refuse_unreachable_calls(self, roles, vpc, synthesized))
