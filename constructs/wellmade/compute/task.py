"""A task definition with its containers, its two roles and its log."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.compute.container import Container, image_of, name_of
from wellmade.compute.execution_role import ExecutionRole, ecs_tasks
from wellmade.compute.options import TaskSize
from wellmade.compute.secrets import secret_of
from wellmade.compute.task_hosts import Fargate, Host
from wellmade.compute.task_rules import TaskRules
from wellmade.facts.fargate import LONGEST_STOP
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.secrets import IN_CONTAINER, refuse_plaintext_secrets
from wellmade.kit.suppressions import suppress
from wellmade.kit.synth_checks import check_at_synth
from wellmade_runtime import variables as named

SUPPRESSED = {
    "AwsSolutions::AwsSolutions-ECS2": "Literal secrets are refused; what is left names resources.",
}

_FOLDER = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")


class Task:
    """What a service and a worker run: the program, and what stands beside it.

    Args:
        scope: The pattern.
        program: The program's container, with its sidecars.
        size: How large the task is.
        environment: Variables that the pattern sets for the program.
        stop_timeout: How long the program has to stop.
        encryption_key: The user's key for the log. Default: CloudWatch's own.
        host: What it runs on. Default: Fargate.

    Raises:
        RefusedError: If there is no such size, or a variable looks like a secret.
    """

    def __init__(
        self,
        scope: Construct,
        program: Container,
        *,
        size: TaskSize,
        environment: Mapping[str, str],
        stop_timeout: Duration,
        encryption_key: Any,
        host: Host | None = None,
    ) -> None:
        self._host: Host = host or Fargate()
        self._host.refuse(scope, size)
        if seconds(stop_timeout) > LONGEST_STOP:
            fix = "Fargate kills what has not stopped by then"
            raise refusal(
                scope, "stop timeout", f"at most {LONGEST_STOP} s", stop_timeout, fix, rule="service-limit"
            )
        self._scope, self._stop, self._size = scope, stop_timeout, size
        self.log_group: logs.LogGroup = define_log_group(
            scope, "Logs", harmless="programs log no payloads", encryption_key=encryption_key
        )
        self.role: WorkloadRole = WorkloadRole(
            scope, "Role", assumed_by=ecs_tasks(scope), policy_name="Program"
        )
        self.execution_role: ExecutionRole = ExecutionRole(scope, "ExecutionRole")
        self.definition: ecs.TaskDefinition | ecs.FargateTaskDefinition = self._define()
        stop = {named.STOP_TIMEOUT_SECONDS: f"{seconds(stop_timeout):.12g}"}
        variables = {**self._host.variables(scope), **stop, **environment}
        self.container: ecs.ContainerDefinition = self._add(
            program, "Image", {**variables, **program.environment}, self._host.gpus
        )
        self._refuse_same_names(program)
        self.sidecars: list[ecs.ContainerDefinition] = [
            self._add(each, f"{name_of(each)}Image", dict(each.environment)) for each in program.sidecars
        ]

    def _define(self) -> ecs.TaskDefinition | ecs.FargateTaskDefinition:
        task = self._host.define(self._scope, self._size, self.role, self.execution_role)
        suppress(task, SUPPRESSED)
        resource = cast(ecs.CfnTaskDefinition, task.node.default_child)
        check_at_synth(self._scope, TaskRules(self._scope, resource).broken)
        return task

    def _add(
        self, container: Container, construct_id: str, variables: dict[str, str], gpus: int | None = None
    ) -> ecs.ContainerDefinition:
        refuse_plaintext_secrets(self._scope, variables, IN_CONTAINER)
        secrets = {
            name: secret_of(self._scope, self.execution_role, name, each)
            for name, each in container.secrets.items()
        }
        ports = [ecs.PortMapping(container_port=container.port)] if container.port else None
        added = self.definition.add_container(
            name_of(container),
            image=image_of(self._scope, construct_id, container.image, self._size.cpu_architecture),
            environment=variables,
            secrets=secrets or None,
            command=list(container.command) if container.command else None,
            port_mappings=ports,
            essential=container.essential,
            health_check=container.health_check,
            user=container.user,
            cpu=container.cpu,
            memory_limit_mib=container.memory,
            gpu_count=gpus,
            readonly_root_filesystem=container.readonly_root_filesystem,
            stop_timeout=self._stop,
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="task",
                log_group=cast(logs.ILogGroup, self.log_group),
                # A log that cannot be written must not hold up a request.
                mode=ecs.AwsLogDriverMode.NON_BLOCKING,
            ),
        )
        self._mount(added, container.writable_folders)
        return added

    def _mount(self, container: ecs.ContainerDefinition, folders: Sequence[str]) -> None:
        """Mount empty folders of the task's own space, which end with the task.

        Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
        """
        for folder in folders:
            if not _FOLDER.fullmatch(folder):
                fix = "name it as in '/tmp'"
                allowed = "absolute paths of folders below the root"
                raise refusal(self._scope, "writable_folders", allowed, repr(folder), fix)
            volume = f"{container.container_name}{folder.replace('/', '-')}"
            self.definition.add_volume(name=volume)
            container.add_mount_points(
                ecs.MountPoint(container_path=folder, source_volume=volume, read_only=False)
            )

    def _refuse_same_names(self, program: Container) -> None:
        names = [name_of(each) for each in (program, *program.sidecars)]
        double = next((name for name in names if names.count(name) > 1), None)
        if double:
            fix = "give one of them another name=, with Container"
            raise refusal(
                self._scope,
                "sidecars",
                "containers with names of their own",
                repr(double),
                fix,
                rule="service-text",
            )
