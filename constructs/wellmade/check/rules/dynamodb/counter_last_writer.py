"""What is counted is not written in two regions of which the last writer wins."""

from collections import Counter
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.regions import is_counted
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, number, text, written

_GLOBAL, _TABLE = "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"
_OF_CDK = "Custom::DynamoDBReplica"
"""The custom resource by which older apps of the CDK give a table another region."""
_CHOICES = ("Region", "Weight", "GeoLocation", "GeoProximityLocation", "MultiValueAnswer")
"""By which Route 53 sends callers to several places at once; `Failover` sends all to one."""


def _check(graph: Graph) -> Iterator[Violation]:
    if not any(_is_active_active(record) for record in _records(graph)) and not _accelerates(graph):
        return
    for table, path in _in_several_regions(graph):
        named = next((name for name in _names(table) if is_counted(name)), None)
        if named:
            message = f"keeps {named} in several regions that are written at once, where the last writer wins"
            yield Violation(table, path, message)


def _in_several_regions(graph: Graph) -> Iterator[tuple[Resource, str]]:
    """Yield the tables of which the last writer wins, and where their regions are named."""
    for table in graph.of_type(_GLOBAL):
        eventual = table.get("MultiRegionConsistency", "EVENTUAL") == "EVENTUAL"
        if eventual and len(as_list(table.get("Replicas"))) > 1:
            yield table, "Properties.Replicas"
    replicas = (graph.target(each.get("TableName"), _TABLE) for each in graph.of_type(_OF_CDK))
    yield from ((table, "Properties") for table in dict.fromkeys(replicas) if table)


def _records(graph: Graph) -> Iterator[Value]:
    for record in graph.of_type("AWS::Route53::RecordSet"):
        yield {name: record.get(name) for name in _CHOICES}
    for group in graph.of_type("AWS::Route53::RecordSetGroup"):
        yield from as_list(group.get("RecordSets"))


def _is_active_active(record: Value) -> bool:
    return any(as_mapping(record).get(name) is not None for name in _CHOICES)


def _accelerates(graph: Graph) -> bool:
    """Tell whether Global Accelerator leads the callers of one listener to several regions at once."""
    taking = (
        group
        for group in graph.of_type("AWS::GlobalAccelerator::EndpointGroup")
        if number(group.get("TrafficDialPercentage", 100)) not in (0, None)
    )
    return any(count > 1 for count in Counter(written(each.get("ListenerArn")) for each in taking).values())


def _names(table: Resource) -> Iterator[str]:
    """Yield what a table is called, and the attributes that it is told of."""
    yield table.logical_id
    yield text(table.get("TableName")) or ""
    for each in as_list(table.get("AttributeDefinitions")):
        yield text(as_mapping(each).get("AttributeName")) or ""


RULE = Rule(
    id="counter-last-writer",
    title="What is counted is not written in two regions of which the last writer wins",
    severity=Severity.WARNING,
    explanation=(
        "With eventual consistency each region counts from what it knows, and the later write of an item "
        "replaces the earlier one of the other region: what that had added is gone, acknowledged or not."
    ),
    fix="make the table anew with MultiRegionConsistency STRONG, write each item in a home region alone and "
    "suppress this with that reason, or let Route 53 fail over in place of choosing by latency or weight",
    source="https://docs.aws.amazon.com/prescriptive-guidance/latest/dynamodb-global-tables/write-modes.html",
    check=_check,
)
