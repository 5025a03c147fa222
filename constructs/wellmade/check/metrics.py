"""What an alarm watches, judged by the metrics that AWS services publish."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellmade.facts import metrics
from wellmade.graph import Graph, Resource, Value, as_list, text


@dataclass(frozen=True, eq=False)
class Watched:
    """One metric of one alarm; `dimensions` is None when their names are unknown."""

    alarm: Resource
    path: str
    namespace: str
    metric: str
    dimensions: frozenset[str] | None

    @property
    def exists(self) -> bool:
        """Whether the namespace has the metric, as far as is known."""
        return metrics.exists(self.namespace, self.metric)

    @property
    def published(self) -> list[frozenset[str]]:
        """The sets of dimensions under which the metric is published; empty when that is not known."""
        return metrics.published(self.namespace, self.metric)


def watched(graph: Graph) -> Iterator[Watched]:
    """Yield every metric of AWS's own that an alarm watches, by name or in a calculation."""
    for alarm in graph.of_type("AWS::CloudWatch::Alarm"):
        yield from _metric(alarm, alarm.properties, "Properties")
        for index, query in enumerate(as_list(alarm.get("Metrics"))):
            metric = query.get("MetricStat") if isinstance(query, dict) else None
            found = metric.get("Metric") if isinstance(metric, dict) else None
            if isinstance(found, dict):
                yield from _metric(alarm, found, f"Properties.Metrics.{index}.MetricStat.Metric")


def _metric(alarm: Resource, given: Mapping[str, Value], path: str) -> Iterator[Watched]:
    namespace, metric = text(given.get("Namespace")), text(given.get("MetricName"))
    if namespace and metric and metrics.is_known(namespace):
        yield Watched(alarm, path, namespace, metric, _names(given.get("Dimensions")))


def _names(dimensions: Value) -> frozenset[str] | None:
    if dimensions is None:
        return frozenset()
    if not isinstance(dimensions, list):
        return None
    names = [text(entry.get("Name")) if isinstance(entry, dict) else None for entry in dimensions]
    return frozenset(filter(None, names)) if all(names) else None
