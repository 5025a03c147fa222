"""Capacity providers of Fargate, which a cluster has only where it is associated with them."""

from aws_cdk import Annotations
from aws_cdk import aws_ecs as ecs
from constructs import Construct


def associate_fargate(scope: Construct, cluster: ecs.ICluster) -> None:
    """Let a cluster of this app start tasks on Spot; of an imported one it is said at synth that it must.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    if isinstance(cluster, ecs.Cluster):
        cluster.enable_fargate_capacity_providers()
        return
    Annotations.of(scope).add_warning_v2(
        "wellmade:imported-cluster-providers",
        "the imported cluster must have the capacity providers FARGATE and FARGATE_SPOT; "
        "associate them where it is defined",
    )
