"""Clusters of EKS as rules need them: those of CloudFormation, and those of the CDK's custom resources."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.conditional import always, branches, possibly_set
from wellmade.graph import Graph, Resource, Value, as_list, flag, text, written

_OF_CDK = "Custom::AWSCDK-EKS-"
CLUSTER = ("AWS::EKS::Cluster", f"{_OF_CDK}Cluster")
PROFILE = ("AWS::EKS::FargateProfile", f"{_OF_CDK}FargateProfile")
_MANIFEST = f"{_OF_CDK}KubernetesResource"
_OWNED = "kubernetes.io/cluster/"
"""What the key of a tag begins with on nodes that nobody manages, before the cluster's name."""


def place(resource: Resource, path: str) -> str:
    """Return where a property of CloudFormation's stands in a resource, without `Properties.`.

    The CDK's custom resources hand the service's own words on: `Config.resourcesVpcConfig.subnetIds`.
    """
    if not resource.type.startswith(_OF_CDK):
        return path
    return ".".join(["Config", *(_small(each) for each in path.split("."))])


def get(resource: Resource, path: str, default: Value = None) -> Value:
    """Return a property of a cluster or profile, by its name in CloudFormation."""
    return resource.get(place(resource, path), default)


def entry(mapping: Mapping[str, Value], name: str) -> Value:
    """Return an entry of a list of a profile, however it is spelled."""
    return mapping.get(name, mapping.get(_small(name)))


def cluster_of(graph: Graph, resource: Resource) -> Resource | None:
    """Return the cluster that a profile, an add-on, a group of nodes or a manifest is of."""
    named = resource.get("ClusterName") if resource.type == _MANIFEST else get(resource, "ClusterName")
    found = graph.target(named, *CLUSTER)
    if found or not isinstance(named, str):
        return found
    return next((each for each in graph.of_type(*CLUSTER) if text(get(each, "Name")) == named), None)


def may_be_automatic(cluster: Resource) -> bool:
    """Tell whether EKS may look after the nodes of a cluster, by Auto Mode."""
    is_off = always(get(cluster, "ComputeConfig.Enabled"), lambda branch: flag(branch) is False)
    return possibly_set(get(cluster, "ComputeConfig")) and not is_off


def names_karpenter(graph: Graph) -> bool:
    """Tell whether anything is called Karpenter, which starts nodes that no template has."""
    named = (f"{each.logical_id} {each.type} {each.properties}" for each in graph.resources.values())
    return any("karpenter" in each.lower() for each in named)


def own_nodes(graph: Graph) -> Iterator[Resource]:
    """Yield the Auto Scaling groups whose instances are nodes, by the tag that makes them so."""
    for group in graph.of_type("AWS::AutoScaling::AutoScalingGroup"):
        keys = [each.get("Key") for each in as_list(group.get("Tags")) if isinstance(each, dict)]
        if any(written(key).startswith(_OWNED) for key in keys):
            yield group


def manifests(graph: Graph) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """Yield what the CDK's custom resources apply to clusters, as far as the templates show it."""
    for resource in graph.of_type(_MANIFEST):
        for branch in branches(resource.get("Manifest")):
            try:
                found = json.loads(written(branch))
            except ValueError:
                continue
            yield from ((resource, each) for each in as_list(found) if isinstance(each, dict))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
