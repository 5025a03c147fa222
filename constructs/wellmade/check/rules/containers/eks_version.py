"""EKS clusters are not about to leave standard support."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.kubernetes import CLUSTER, get, place
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.eks import SOURCE, leaves_support_soon, newest_version, standard_support_ends
from wellmade.graph import Graph, Value


def _check(graph: Graph) -> Iterator[Violation]:
    for cluster in graph.of_type(*CLUSTER):
        versions = [_version(each) for each in branches(get(cluster, "Version"))]
        ends = [leaves_support_soon(each) if each else None for each in versions]
        if None not in ends:
            version, end = versions[0] or "", ends[0]
            how = "ends on" if standard_support_ends(version) else "ended before"
            message = f"standard support of {version} {how} {end}; the newest known is {newest_version()}"
            yield Violation(cluster, f"Properties.{place(cluster, 'Version')}", message)


def _version(value: Value) -> str | None:
    """Return a version; YAML takes one without quotes for a number."""
    return value if isinstance(value, str) else f"{value:.2f}" if isinstance(value, float) else None


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
