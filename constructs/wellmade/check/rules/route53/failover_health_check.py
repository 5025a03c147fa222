"""Records that lead to one of several regions have a health check."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, as_list, as_mapping, flag


def _check(graph: Graph) -> Iterator[Violation]:
    for record in graph.of_type("AWS::Route53::RecordSet"):
        held = {name: record.get(name) for name in ("Failover", "Region", "HealthCheckId", "AliasTarget")}
        if found := _missed(held):
            yield Violation(record, f"Properties.{found}", _MESSAGE)
    for group in graph.of_type("AWS::Route53::RecordSetGroup"):
        for position, each in enumerate(as_list(group.get("RecordSets"))):
            if found := _missed(each):
                yield Violation(group, f"Properties.RecordSets.{position}.{found}", _MESSAGE)


_MESSAGE = "leads on when what it leads to has failed: it has neither HealthCheckId nor EvaluateTargetHealth"


def _missed(record: Value) -> str | None:
    """Return by what a record is chosen, where nothing takes it away when its target fails."""
    held = as_mapping(record)
    chosen = "Failover" if held.get("Failover") == "PRIMARY" else "Region" if held.get("Region") else None
    evaluated = as_mapping(held.get("AliasTarget")).get("EvaluateTargetHealth", False)
    return chosen if held.get("HealthCheckId") is None and flag(evaluated) is False else None


RULE = Rule(
    id="failover-health-check",
    title="Records that lead to one of several regions have a health check",
    severity=Severity.WARNING,
    explanation=(
        "Route 53 takes a record without a health check for healthy, and leads callers to a region that "
        "has failed. An alias may ask its target's own health instead, where that has any: a load balancer "
        "has, a name of API Gateway has not."
    ),
    fix="add an AWS::Route53::HealthCheck that asks a host of that region, and name it in HealthCheckId",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-configuring.html",
    check=_check,
)
