"""What a scaling policy does for a service that has too few tasks: how it adds some, or why it never does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from wellmade.capacity.known_values import QUEUE, KnownValues
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


def _tracking(
    known: KnownValues, policy: Resource, tracking: Mapping[str, Any], value: float, service: Service
) -> Growth:
    every, each = float(fargate.TRACKING_REACTS_IN), service.each
    if tracking.get("PredefinedMetricSpecification") is None:
        _mention_metric(known, policy, as_mapping(tracking.get("CustomizedMetricSpecification")))
        return Growth(Ramp(service.least * each, every, delay=service.delay, unit=each, backlog=value))
    if service.start < 1:
        return Growth(never="without a task there is no metric that it could follow")
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
    alarm = _alarm_of(known, policy)
    if not any((number(as_mapping(one).get("ScalingAdjustment")) or 0) > 0 for one in _adjustments(stepping)):
        return Growth(never="its policy adds none")
    if alarm is None:
        return Growth()
    if never := _deaf(known, alarm, service):
        return Growth(never=never)
    steps = tuple(_steps(stepping, alarm.number("Threshold", 0.0) or 0.0, service.start))
    if not steps:
        return Growth(never="a part of no task is no task")
    every = _every(alarm, stepping)
    if not _queues(known, alarm) and alarm.get("Namespace") not in (None, "AWS/SQS"):
        return _by_use(alarm, every, steps, service)
    ramp = Ramp(service.least * service.each, every, delay=service.delay, unit=service.each, steps=steps)
    return Growth(ramp, max(one[1] for one in steps) if all(one[2] for one in steps) else inf)


def _deaf(known: KnownValues, alarm: Resource, service: Service) -> str:
    """Say why an alarm sets nothing off when messages wait; empty where it does."""
    if not known.flag(alarm, "ActionsEnabled", default=True):
        return f"the actions of {short(alarm)} are not enabled"
    queues = _queues(known, alarm)
    if queues and not {one.id for one in queues} & service.sources:
        return f"{short(alarm)} watches {short(queues[0])}"
    if service.start < 1 and alarm.get("Namespace") == "AWS/ECS":
        return "without a task there is no metric that it could follow"
    return ""


def _by_use(alarm: Resource, every: float, steps: Steps, service: Service) -> Growth:
    """Add tasks while those that are there are full, which is what CPU and memory tell."""
    if alarm.get("Namespace") != "AWS/ECS" or any(exact for _, _, exact in steps):
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


def _alarm_of(known: KnownValues, policy: Resource) -> Resource | None:
    for alarm in known.graph.of_type("AWS::CloudWatch::Alarm"):
        if any(known.graph.target(action) is policy for action in as_list(alarm.get("AlarmActions"))):
            return alarm
    return None


def _queues(known: KnownValues, alarm: Resource) -> list[Resource]:
    """Return the queues that an alarm watches."""
    metrics = [
        as_mapping(as_mapping(one).get("MetricStat")).get("Metric") for one in as_list(alarm.get("Metrics"))
    ]
    dimensions = [alarm.get("Dimensions"), *(as_mapping(one).get("Dimensions") for one in metrics)]
    found = [known.graph.target(as_mapping(one).get("Value")) for each in dimensions for one in as_list(each)]
    return [one for one in found if one is not None and one.type == QUEUE]
