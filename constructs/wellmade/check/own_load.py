"""By what policies scale, where that is how busy tasks or instances themselves are."""

from collections.abc import Iterator, Sequence

from wellmade.check.conditional import branches
from wellmade.facts.own_load import load_of
from wellmade.graph import Graph, Resource, as_list

_CONFIGURATIONS = ("TargetTrackingScalingPolicyConfiguration", "TargetTrackingConfiguration")
_METRICS = (
    ("PredefinedMetricSpecification", "PredefinedMetricType"),
    ("CustomizedMetricSpecification", "MetricName"),
)


def scaled_by(graph: Graph, policies: Sequence[Resource]) -> tuple[str, str] | None:
    """Return what all of these policies scale by, such as `CPU and memory`, and where the first one says it.

    None where there is no policy, or one of them scales by something else or by what is not known.
    """
    found = [_of_policy(graph, policy) for policy in policies]
    known = [each for each in found if each]
    if not known or len(known) < len(found):
        return None
    return " and ".join(sorted({load for load, _ in known})), known[0][1]


def _of_policy(graph: Graph, policy: Resource) -> tuple[str, str] | None:
    for configuration in _CONFIGURATIONS:
        for specification, name in _METRICS:
            path = f"{configuration}.{specification}"
            if load := _load(policy, f"{path}.{name}", f"{path}.Namespace"):
                return load, f"Properties.{path}.{name}"
    loads = {_load(alarm, "MetricName", "Namespace") for alarm in _alarms(graph, policy)}
    load = loads.pop() if len(loads) == 1 else None
    return (load, "Properties") if load else None


def _load(resource: Resource, metric: str, namespace: str) -> str | None:
    """Return what a metric measures, where it is the same whatever the conditions say."""
    spaces = list(branches(resource.get(namespace)))
    found = {load_of(name, space) for name in branches(resource.get(metric)) for space in spaces}
    return found.pop() if len(found) == 1 else None


def _alarms(graph: Graph, policy: Resource) -> Iterator[Resource]:
    """Yield the alarms that start a policy of steps."""
    for alarm in graph.of_type("AWS::CloudWatch::Alarm"):
        actions = [each for name in ("AlarmActions", "OKActions") for each in as_list(alarm.get(name))]
        if any(graph.target(action) is policy for action in actions):
            yield alarm
