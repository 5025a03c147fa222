"""Alarms use the dimensions that the metric is published with."""

from collections.abc import Iterator

from wellmade.check.metrics import Watched, watched
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.metrics import described
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for metric in watched(graph):
        known = metric.exists and metric.published and metric.dimensions is not None
        if known and metric.dimensions not in metric.published:
            yield Violation(metric.alarm, f"{metric.path}.Dimensions", _message(metric))


def _message(metric: Watched) -> str:
    given = ", ".join(sorted(metric.dimensions or ())) or "nothing"
    return f"{metric.metric} is published by {described(metric.published)}, not by {given}"


RULE = Rule(
    id="alarm-dimensions",
    title="Alarms use the dimensions that the metric is published with",
    severity=Severity.ERROR,
    explanation=(
        "Each set of dimensions is a metric of its own, and nobody publishes this one. The alarm "
        "stays in INSUFFICIENT_DATA and never fires."
    ),
    fix="name exactly the dimensions that the service publishes the metric with",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html",
    check=_check,
)
