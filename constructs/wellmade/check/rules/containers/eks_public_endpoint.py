"""EKS API endpoints are not open to the internet."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.kubernetes import CLUSTER, get, place
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.addresses import is_world
from wellmade.graph import Graph, Value, flag

_PATH = "ResourcesVpcConfig"


def _check(graph: Graph) -> Iterator[Violation]:
    for cluster in graph.of_type(*CLUSTER):
        public = branches(get(cluster, f"{_PATH}.EndpointPublicAccess", default=True))
        ranges = branches(get(cluster, f"{_PATH}.PublicAccessCidrs", ["0.0.0.0/0"]))
        opened = [_world(each) for each in ranges]
        if all(flag(each) is True for each in public) and all(opened):
            message = f"the cluster's API is open to {opened[0]}"
            yield Violation(cluster, f"Properties.{place(cluster, _PATH)}", message)


def _world(ranges: Value) -> str | None:
    """Return a range that is the whole internet, or one half of it, by IPv4 or IPv6."""
    return next((str(each) for each in ranges if is_world(each)), None) if isinstance(ranges, list) else None


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
