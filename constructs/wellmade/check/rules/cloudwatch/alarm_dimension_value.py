"""Dimensions of alarms hold names, not URLs and ARNs."""

from collections.abc import Iterator, Mapping

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_mapping, text
from wellmade.graph.resolve.paths import values_at

_NAMES = (
    "QueueName",
    "TopicName",
    "StreamName",
    "TableName",
    "FunctionName",
    "DeliveryStreamName",
    "BucketName",
)


def _check(graph: Graph) -> Iterator[Violation]:
    deployed = Deployed(graph)
    for alarm in graph.of_type("AWS::CloudWatch::Alarm"):
        for path in ("Dimensions", "Metrics.*.MetricStat.Metric.Dimensions"):
            for value in values_at(alarm.properties, path):
                yield from _wrong(deployed, alarm, as_mapping(value))


def _wrong(deployed: Deployed, alarm: Resource, dimension: Mapping[str, Value]) -> Iterator[Violation]:
    name = text(dimension.get("Name"))
    for found in deployed.texts(dimension.get("Value")) if name in _NAMES else ():
        kind = "a URL" if found.startswith("https://") else "an ARN" if found.startswith("arn:") else ""
        if kind:
            yield Violation(
                alarm, "Properties.Dimensions", f"has {kind} for {name}, where the metric has the name"
            )


RULE = Rule(
    id="alarm-dimension-value",
    title="Dimensions of alarms hold names, not URLs and ARNs",
    severity=Severity.ERROR,
    explanation=(
        "A metric is published under the name of the resource. Ref of a queue is its URL and Ref "
        "of a topic its ARN: nobody publishes that metric, and the alarm stays in "
        "INSUFFICIENT_DATA."
    ),
    fix="use the attribute that holds the name, such as QueueName or TopicName",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html#aws-resource-sqs-queue-return-values",
    check=_check,
)
