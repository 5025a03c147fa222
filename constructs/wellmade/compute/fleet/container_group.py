"""One group of container instances, and the capacity provider by which ECS scales it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from wellmade.compute.fleet.agent_role import AgentRole
from wellmade.compute.fleet.container_alarms import (
    GroupAlarms,
    GroupThresholds,
    define_group_alarms,
    reservation_dimensions,
)
from wellmade.compute.fleet.group import Launch, define_group, define_template
from wellmade.compute.fleet.instances import Instances, refuse_wrong_instances
from wellmade.compute.fleet.machines import SMALLEST_DISK, Machine, MachineImage
from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import require_between

_PREFIX, _RESERVED = "cp-", ("aws", "ecs", "fargate")
STARTS_IN = Duration.minutes(2)
"""Until an instance takes tasks: it boots and its agent registers; the image has all that it needs."""


@dataclass(frozen=True)
class InstanceGroup:
    """Instances of a fleet of containers that are alike.

    Args:
        instance_types: Types to choose from, all of one processor, and all with GPUs or none; several make it
            likely that Spot has one. Default: `m7g.large`, `c7g.large` and `m6g.large`, which are Graviton.
        max_capacity: Most instances, 1 to 5,000. Default: 10.
        on_demand_base: Instances that are never on Spot; those above are split 80 to 20 in favour of Spot.
            Default: none is on Spot.
        target_capacity: Percentage of the instances that tasks should take, 1 to 100; below 100 some are idle
            so that tasks start at once. Default: 100.
        machine_image: `bottlerocket`, which has the least on it, or `amazon-linux-2023`; those for ECS, the
            newest at each start. Default: `bottlerocket`.
        disk: GiB that the containers of an instance share, from 20 (with Amazon Linux, which is on the same
            disk, from 30) to 16,384. Default: 30.
        session_manager: Let people open a shell by Systems Manager, which needs neither a key nor an open
            port. Default: False.
        alarm_thresholds: By alarm (`waiting_tasks`, `pending`) the line above which it fires, or None to
            leave it out. Default: 100 percent for a quarter of an hour, 0 for a quarter of an hour.
    """

    instance_types: Sequence[str] = ("m7g.large", "c7g.large", "m6g.large")
    max_capacity: int = 10
    on_demand_base: int | None = None
    target_capacity: int = 100
    machine_image: MachineImage = "bottlerocket"
    disk: int = 30
    session_manager: bool = False
    alarm_thresholds: GroupThresholds | None = None

    @property
    def machine(self) -> Machine:
        """What its instances are."""
        return Machine(Instances(self.instance_types), self.machine_image, self.disk)


def refuse_wrong_group(scope: IConstruct, name: str, group: InstanceGroup) -> None:
    """Raise where there can be no such group.

    Raises:
        RefusedError: If an option is out of bounds.
    """
    option = f"groups[{name!r}]"
    refuse_wrong_instances(scope, group.machine.instances)
    group.machine.refuse_wrong(scope, option)
    suits = "10 suit most fleets"
    require_between(scope, f"{option}.max_capacity", group.max_capacity, 1, 5000, suits)
    base, few = group.on_demand_base or 0, "leave it out where none may be on Spot"
    require_between(scope, f"{option}.on_demand_base", base, 0, group.max_capacity, few)
    whole = "100 leaves no instance idle"
    require_between(scope, f"{option}.target_capacity", group.target_capacity, 1, 100, whole)
    least = SMALLEST_DISK[group.machine_image]
    require_between(scope, f"{option}.disk in GiB", group.disk, least, 16_384, "30 hold most images")


def _name_of_provider(scope: Construct) -> str | None:
    """Return a name where CloudFormation's own would be refused; it begins with that of the stack.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
    """
    stack = stack_of(scope)
    while stack.nested_stack_parent:
        stack = stack.nested_stack_parent
    if not stack.stack_name.lower().startswith(_RESERVED):
        return None
    return f"{_PREFIX}{early_name(scope, 'Provider', max_length=255 - len(_PREFIX))}"


@jsii.implements(ec2.IConnectable)
class ContainerGroup(Construct):
    """Instances, as many as the tasks of their capacity provider take, from none up."""

    group: autoscaling.CfnAutoScalingGroup
    """How many there are."""
    launch_template: ec2.LaunchTemplate
    """How they start."""
    capacity_provider: ecs.CfnCapacityProvider
    """By which ECS scales them, and services choose them."""
    role: AgentRole
    """What the agent on each may call."""
    alarms: GroupAlarms
    """`waiting_tasks` and `pending`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: InstanceGroup,
        *,
        cluster: ecs.ICluster,
        subnets: Sequence[ec2.ISubnet],
        security_groups: Sequence[Any],
    ) -> None:
        super().__init__(scope, construct_id)
        self.options, machine = options, options.machine
        self._connections = ec2.Connections(security_groups=list(security_groups))
        self.role = AgentRole(self, cluster, shell=options.session_manager)
        launch = Launch(
            machine.instances,
            cast(iam.IRole, self.role),
            security_groups,
            machine.script(cluster),
            image=machine.parameter,
            disks=machine.disks,
        )
        self.launch_template = define_template(self, launch)
        self.group = define_group(
            self,
            self.launch_template,
            launch,
            name=None,
            subnets=subnets,
            max_capacity=options.max_capacity,
            on_demand_base=options.on_demand_base,
            drained_by_ecs=True,
        )
        # Its agent must be allowed to register when the first instance starts.
        self.group.node.add_dependency(self.role)
        self.capacity_provider = self._define_provider()
        self.reservation = reservation_dimensions(cluster, self.capacity_provider)
        self.alarms = define_group_alarms(self, self.group, self.reservation, options.alarm_thresholds)

    @property
    def connections(self) -> ec2.Connections:
        """The instances in the network, which pull images and write logs for all tasks on them."""
        return self._connections

    def _define_provider(self) -> ecs.CfnCapacityProvider:
        """Define the provider that adds instances for tasks that wait, and ends those without tasks alone.

        Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
        """
        provider = ecs.CfnCapacityProvider
        return provider(
            self,
            "Provider",
            name=_name_of_provider(self),
            auto_scaling_group_provider=provider.AutoScalingGroupProviderProperty(
                auto_scaling_group_arn=self.group.ref,
                managed_draining="ENABLED",
                managed_termination_protection="ENABLED",
                managed_scaling=provider.ManagedScalingProperty(
                    status="ENABLED",
                    target_capacity=self.options.target_capacity,
                    instance_warmup_period=int(seconds(STARTS_IN)),
                ),
            ),
        )
