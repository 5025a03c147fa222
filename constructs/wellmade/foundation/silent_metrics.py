"""Refuses alarms on metrics that nobody publishes: they would stay in INSUFFICIENT_DATA, and never fire."""

from collections.abc import Mapping

from wellmade.facts import metrics
from wellmade.kit.refusals import refusal


def refuse_silent_metric(path: str, namespace: str, metric: str, dimensions: Mapping[str, str]) -> None:
    """Raise where a service of AWS publishes no such metric, or not under these dimensions.

    Metrics of your own namespaces, and of services that are not listed, are taken as they are.

    Args:
        path: Of the alarm.
        namespace: Such as `AWS/SQS`.
        metric: Its name.
        dimensions: What the alarm names.

    Raises:
        RefusedError: With the metric that was probably meant, or with the dimensions that there are.
    """
    if not metrics.exists(namespace, metric):
        close = metrics.closest(namespace, metric)
        fix = f"did you mean {close}?" if close else "see the service's page for the metrics that there are"
        raise refusal(
            path, "metric", f"one that {namespace} publishes", repr(metric), fix, rule="alarm-metric"
        )
    if not metrics.is_published(namespace, metric, dimensions):
        sets = metrics.described(metrics.published(namespace, metric))
        got = " + ".join(sorted(dimensions)) or "nothing"
        fix = "each set of dimensions is a metric of its own, and nobody publishes this one"
        raise refusal(path, "dimensions", sets, got, fix, rule="alarm-dimensions")
