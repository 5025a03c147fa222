"""EKS clusters can add nodes."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.kubernetes import CLUSTER, may_be_automatic, names_karpenter
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, number

_PATH = "ScalingConfig"


def _check(graph: Graph) -> Iterator[Violation]:
    if _scales_otherwise(graph):
        return
    for group in graph.of_type("AWS::EKS::Nodegroup"):
        least, most = _number(group, "MinSize"), _number(group, "MaxSize")
        if least is not None and most is not None and most <= least:
            message = f"at least {least:.12g} and at most {most:.12g} nodes leave no room to scale"
            yield Violation(group, f"Properties.{_PATH}", message)


def _number(group: Resource, name: str) -> float | None:
    found = {number(branch) for branch in branches(group.get(f"{_PATH}.{name}"))}
    return found.pop() if len(found) == 1 else None


def _scales_otherwise(graph: Graph) -> bool:
    """Auto Mode, or Karpenter beside a small group that only runs Karpenter itself."""
    return names_karpenter(graph) or any(map(may_be_automatic, graph.of_type(CLUSTER)))


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
