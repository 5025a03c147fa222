"""Batch consumers report which messages failed."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.mappings import STREAMS, mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list, is_known

DEFAULT_BATCH = {"sqs": 10, "kinesis": 100, "dynamodb": 100}
WANTED = "ReportBatchItemFailures"


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, service in mappings(graph, "sqs", *STREAMS):
        batch = mapping.number("BatchSize", DEFAULT_BATCH[service])
        types = mapping.get("FunctionResponseTypes")
        entries = as_list(types)
        if batch is None or batch <= 1 or WANTED in entries or not all(map(is_known, entries)):
            continue
        said = "" if possibly_set(mapping.get("BatchSize")) else " (the default)"
        message = f"takes batches of {batch:.12g}{said} without {WANTED}"
        yield Violation(mapping, "Properties.FunctionResponseTypes", message)


RULE = Rule(
    id="partial-batch-response",
    title="Batch consumers report which messages failed",
    severity=Severity.WARNING,
    explanation=(
        "One bad message fails its whole batch, so the good ones are processed again too. On a queue they "
        "end in the dead-letter queue too, although each had succeeded."
    ),
    fix="set FunctionResponseTypes to [ReportBatchItemFailures] and return batchItemFailures",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    check=_check,
    leaves_tests=True,
)
