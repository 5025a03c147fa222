"""The launch template, the group that starts instances from it, and the hook until they are drained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import CfnAutoScalingRollingUpdate, CfnUpdatePolicy
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.cluster import SPOT_TO_ON_DEMAND
from wellmade.compute.fleet.instances import Instances
from wellmade.kit.lookups import seconds
from wellmade.kit.suppressions import suppress

HOOK = "drain"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{processor}"
"""Source: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html"""
DISKS: Mapping[str, int] = {"/dev/xvda": 20}
"""GiB by device."""
_MINUTE = 60
_SUPPRESSED = {
    "CKV_AWS_153": "Tags of the stack are propagated.",
    "AwsSolutions::AwsSolutions-AS3": "Alarms tell of what people must do; each start and end is no news.",
    "AwsSolutions::AwsSolutions-EC26": "The disk is encrypted in the launch template, which cdk-nag does not "
    "find in a group of several types.",
}


@dataclass(frozen=True)
class Launch:
    """What each instance of a fleet is started with."""

    instances: Instances
    role: iam.IRole
    security_groups: Sequence[Any]
    script: ec2.UserData
    image: str | None = None
    """The parameter that names its image; None for Amazon Linux 2023."""
    disks: Mapping[str, int] = field(default_factory=lambda: DISKS)
    """GiB by device."""


def define_template(scope: Construct, launch: Launch) -> ec2.LaunchTemplate:
    """Define how an instance starts: IMDSv2 alone, an encrypted disk, no key, the newest image."""
    image = launch.image or _IMAGE.format(processor=processor_of(launch.instances))
    first, *others = launch.security_groups
    template = ec2.LaunchTemplate(
        scope,
        "Template",
        instance_type=ec2.InstanceType(launch.instances.instance_types[0]),
        # Read when an instance starts, so that a replaced one has the newest without a deployment.
        machine_image=ec2.MachineImage.resolve_ssm_parameter_at_launch(image),
        role=launch.role,
        security_group=first,
        user_data=launch.script,
        require_imdsv2=True,
        http_put_response_hop_limit=1,
        detailed_monitoring=True,
        block_devices=[
            ec2.BlockDevice(
                device_name=device,
                volume=ec2.BlockDeviceVolume.ebs(
                    size, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3, delete_on_termination=True
                ),
            )
            for device, size in launch.disks.items()
        ],
    )
    for each in others:
        template.add_security_group(each)
    return template


def processor_of(instances: Instances) -> str:
    """Return the processor of instances, as parameters of images spell it."""
    return "x86_64" if instances.architecture == ec2.InstanceArchitecture.X86_64 else "arm64"


def define_group(
    scope: Construct,
    template: ec2.LaunchTemplate,
    launch: Launch,
    *,
    name: str | None,
    subnets: Sequence[ec2.ISubnet],
    max_capacity: int,
    on_demand_base: int | None,
    drained_by_ecs: bool = False,
) -> autoscaling.CfnAutoScalingGroup:
    """Define the group, with none to `max_capacity` instances.

    Where ECS drains them and protects those with tasks, neither a hook nor a lifetime is ours to set: a
    lifetime ends no instance that is protected.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html
    """
    lifetime = None if drained_by_ecs else int(seconds(launch.instances.max_lifetime))
    group = autoscaling.CfnAutoScalingGroup(
        scope,
        "Group",
        # Known before: what drains an instance names its group, which starts it.
        auto_scaling_group_name=name,
        min_size="0",
        max_size=str(max_capacity),
        vpc_zone_identifier=[subnet.subnet_id for subnet in subnets],
        mixed_instances_policy=_mix(template, launch.instances, on_demand_base),
        # On Spot a successor starts before the notice of two minutes, which the hook would not fit into.
        capacity_rebalance=on_demand_base is not None,
        max_instance_lifetime=lifetime,
        new_instances_protected_from_scale_in=True if drained_by_ecs else None,
        metrics_collection=[autoscaling.CfnAutoScalingGroup.MetricsCollectionProperty(granularity="1Minute")],
        lifecycle_hook_specification_list=None if drained_by_ecs else [_hook(launch.instances)],
    )
    group.cfn_options.update_policy = _rolling()
    suppress(group, _SUPPRESSED)
    return group


def _hook(
    instances: Instances,
) -> autoscaling.CfnAutoScalingGroup.LifecycleHookSpecificationProperty:
    return autoscaling.CfnAutoScalingGroup.LifecycleHookSpecificationProperty(
        lifecycle_hook_name=HOOK,
        lifecycle_transition=TERMINATING,
        heartbeat_timeout=int(seconds(instances.drain_timeout)) + _MINUTE,
        # An instance that died cannot complete it, and must not stay.
        default_result="CONTINUE",
    )


def _mix(
    template: ec2.LaunchTemplate, instances: Instances, on_demand_base: int | None
) -> autoscaling.CfnAutoScalingGroup.MixedInstancesPolicyProperty:
    group = autoscaling.CfnAutoScalingGroup
    spot, others = SPOT_TO_ON_DEMAND
    share = 100 if on_demand_base is None else 100 * others // (spot + others)
    return group.MixedInstancesPolicyProperty(
        instances_distribution=group.InstancesDistributionProperty(
            on_demand_base_capacity=on_demand_base or 0,
            on_demand_percentage_above_base_capacity=share,
            on_demand_allocation_strategy="prioritized",
            spot_allocation_strategy="price-capacity-optimized",
        ),
        launch_template=group.LaunchTemplateProperty(
            launch_template_specification=group.LaunchTemplateSpecificationProperty(
                launch_template_id=template.launch_template_id, version=template.latest_version_number
            ),
            overrides=[
                group.LaunchTemplateOverridesProperty(instance_type=each) for each in instances.instance_types
            ],
        ),
    )


def _rolling() -> CfnUpdatePolicy:
    """Replace one instance after the other when they are changed; each is drained by the hook."""
    return CfnUpdatePolicy(
        auto_scaling_rolling_update=CfnAutoScalingRollingUpdate(
            max_batch_size=1,
            suspend_processes=["AlarmNotification", "AZRebalance", "ReplaceUnhealthy", "ScheduledActions"],
        )
    )
