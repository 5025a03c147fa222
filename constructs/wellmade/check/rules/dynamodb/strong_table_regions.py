"""Global tables with strong consistency are of three regions of one set."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.regions import STRONG_REPLICAS, strong_set
from wellmade.graph import Graph, Resource, as_list, as_mapping, text

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"


def _check(graph: Graph) -> Iterator[Violation]:
    for table in graph.of_type(GLOBAL_TABLE):
        if table.get("MultiRegionConsistency") == "STRONG":
            yield from _wrong_regions(table)
            yield from _wrong_options(table)


def _wrong_regions(table: Resource) -> Iterator[Violation]:
    held = [each for name in ("Replicas", "GlobalTableWitnesses") for each in as_list(table.get(name))]
    regions = [text(as_mapping(each).get("Region")) for each in held]
    known = sorted(each for each in regions if each)
    if len(regions) != STRONG_REPLICAS:
        message = f"has {len(regions)} regions, its witness included, must have {STRONG_REPLICAS}"
        yield Violation(table, "Properties.Replicas", message)
    elif strong_set(*known) is None:
        yield Violation(table, "Properties.Replicas", f"is of {', '.join(known)}, which are of no one set")


def _wrong_options(table: Resource) -> Iterator[Violation]:
    if table.flag("TimeToLiveSpecification.Enabled"):
        message = "is on, which strong consistency does not take"
        yield Violation(table, "Properties.TimeToLiveSpecification.Enabled", message)
    if as_list(table.get("LocalSecondaryIndexes")):
        message = "holds an index, which strong consistency does not take"
        yield Violation(table, "Properties.LocalSecondaryIndexes", message)


RULE = Rule(
    id="strong-table-regions",
    title="Global tables with strong consistency are of three regions of one set",
    severity=Severity.ERROR,
    explanation=(
        "Strong consistency over regions takes three of them from one set (us-east-1, us-east-2, us-west-2; "
        "four of Europe; three of ap-northeast), one of which may be a witness, and no time to live and no "
        "local secondary indexes. DynamoDB refuses any other table."
    ),
    fix="name three regions of one set, such as two replicas and a witness, or leave the consistency out",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html",
    check=_check,
)
