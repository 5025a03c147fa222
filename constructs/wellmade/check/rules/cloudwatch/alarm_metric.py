"""Alarms watch a metric that exists."""

from collections.abc import Iterator

from wellmade.check.metrics import watched
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for metric in watched(graph):
        if not metric.exists:
            message = f"is {metric.metric}, which {metric.namespace} does not publish"
            yield Violation(metric.alarm, f"{metric.path}.MetricName", message)


RULE = Rule(
    id="alarm-metric",
    title="Alarms watch a metric that exists",
    severity=Severity.ERROR,
    explanation=(
        "CloudWatch accepts any name, and the alarm waits for data that never comes. It stays in "
        "INSUFFICIENT_DATA and never fires."
    ),
    fix="use the name of a metric that the service publishes, with its capitals",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
    check=_check,
)
