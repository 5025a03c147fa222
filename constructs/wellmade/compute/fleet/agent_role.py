"""The role of container instances: what the ECS agent on them calls, and nothing else."""

from typing import cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.fleet.grants import SHELL, allow_shell
from wellmade.compute.narrow_role import NarrowRole
from wellmade.kit.lookups import stack_of

_OF_CLUSTER = (
    "ecs:DeregisterContainerInstance",
    "ecs:RegisterContainerInstance",
    "ecs:SubmitAttachmentStateChanges",
    "ecs:SubmitContainerStateChange",
    "ecs:SubmitTaskStateChange",
)
_OF_INSTANCE = ("ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState")
_FIND = "ecs:DiscoverPollEndpoint"


class AgentRole(NarrowRole):
    """Hold what the ECS agent calls; refuse what programs call, since every task could take it.

    Images are pulled and logs opened with the execution role of each task.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
    """

    actions = (*_OF_CLUSTER, *_OF_INSTANCE, _FIND, *SHELL)
    used_by = "the ECS agent of the instance"
    allowed = "what the agent of an instance calls"
    rule = "instance-role-permissions"

    def __init__(self, scope: Construct, cluster: ecs.ICluster, *, shell: bool) -> None:
        principal = cast(iam.IPrincipal, iam.ServicePrincipal("ec2.amazonaws.com"))
        super().__init__(scope, "Role", assumed_by=principal, policy_name="Agent")
        self.allow(_OF_CLUSTER, [cluster.cluster_arn])
        instances = stack_of(scope).format_arn(
            service="ecs", resource="container-instance", resource_name=f"{cluster.cluster_name}/*"
        )
        unknown = "Which instances the group will have is not known before; their cluster is."
        self.allow(_OF_INSTANCE, [instances], reason=unknown)
        self.allow([_FIND], ["*"], reason="The agent asks where its endpoint is; that has no resource.")
        if shell:
            allow_shell(scope, self)
