"""Partition keys have many values."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.dynamodb import has_few_values
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, text

_TYPES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")


def _check(graph: Graph) -> Iterator[Violation]:
    for table in graph.of_type(*_TYPES):
        yield from _violations(table, "KeySchema", table.get("KeySchema"), "the table")
        for position, index in enumerate(as_list(table.get("GlobalSecondaryIndexes"))):
            path = f"GlobalSecondaryIndexes.{position}.KeySchema"
            name = text(as_mapping(index).get("IndexName")) or "an index"
            yield from _violations(table, path, as_mapping(index).get("KeySchema"), f"the index {name}")


def _violations(table: Resource, path: str, schema: Value, place: str) -> Iterator[Violation]:
    for key in map(as_mapping, as_list(schema)):
        name = text(key.get("AttributeName")) or ""
        if key.get("KeyType") == "HASH" and has_few_values(name):
            yield Violation(
                table,
                f"Properties.{path}",
                f"{name} has few values by its name, and {place} is partitioned by it",
            )


RULE = Rule(
    id="low-cardinality-key",
    title="Partition keys have many values",
    severity=Severity.WARNING,
    explanation=(
        "All items of today, or of one status, live in one partition, which takes 1,000 writes a second "
        "whatever the table may take. A throttled index holds up the writes to its table as well."
    ),
    fix="partition by an id, or add a shard number to the key (status#7), and keep the name as the sort key",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
    check=_check,
)
