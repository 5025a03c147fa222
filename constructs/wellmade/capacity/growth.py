"""What a scaling policy does for a service that has too few tasks: how it adds some, or why it never does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.metrics import (
    Metric,
    are_of_queues,
    are_of_services,
    count_messages,
    metrics_of,
    need_tasks,
    queues_of,
)
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.facts import fargate
from wellmade.graph import Resource, as_list, as_mapping, number

_PERIOD = 60.0
Steps = tuple[tuple[float, float, bool], ...]


@dataclass(frozen=True)
class Service:
    """A service that is scaled."""

    sources: frozenset[str]
    """Ids of the queues that its tasks read."""
    least: float
    """Tasks that no policy takes away."""
    start: float
    """Tasks that it has before anything scales it."""
    each: float
    """Messages at once in a task."""
    delay: float
    """Seconds until a task works."""


@dataclass(frozen=True)
class Growth:
    """How a policy adds tasks."""

    ramp: Ramp | None = None
    most: float = inf
    """Tasks that it brings at the most."""
    never: str = ""
    """Why it adds none; with neither this nor a ramp that is not known."""


def growth_of(known: KnownValues, policy: Resource, service: Service) -> Growth:
    """Return what a policy does."""
    tracking = as_mapping(policy.get("TargetTrackingScalingPolicyConfiguration"))
    stepping = as_mapping(policy.get("StepScalingPolicyConfiguration"))
    value = number(tracking.get("TargetValue"))
    if value is not None and value > 0:
        return _tracking(known, policy, tracking, value, service)
    return _stepping(known, policy, stepping, service) if stepping else Growth()


def takes_away(known: KnownValues, policy: Resource) -> bool:
    """Tell whether a policy takes tasks away when little waits."""
    if policy.get("TargetTrackingScalingPolicyConfiguration") is not None:
        path = "TargetTrackingScalingPolicyConfiguration.DisableScaleIn"
        return not known.flag(policy, path, default=False)
    stepping = as_mapping(policy.get("StepScalingPolicyConfiguration"))
    more = (number(as_mapping(one).get("ScalingAdjustment")) for one in _adjustments(stepping))
    return any(one is not None and one < 0 for one in more)


def _tracking(
    known: KnownValues, policy: Resource, tracking: Mapping[str, Any], value: float, service: Service
) -> Growth:
    every, each = float(fargate.TRACKING_REACTS_IN), service.each
    custom = as_mapping(tracking.get("CustomizedMetricSpecification"))
    metrics = metrics_of(custom)
    of_tasks = tracking.get("PredefinedMetricSpecification") is not None or are_of_services(metrics)
    if never := _deaf(known, short(policy), metrics, service) or _tell_nothing(service, of_tasks=of_tasks):
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


def _stepping(known: KnownValues, policy: Resource, stepping: Mapping[str, Any], service: Service) -> Growth:
    more = [number(as_mapping(one).get("ScalingAdjustment")) for one in _adjustments(stepping)]
    if not any(one is None or one > 0 for one in more):
        return Growth(never="its policy adds none")
    found = [_by_alarm(known, alarm, stepping, service) for alarm in _alarms_of(known, policy)]
    return next((one for one in found if not one.never), found[0]) if found else Growth()


def _by_alarm(known: KnownValues, alarm: Resource, stepping: Mapping[str, Any], service: Service) -> Growth:
    metrics = metrics_of(alarm)
    if never := _silent(known, alarm, metrics) or _deaf(known, short(alarm), metrics, service):
        return Growth(never=never)
    steps = tuple(_steps(stepping, alarm.number("Threshold", 0.0) or 0.0, service.start))
    if not steps:
        return Growth(never="a part of no task is no task")
    every = _every(alarm, stepping)
    if are_of_services(metrics):
        return _by_use(every, steps, service)
    if not count_messages(metrics):
        return Growth()
    ramp = Ramp(service.least * service.each, every, delay=service.delay, unit=service.each, steps=steps)
    return Growth(ramp, max(one[1] for one in steps) if all(one[2] for one in steps) else inf)


def _silent(known: KnownValues, alarm: Resource, metrics: Sequence[Metric]) -> str:
    """Say why an alarm sets nothing off; empty where it does."""
    if not known.flag(alarm, "ActionsEnabled", default=True):
        return f"the actions of {short(alarm)} are not enabled"
    if str(alarm.get("ComparisonOperator")).startswith("LessThan") and count_messages(metrics):
        return f"{short(alarm)} rings when few messages wait"
    return ""


def _deaf(known: KnownValues, name: str, metrics: Sequence[Metric], service: Service) -> str:
    """Say why metrics do not tell of messages that wait; empty where they do."""
    queues = queues_of(known, metrics)
    if queues and not {one.id for one in queues} & service.sources:
        return f"{name} watches {short(queues[0])}"
    return _tell_nothing(service, of_tasks=need_tasks(metrics))


def _tell_nothing(service: Service, *, of_tasks: bool) -> str:
    return "without a task there is no metric that it could follow" if of_tasks and service.start < 1 else ""


def _by_use(every: float, steps: Steps, service: Service) -> Growth:
    """Add tasks while those that are there are full, which is what CPU and memory tell."""
    if any(exact for _, _, exact in steps):
        return Growth()
    add = min(more for _, more, _ in steps) * service.each
    start = max(service.least, 1.0) * service.each
    return Growth(Ramp(start, every, add=add, delay=service.delay, unit=service.each))


def _every(alarm: Resource, stepping: Mapping[str, Any]) -> float:
    points = alarm.number("DatapointsToAlarm") or alarm.number("EvaluationPeriods", 1.0) or 1.0
    return max(points * (alarm.number("Period", _PERIOD) or _PERIOD), number(stepping.get("Cooldown")) or 0.0)


def _adjustments(stepping: Mapping[str, Any]) -> list[Any]:
    return as_list(stepping.get("StepAdjustments"))


def _steps(
    stepping: Mapping[str, Any], threshold: float, start: float
) -> Iterator[tuple[float, float, bool]]:
    """Yield from which backlog on so many tasks are added; of a percentage, as many as at the start."""
    kind = stepping.get("AdjustmentType")
    for one in _adjustments(stepping):
        step = as_mapping(one)
        more, lower = number(step.get("ScalingAdjustment")), number(step.get("MetricIntervalLowerBound"))
        if more is not None and kind == "PercentChangeInCapacity":
            least = number(stepping.get("MinAdjustmentMagnitude")) or (1.0 if start >= 1 else 0.0)
            more = max(least, start * more // 100) if more > 0 else 0.0
        if more is not None and more > 0:
            yield max(0.0, threshold + (-inf if lower is None else lower)), more, kind == "ExactCapacity"


def _alarms_of(known: KnownValues, policy: Resource) -> list[Resource]:
    return [
        alarm
        for alarm in known.graph.of_type("AWS::CloudWatch::Alarm")
        if any(known.graph.target(action) is policy for action in as_list(alarm.get("AlarmActions")))
    ]
