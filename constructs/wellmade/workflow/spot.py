"""Spot capacity of Fargate, which a cluster has only where it is associated with it."""

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.foundation.fargate_capacity import associate_fargate
from wellmade.kit.lookups import default_child, stack_of
from wellmade.workflow.run_task import SPOT


def associate_spot(scope: Construct, cluster: ecs.ICluster) -> None:
    """Let a cluster start tasks on Spot, unless it does."""
    if not _has_spot(cluster):
        associate_fargate(scope, cluster)


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
