"""An alarm watches a metric under dimensions that are published."""

from collections.abc import Iterator

from wellmade.check.metrics import Watched, watched
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    for metric in watched(graph):
        known = metric.exists and metric.published and metric.dimensions is not None
        if known and metric.dimensions not in metric.published:
            yield Hit(metric.alarm, f"{metric.path}.Dimensions", _message(metric))


def _message(metric: Watched) -> str:
    given = ", ".join(sorted(metric.dimensions or ())) or "nothing"
    allowed = " or ".join(" + ".join(sorted(names)) or "nothing" for names in metric.published[:4])
    return f"{metric.metric} is published by {allowed}, not by {given}"


RULE = Rule(
    id="alarm-dimensions",
    title="An alarm watches a metric under the dimensions that it is published with",
    severity=Severity.ERROR,
    explanation=(
        "Each set of dimensions is a metric of its own, and nobody publishes this one. The alarm stays in "
        "INSUFFICIENT_DATA while what it should watch burns down."
    ),
    fix="name exactly the dimensions that the service publishes the metric with",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html",
    check=_check,
)
