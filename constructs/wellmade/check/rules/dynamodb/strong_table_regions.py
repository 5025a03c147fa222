"""Global tables with strong consistency are of three regions of one set."""

from collections.abc import Iterator
from itertools import product

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.regions import STRONG_REPLICAS, strong_set
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, text

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"


def _check(graph: Graph) -> Iterator[Violation]:
    for table in graph.of_type(GLOBAL_TABLE):
        if table.get("MultiRegionConsistency") == "STRONG":
            yield from _wrong_regions(table)
            yield from _wrong_options(table)


def _wrong_regions(table: Resource) -> Iterator[Violation]:
    """Yield what is wrong with the regions, whichever of them the conditions choose."""
    witnesses = list(_lists(table.get("GlobalTableWitnesses")))
    faults = [_fault([*some, *more]) for some, more in product(_lists(table.get("Replicas")), witnesses)]
    if faults and all(faults):
        yield Violation(table, "Properties.Replicas", str(faults[0]))


def _lists(value: Value) -> Iterator[list[Value]]:
    for branch in branches(value):
        yield branch if isinstance(branch, list) else [] if branch is None else [branch]


def _fault(held: list[Value]) -> str | None:
    """Return what is wrong with these regions; None where one of them is not known or conditional."""
    if not all(isinstance(each, dict) for each in held):
        return None
    regions = [text(as_mapping(each).get("Region")) for each in held]
    known = sorted(each for each in regions if each)
    if len(regions) != STRONG_REPLICAS:
        return f"has {len(regions)} regions, its witness included, must have {STRONG_REPLICAS}"
    return None if strong_set(*known) else f"is of {', '.join(known)}, which are of no one set"


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
