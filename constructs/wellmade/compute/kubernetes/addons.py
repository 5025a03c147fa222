"""What a cluster needs beside its control plane, and Auto Mode has built in for its own nodes alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_eks as eks
from constructs import Construct, IDependable

METRICS = "metrics-server"
"""No cluster has it by itself, and without it no autoscaler of pods knows their load.

Source: https://docs.aws.amazon.com/eks/latest/userguide/metrics-server.html
"""
NAMES = "coredns"
_OF_NODES: Mapping[str, Mapping[str, Any]] = {
    "vpc-cni": {"enableNetworkPolicy": "true"},
    "kube-proxy": {},
    "eks-pod-identity-agent": {},
}
"""Without the first no node is ready, and without the last no pod has the permissions of its role.

Source: https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
"""


def define_addons(
    scope: Construct,
    cluster: eks.CfnCluster,
    groups: Sequence[eks.CfnNodegroup],
    profile: eks.CfnFargateProfile | None,
    *,
    has_nodes: bool,
) -> None:
    """Define the add-ons that the cluster's capacity takes.

    Args:
        scope: The platform.
        cluster: The control plane.
        groups: Managed nodes.
        profile: Of Fargate.
        has_nodes: Whether there are any but those of Fargate.
    """
    if groups:
        for name, settings in _OF_NODES.items():
            before = _define(scope, cluster, name, settings)
            for each in groups:
                each.node.add_dependency(before)
        _define(scope, cluster, NAMES, {}, *groups)
    elif profile:
        _define(scope, cluster, NAMES, {"computeType": "Fargate"}, profile)
    if has_nodes:
        _define(scope, cluster, METRICS, {}, *groups)


def _define(
    scope: Construct, cluster: eks.CfnCluster, name: str, settings: Mapping[str, Any], *after: IDependable
) -> eks.CfnAddon:
    addon = eks.CfnAddon(
        scope,
        "".join(word.capitalize() for word in name.split("-")),
        addon_name=name,
        cluster_name=cluster.ref,
        configuration_values=json.dumps(settings) if settings else None,
        # A cluster without Auto Mode begins with some of them, which nobody looks after.
        resolve_conflicts="OVERWRITE",
    )
    addon.node.add_dependency(*after)
    return addon
