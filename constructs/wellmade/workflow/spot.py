"""Spot capacity of Fargate, which a cluster has only where it is associated with it."""

from aws_cdk import Annotations
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.kit.lookups import default_child, stack_of
from wellmade.workflow.run_task import SPOT


def associate_spot(scope: Construct, cluster: ecs.ICluster) -> None:
    """Let a cluster of this app start tasks on Spot; of an imported one it is said at synth that it must.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    if _has_spot(cluster):
        return
    if isinstance(cluster, ecs.Cluster):
        cluster.enable_fargate_capacity_providers()
        return
    Annotations.of(scope).add_warning_v2(
        "wellmade:imported-cluster-providers",
        "the imported cluster must have the capacity providers FARGATE and FARGATE_SPOT; "
        "associate them where it is defined",
    )


def _has_spot(cluster: ecs.ICluster) -> bool:
    resource = default_child(cluster)
    if not isinstance(resource, ecs.CfnCluster):
        return False
    if SPOT in (resource.capacity_providers or ()):
        return True
    # Beside another list of them this one would be a second, of which the last that is deployed wins.
    kind = ecs.CfnClusterCapacityProviderAssociations
    found = [each for each in stack_of(cluster).node.find_all() if isinstance(each, kind)]
    return any(
        each.cluster == cluster.cluster_name and SPOT in (each.capacity_providers or ()) for each in found
    )
