"""EKS API endpoints are not open to the internet."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.addresses import EVERYWHERE
from wellmade.graph import Graph, Value, flag

_PATH = "ResourcesVpcConfig"


def _check(graph: Graph) -> Iterator[Violation]:
    for cluster in graph.of_type("AWS::EKS::Cluster"):
        public = branches(cluster.get(f"{_PATH}.EndpointPublicAccess", default=True))
        ranges = branches(cluster.get(f"{_PATH}.PublicAccessCidrs", ["0.0.0.0/0"]))
        opened = [_world(each) for each in ranges]
        if all(flag(each) is True for each in public) and all(opened):
            message = f"the cluster's API is open to {opened[0]}"
            yield Violation(cluster, f"Properties.{_PATH}", message)


def _world(ranges: Value) -> str | None:
    """Return the range that is the whole internet, also where it is in the addresses of clusters of IPv6."""
    return next((each for each in EVERYWHERE if isinstance(ranges, list) and each in ranges), None)


RULE = Rule(
    id="eks-public-endpoint",
    title="EKS API endpoints are not open to the internet",
    severity=Severity.WARNING,
    explanation=(
        "Everybody can try stolen tokens on it, and the next flaw of the API server can be used from "
        "anywhere on the day that it is published. EKS opens it unless the template says otherwise."
    ),
    fix="set EndpointPublicAccess to false and EndpointPrivateAccess to true, or name PublicAccessCidrs",
    source="https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
    check=_check,
)
