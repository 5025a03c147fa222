"""The metrics that AWS services publish, and what an alarm watches.

`data/metrics.json` gives for each namespace its page, its metrics (with wildcards for families) and the sets
of dimensions under which they are published; a namespace that is not there is not judged.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from wellmade.graph import Graph, Resource, Value, as_list, text

_FILE = Path(__file__).parent / "data" / "metrics.json"


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
        patterns = str(_table().get(self.namespace, {}).get("metrics", "*")).split()
        return any(fnmatchcase(self.metric, pattern) for pattern in patterns)

    @property
    def published(self) -> list[frozenset[str]]:
        """The sets of dimensions under which the metric is published; empty when that is not known."""
        known = _table().get(self.namespace, {})
        sets = known.get("dimensions of", {}).get(self.metric, known.get("dimensions", []))
        return [frozenset(names.split()) for names in sets]


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
    if namespace and metric and namespace in _table():
        yield Watched(alarm, path, namespace, metric, _names(given.get("Dimensions")))


def _names(dimensions: Value) -> frozenset[str] | None:
    if dimensions is None:
        return frozenset()
    if not isinstance(dimensions, list):
        return None
    names = [text(entry.get("Name")) if isinstance(entry, dict) else None for entry in dimensions]
    return frozenset(filter(None, names)) if all(names) else None


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text())
    return table
