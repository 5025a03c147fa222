"""Nothing for every node is meant for Fargate."""

from collections.abc import Iterator

from wellmade.check.kubernetes import (
    PROFILE,
    cluster_of,
    entry,
    get,
    manifests,
    may_be_automatic,
    names_karpenter,
)
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.eks import DAEMON_ADDONS
from wellmade.graph import Graph, Resource, as_list, as_mapping, text


def _check(graph: Graph) -> Iterator[Violation]:
    told = set()
    for profile in graph.of_type(*PROFILE):
        cluster = cluster_of(graph, profile)
        if cluster is None:
            continue
        if cluster not in told and not _has_nodes(graph, cluster):
            told.add(cluster)
            yield from _addons(graph, cluster)
            yield from _daemons(graph, cluster)
        yield from _identities(graph, cluster, profile)


def _addons(graph: Graph, cluster: Resource) -> Iterator[Violation]:
    for addon in graph.of_type("AWS::EKS::Addon"):
        if cluster_of(graph, addon) is cluster and addon.get("AddonName") in DAEMON_ADDONS:
            message = f"{addon.get('AddonName')} is a DaemonSet, and {cluster.logical_id} has Fargate alone"
            yield Violation(addon, "Properties.AddonName", message)


def _daemons(graph: Graph, cluster: Resource) -> Iterator[Violation]:
    for resource, manifest in manifests(graph):
        if manifest.get("kind") == "DaemonSet" and cluster_of(graph, resource) is cluster:
            name = as_mapping(manifest.get("metadata")).get("name")
            message = f"{name} is a DaemonSet, and {cluster.logical_id} has Fargate alone"
            yield Violation(resource, "Properties.Manifest", message)


def _identities(graph: Graph, cluster: Resource, profile: Resource) -> Iterator[Violation]:
    """Yield permissions for pods on Fargate, where the agent that hands them out, a DaemonSet, is not."""
    chosen = [as_mapping(each) for each in as_list(get(profile, "Selectors"))]
    namespaces = {text(entry(each, "Namespace")) for each in chosen if not entry(each, "Labels")} - {None}
    for identity in graph.of_type("AWS::EKS::PodIdentityAssociation"):
        if cluster_of(graph, identity) is cluster and text(identity.get("Namespace")) in namespaces:
            message = (
                f"is for namespace {identity.get('Namespace')}, which {profile.logical_id} has on Fargate"
            )
            yield Violation(identity, "Properties.Namespace", message)


def _has_nodes(graph: Graph, cluster: Resource) -> bool:
    """Tell whether the cluster has or may have nodes."""
    if may_be_automatic(cluster) or names_karpenter(graph):
        return True
    groups = (*graph.of_type("AWS::EKS::Nodegroup"), *graph.of_type("AWS::AutoScaling::AutoScalingGroup"))
    return bool(groups)


RULE = Rule(
    id="eks-fargate-daemons",
    title="Nothing for every node is meant for Fargate",
    severity=Severity.WARNING,
    explanation=(
        "Fargate has no DaemonSets: what they do for each node, such as handing out the credentials of Pod "
        "Identity, is missing for the pods there, which fail when they first call AWS."
    ),
    fix="give the pods nodes, or the role by an OIDC provider of the cluster (IRSA), and agents as sidecars",
    source="https://docs.aws.amazon.com/eks/latest/userguide/fargate.html",
    check=_check,
)
