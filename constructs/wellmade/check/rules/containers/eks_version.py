"""EKS clusters are not about to leave standard support."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.eks import SOURCE, leaves_support_soon, newest_version, standard_support_ends
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for cluster in graph.of_type("AWS::EKS::Cluster"):
        version = cluster.get("Version")
        end = leaves_support_soon(version) if isinstance(version, str) else None
        if end:
            ends = "ends on" if standard_support_ends(version) else "ended before"
            message = f"standard support of {version} {ends} {end}; the newest known is {newest_version()}"
            yield Violation(cluster, "Properties.Version", message)


RULE = Rule(
    id="eks-version",
    title="EKS clusters are not about to leave standard support",
    severity=Severity.WARNING,
    explanation=(
        "After it the control plane costs 0.60 instead of 0.10 dollars an hour, or EKS upgrades the cluster "
        "on a day that it chooses. Versions are upgraded one by one, each with nodes and add-ons."
    ),
    fix="upgrade one version at a time, and look for removed APIs before each",
    source=SOURCE,
    check=_check,
)
