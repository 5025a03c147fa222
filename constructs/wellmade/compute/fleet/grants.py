"""What instances need beside what their program calls."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.lookups import stack_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.security_groups import closed_group

_UPDATE = "ssm:UpdateInstanceInformation"
_CHANNELS = (
    *("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
    *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
)
SHELL = (_UPDATE, *_CHANNELS)
"""What a shell by Systems Manager takes, of the agent on the instance. Source:
https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
"""


def allow_operations(
    scope: Construct, role: WorkloadRole, group_name: str, log_group: logs.LogGroup, *, shell: bool
) -> None:
    """Let Docker write the program's log, what drains an instance complete the hook, and people open a shell.

    Args:
        scope: The fleet.
        role: Of its instances.
        group_name: The name of its group.
        log_group: Where the program writes.
        shell: Whether people open one by Systems Manager.
    """
    role.allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [log_group.log_group_arn],
        used_by="Docker on the instance, to write the program's log",
    )
    group = "autoScalingGroup:*:autoScalingGroupName"
    role.allow(
        ["autoscaling:CompleteLifecycleAction"],
        [stack_of(scope).format_arn(service="autoscaling", resource=group, resource_name=group_name)],
        reason="A group's ARN holds an id that is not known before; its name is.",
        used_by="the unit that drains the instance",
    )
    if shell:
        allow_shell(scope, role)


def allow_shell(scope: Construct, role: WorkloadRole) -> None:
    """Let the agent of Systems Manager open a shell for people who may have one."""
    agent = "the agent of Systems Manager"
    instances = stack_of(scope).format_arn(service="ec2", resource="instance", resource_name="*")
    unknown = "Which instances the group will have is not known before."
    role.allow([_UPDATE], [instances], reason=unknown, used_by=agent)
    why = "The agent's channels have no resources; who may open a shell is said in the person's policy."
    role.allow(list(_CHANNELS), ["*"], reason=why, used_by=agent)


def define_security_group(scope: Construct, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    """Define the group of the instances: nothing comes in, and TLS alone goes out."""
    group = closed_group(scope, "InstanceGroup", vpc)
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and others, over TLS")
    return group
