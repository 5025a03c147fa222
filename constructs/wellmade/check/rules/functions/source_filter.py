"""Filters of sources compare what records have."""

import json
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts import dynamodb, kinesis, sqs
from wellmade.graph import Graph, Resource, as_list, as_mapping, text, written

_KEYS = {
    "AWS::SQS::Queue": sqs.RECORD_KEYS,
    "AWS::Kinesis::Stream": kinesis.RECORD_KEYS,
    "AWS::DynamoDB::Table": dynamodb.CHANGE_KEYS,
}
_BY_ARN = {"sqs": "AWS::SQS::Queue", "kinesis": "AWS::Kinesis::Stream", "dynamodb": "AWS::DynamoDB::Table"}


def _check(graph: Graph) -> Iterator[Violation]:
    for source in graph.of_type("AWS::Lambda::EventSourceMapping"):
        keys, kind = _keys_of(graph, source)
        for index, each in enumerate(as_list(source.get("FilterCriteria.Filters"))):
            path = f"Properties.FilterCriteria.Filters.{index}.Pattern"
            named = _fields(text(as_mapping(each).get("Pattern")))
            wrong = [field for field in named if keys and field not in keys and field != "$or"]
            if wrong:
                message = f"compares {', '.join(wrong)}, which no record of {kind} has at its top"
                yield Violation(source, path, message)
        if kind == "a table" and text(source.get("StartingPosition")) == "AT_TIMESTAMP":
            message = "is AT_TIMESTAMP, must be TRIM_HORIZON or LATEST for a table"
            yield Violation(source, "Properties.StartingPosition", message)


def _keys_of(graph: Graph, source: Resource) -> tuple[frozenset[str], str]:
    """Return what records of a source have at their top, and what it is; nothing where it is unknown."""
    arn = source.get("EventSourceArn")
    found, parts = graph.destination(arn), written(arn).split(":")
    kind = found.type if found else _BY_ARN.get(parts[2] if len(parts) > 2 else "", "")
    return _KEYS.get(kind, frozenset()), _NAMES.get(kind, "")


_NAMES = {"AWS::SQS::Queue": "a queue", "AWS::Kinesis::Stream": "a stream", "AWS::DynamoDB::Table": "a table"}


def _fields(pattern: str | None) -> list[str]:
    try:
        found = json.loads(pattern or "{}")
    except ValueError:
        return []
    return list(found) if isinstance(found, dict) else []


RULE = Rule(
    id="source-filter",
    title="Filters of sources compare what records have",
    severity=Severity.WARNING,
    explanation=(
        "Lambda takes any filter. A record that lacks what the filter names never reaches the function, "
        "and a message of a queue is deleted unread."
    ),
    fix="write the filter by body or data and so on, such as {'body': {'kind': ['order']}}",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html",
    check=_check,
)
