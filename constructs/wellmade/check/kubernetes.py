"""Clusters of EKS as rules need them."""

from wellmade.check.conditional import is_off, possibly_set
from wellmade.graph import Graph, Resource

CLUSTER = "AWS::EKS::Cluster"


def may_be_automatic(cluster: Resource) -> bool:
    """Tell whether EKS may look after the nodes of a cluster, by Auto Mode."""
    return possibly_set(cluster.get("ComputeConfig")) and not is_off(cluster, "ComputeConfig.Enabled")


def names_karpenter(graph: Graph) -> bool:
    """Tell whether anything is called Karpenter, which starts nodes that no template has."""
    named = (f"{each.logical_id} {each.type} {each.properties}" for each in graph.resources.values())
    return any("karpenter" in each.lower() for each in named)
