"""Anybody's task, as a workload."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Node

from wellmade.kit.refusals import refusal
from wellmade.kit.roles import UNKNOWN_KEYS, WorkloadRole
from wellmade.kit.suppressions import suppress_wildcards
from wellmade.workflow.run_task import RunTask


class TaskWorkload:
    """What a task definition of the user's runs, one task at a time."""

    def __init__(self, task: RunTask) -> None:
        self.task = task
        self.task_definition = self.adapted = task.task_definition

    @property
    def node(self) -> Node:
        """The task definition's place in the tree."""
        return self.task.task_definition.node

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The task's role."""
        return self.task.task_definition.task_role.grant_principal

    @property
    def max_concurrency(self) -> int | None:
        """Not known: a schedule starts a task whether another one runs or not."""
        return None

    @property
    def connections(self) -> ec2.Connections:
        """Its network interfaces."""
        return ec2.Connections(security_groups=list(self.task.security_groups))

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Add a statement to the task's role; of somebody else's role nothing is recorded beside it."""
        role = self.task.task_definition.task_role
        if isinstance(role, WorkloadRole):
            role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)
            return
        suppress_wildcards(role, resources, reason or UNKNOWN_KEYS)
        iam.Grant.add_to_principal(grantee=role, actions=list(actions), resource_arns=list(resources))

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable of the container.

        Raises:
            RefusedError: If the task definition has no container yet.
        """
        container = self.task.task_definition.default_container
        if container is None:
            fix = "add a container to the task definition first"
            raise refusal(self.task.task_definition, "task_definition", "one with a container", "none", fix)
        container.add_environment(name, value)
