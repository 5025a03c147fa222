"""What tasks run on: Fargate, or instances of EC2 in a cluster."""

from dataclasses import dataclass
from typing import Protocol, cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.execution_role import ExecutionRole
from wellmade.compute.options import TaskSize
from wellmade.compute.task_rules import refuse_wrong_share, refuse_wrong_size
from wellmade.kit.lookups import is_same, stack_of
from wellmade.kit.roles import WorkloadRole

_LINUX = ecs.OperatingSystemFamily.LINUX


class Host(Protocol):
    """What a task runs on, as its definition has to say it."""

    @property
    def gpus(self) -> int | None:
        """How many of an instance's GPUs the program has for itself; None for none."""

    def variables(self, scope: Construct) -> dict[str, str]:
        """Return the variables that programs find elsewhere, and not on this host by itself."""

    def refuse(self, scope: Construct, size: TaskSize) -> None:
        """Raise where it has no such task."""

    def define(
        self, scope: Construct, size: TaskSize, role: WorkloadRole, execution_role: ExecutionRole
    ) -> ecs.TaskDefinition | ecs.FargateTaskDefinition:
        """Define a task without containers."""


class Fargate:
    """Capacity of AWS's own, in the sizes that it offers."""

    gpus = None

    def variables(self, scope: Construct) -> dict[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: Fargate sets what it has."""
        return {}

    def refuse(self, scope: Construct, size: TaskSize) -> None:
        """Raise where Fargate has no such task.

        Raises:
            RefusedError: If it has not.
        """
        refuse_wrong_size(scope, size)

    def define(
        self, scope: Construct, size: TaskSize, role: WorkloadRole, execution_role: ExecutionRole
    ) -> ecs.FargateTaskDefinition:
        """Define a task of Fargate."""
        storage = size.ephemeral_storage
        return ecs.FargateTaskDefinition(
            scope,
            "Task",
            cpu=size.cpu,
            memory_limit_mib=size.memory,
            ephemeral_storage_gib=storage.to_gibibytes() if storage else None,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=processor_of(size), operating_system_family=_LINUX
            ),
            task_role=cast(iam.IRole, role),
            execution_role=cast(iam.IRole, execution_role),
        )


@dataclass(frozen=True)
class OnInstances:
    """Instances that tasks share: each has its own address, and as much of CPU and memory as it asks for."""

    gpus: int | None = None

    def variables(self, scope: Construct) -> dict[str, str]:
        """Return the region, without which no client of the SDKs begins: agents set it since 2026 alone.

        Source: https://github.com/aws/containers-roadmap/issues/1611
        """
        return dict.fromkeys(("AWS_DEFAULT_REGION", "AWS_REGION"), stack_of(scope).region)

    def refuse(self, scope: Construct, size: TaskSize) -> None:
        """Raise where no instance has such a task.

        Raises:
            RefusedError: If none has.
        """
        refuse_wrong_share(scope, size)

    def define(
        self, scope: Construct, size: TaskSize, role: WorkloadRole, execution_role: ExecutionRole
    ) -> ecs.TaskDefinition:
        """Define a task with a network interface of its own, and so with security groups of its own."""
        task = ecs.TaskDefinition(
            scope,
            "Task",
            compatibility=ecs.Compatibility.EC2,
            network_mode=ecs.NetworkMode.AWS_VPC,
            cpu=str(size.cpu),
            memory_mib=str(size.memory),
            task_role=cast(iam.IRole, role),
            execution_role=cast(iam.IRole, execution_role),
        )
        # The class takes it for Fargate alone; ECS places no image on an instance of another processor by it.
        cast(
            ecs.CfnTaskDefinition, task.node.default_child
        ).runtime_platform = ecs.CfnTaskDefinition.RuntimePlatformProperty(
            cpu_architecture=name_of_processor(processor_of(size)), operating_system_family="LINUX"
        )
        return task


def processor_of(size: TaskSize) -> ecs.CpuArchitecture:
    """Return the processor of a task: Graviton unless another is asked for."""
    return size.cpu_architecture or ecs.CpuArchitecture.ARM64


def name_of_processor(processor: ecs.CpuArchitecture) -> str:
    """Return a processor as CloudFormation spells it."""
    return "X86_64" if is_same(processor, ecs.CpuArchitecture.X86_64) else "ARM64"
