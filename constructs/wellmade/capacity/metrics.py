"""Which metrics an alarm or a scaling policy follows, and what they tell of messages that wait."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wellmade.capacity.known_values import QUEUE, KnownValues
from wellmade.graph import Resource, as_list, as_mapping

Metric = Mapping[str, Any]
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
_REQUESTS = "RequestCountPerTarget"
"""Of a load balancer: of both sets of targets where a release moves requests between them."""
_DEPTHS = ("ApproximateNumberOfMessagesVisible", _IN_FLIGHT)


def metrics_of(holder: Resource | Mapping[str, Any]) -> list[Metric]:
    """Return the metrics of an alarm or of a specification: its own, and those of its metric math."""
    own = {key: holder.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    stats = (as_mapping(as_mapping(one).get("MetricStat")) for one in as_list(holder.get("Metrics")))
    found = [own, *(as_mapping(one.get("Metric")) for one in stats)]
    return [one for one in found if one.get("MetricName") is not None]


def queues_of(known: KnownValues, metrics: Iterable[Metric]) -> list[Resource]:
    """Return the queues that metrics are of."""
    dimensions = [as_mapping(one) for metric in metrics for one in as_list(metric.get("Dimensions"))]
    found = [known.graph.target(one.get("Value")) for one in dimensions]
    return [one for one in found if one is not None and one.type == QUEUE]


def count_messages(metrics: Iterable[Metric]) -> bool:
    """Tell whether one of them is a number of messages in a queue."""
    return any(one.get("MetricName") in _DEPTHS for one in metrics)


def are_of_queues(metrics: Iterable[Metric]) -> bool:
    """Tell whether one of them is of a queue."""
    return any(one.get("Namespace") == "AWS/SQS" for one in metrics)


def are_of_services(metrics: Sequence[Metric]) -> bool:
    """Tell whether all of them are what the tasks of a service use, CPU and memory, or what each is asked."""
    return bool(metrics) and all(
        one.get("Namespace") == "AWS/ECS" or one.get("MetricName") == _REQUESTS for one in metrics
    )


def need_tasks(metrics: Sequence[Metric]) -> bool:
    """Tell whether all of them are nothing, or not there, while no task runs."""
    of_none = (one.get("MetricName") == _IN_FLIGHT for one in metrics)
    return are_of_services(metrics) or (bool(metrics) and all(of_none))
