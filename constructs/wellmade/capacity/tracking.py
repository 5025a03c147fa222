"""Target tracking: how it adds tasks to a service that has too few, or why it never does."""

from collections.abc import Mapping
from typing import Any

from wellmade.capacity.growth import Growth, Service, why_deaf, why_unmeasured
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.metrics import are_of_queues, are_of_services, count_messages, metrics_of
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.facts import fargate
from wellmade.graph import Resource, as_mapping


def by_target(
    known: KnownValues, policy: Resource, tracking: Mapping[str, Any], value: float, service: Service
) -> Growth:
    """Return how a policy that keeps a metric at a value adds tasks."""
    every, each = float(fargate.TRACKING_REACTS_IN), service.each
    custom = as_mapping(tracking.get("CustomizedMetricSpecification"))
    metrics = metrics_of(custom)
    of_tasks = tracking.get("PredefinedMetricSpecification") is not None or are_of_services(metrics)
    never = why_deaf(known, short(policy), metrics, service) or why_unmeasured(service, of_tasks=of_tasks)
    if never:
        return Growth(never=never)
    if not of_tasks:
        if are_of_queues(metrics) and not count_messages(metrics):
            return Growth()
        _mention_metric(known, policy, custom)
        return Growth(Ramp(service.least * each, every, delay=service.delay, unit=each, backlog=value))
    # CPU, memory or requests: full tasks are at 100 %, so that each step grows by 100 / target.
    return Growth(
        Ramp(
            max(service.least, 1.0) * each, every, factor=max(1.0, 100 / value), base=100 / value,
            delay=service.delay, unit=each,
        )
    )  # fmt: skip


def _mention_metric(known: KnownValues, policy: Resource, metric: Mapping[str, Any]) -> None:
    if metric.get("MetricName") is not None and not str(metric.get("Namespace")).startswith("AWS/"):
        known.leave(
            f"who publishes the metric {metric.get('MetricName')} that {short(policy)} follows",
            "it is taken to be the messages that wait for each task; without it no task is added",
        )
