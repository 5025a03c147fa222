"""EKS clusters can add nodes."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.kubernetes import CLUSTER, cluster_of, may_be_automatic, names_karpenter, own_nodes
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, number

_PATH = "ScalingConfig"


def _check(graph: Graph) -> Iterator[Violation]:
    if names_karpenter(graph):  # beside a small group that only runs Karpenter itself
        return
    for group in graph.of_type("AWS::EKS::Nodegroup"):
        if not _may_be_automatic(graph, cluster_of(graph, group)):
            yield from _fixed(group, f"{_PATH}.", f"Properties.{_PATH}")
    for nodes in own_nodes(graph):
        if not _may_be_automatic(graph, None):
            yield from _fixed(nodes, "", "Properties.MaxSize")


def _fixed(group: Resource, prefix: str, path: str) -> Iterator[Violation]:
    least, most = _number(group, f"{prefix}MinSize"), _number(group, f"{prefix}MaxSize")
    if least is not None and most is not None and most <= least:
        message = f"at least {least:.12g} and at most {most:.12g} nodes leave no room to scale"
        yield Violation(group, path, message)


def _number(group: Resource, path: str) -> float | None:
    found = {number(branch) for branch in branches(group.get(path))}
    return found.pop() if len(found) == 1 else None


def _may_be_automatic(graph: Graph, cluster: Resource | None) -> bool:
    """Tell whether the cluster, or any where it is not known which one, may add nodes by Auto Mode."""
    return any(map(may_be_automatic, [cluster] if cluster else graph.of_type(*CLUSTER)))


RULE = Rule(
    id="eks-node-scaling",
    title="EKS clusters can add nodes",
    severity=Severity.WARNING,
    explanation=(
        "When the nodes are full, further pods stay pending however many replicas the autoscaler of the pods "
        "asks for. A node that dies takes capacity away that nothing adds elsewhere."
    ),
    fix="set MaxSize above MinSize for the cluster autoscaler, or use Auto Mode or Karpenter",
    source="https://docs.aws.amazon.com/eks/latest/userguide/autoscaling.html",
    check=_check,
)
