"""Stream consumers limit retries."""

from collections.abc import Iterator

from wellmade.check.mappings import STREAMS, mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

ENDLESS = -1
LIMITS = ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds")


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, _ in mappings(graph, *STREAMS):
        if all(mapping.number(limit, ENDLESS) == ENDLESS for limit in LIMITS):
            message = (
                "retries a failing batch until its records expire (MaximumRetryAttempts is -1 or left out)"
            )
            yield Violation(mapping, "Properties.MaximumRetryAttempts", message)


RULE = Rule(
    id="stream-endless-retries",
    title="Stream consumers limit retries",
    severity=Severity.WARNING,
    explanation=(
        "One record that always fails blocks its shard for a day or longer, while everything behind it grows "
        "old. When it expires at last, good records that waited behind it expire as well."
    ),
    fix="set MaximumRetryAttempts to 3, BisectBatchOnFunctionError to true and an on-failure destination",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html",
    check=_check,
    leaves_tests=True,
    within=("stream-failure-destination",),
)
