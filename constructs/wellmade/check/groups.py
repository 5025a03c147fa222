"""Auto Scaling groups as rules need them."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.graph import Graph, Resource

GROUP = "AWS::AutoScaling::AutoScalingGroup"
_SERVES = ("TargetGroupARNs", "LoadBalancerNames", "TrafficSources")


def group_policies(graph: Graph, group: Resource) -> Iterator[Resource]:
    """Yield the policies that scale a group."""
    for policy in graph.of_type("AWS::AutoScaling::ScalingPolicy"):
        if graph.target(policy.get("AutoScalingGroupName"), GROUP) is group:
            yield policy


def may_serve(group: Resource) -> bool:
    """Tell whether a load balancer, also a classic one, may send requests to a group."""
    return any(branch for name in _SERVES for branch in branches(group.get(name)))
