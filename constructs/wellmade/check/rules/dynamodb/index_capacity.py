"""Indexes have at least the write capacity of their table."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list, as_mapping, number


def _check(graph: Graph) -> Iterator[Violation]:
    for table in graph.of_type("AWS::DynamoDB::Table"):
        units = table.number("ProvisionedThroughput.WriteCapacityUnits")
        if units is None or always_equals(table.get("BillingMode"), "PAY_PER_REQUEST"):
            continue
        for index, entry in enumerate(map(as_mapping, as_list(table.get("GlobalSecondaryIndexes")))):
            own = number(as_mapping(entry.get("ProvisionedThroughput")).get("WriteCapacityUnits"))
            if own is not None and own < units:
                path = f"Properties.GlobalSecondaryIndexes.{index}.ProvisionedThroughput.WriteCapacityUnits"
                yield Violation(table, path, f"is {own:.12g}, less than the {units:.12g} of the table")


RULE = Rule(
    id="index-capacity",
    title="Indexes have at least the write capacity of their table",
    severity=Severity.WARNING,
    explanation=(
        "A write to the table is written to each of its indexes. An index with less capacity than "
        "the table throttles the writes to the table itself."
    ),
    fix="give the index at least the WriteCapacityUnits of the table",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations",
    check=_check,
)
