"""Step scaling: how alarms add tasks to a service that has too few, or why they never do."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from wellmade.capacity.growth import Growth, Service, why_deaf
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.metrics import Metric, are_of_services, count_messages, metrics_of
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.graph import Resource, as_list, as_mapping, number

_PERIOD = 60.0
Steps = tuple[tuple[float, float, bool], ...]


def by_steps(known: KnownValues, policy: Resource, stepping: Mapping[str, Any], service: Service) -> Growth:
    """Return how a policy that alarms set off adds tasks."""
    more = [number(as_mapping(one).get("ScalingAdjustment")) for one in adjustments(stepping)]
    steps = [one for one in more if one is not None]
    if len(steps) < len(more):
        return Growth()
    if not any(one > 0 for one in steps):
        return Growth(never="its policy adds none")
    found = [_by_alarm(known, alarm, stepping, service) for alarm in _alarms_of(known, policy)]
    return min(found, key=lambda one: (one.ramp is None, bool(one.never)), default=Growth())


def _by_alarm(known: KnownValues, alarm: Resource, stepping: Mapping[str, Any], service: Service) -> Growth:
    metrics = metrics_of(alarm)
    if never := _silent(known, alarm, metrics) or why_deaf(known, short(alarm), metrics, service):
        return Growth(never=never)
    steps = tuple(_steps(stepping, known.number(alarm, "Threshold", 0.0), service.start))
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


def adjustments(stepping: Mapping[str, Any]) -> list[Any]:
    """Return the steps of a policy."""
    return as_list(stepping.get("StepAdjustments"))


def _steps(
    stepping: Mapping[str, Any], threshold: float, start: float
) -> Iterator[tuple[float, float, bool]]:
    """Yield from which backlog on so many tasks are added; of a percentage, as many as at the start."""
    kind = stepping.get("AdjustmentType")
    for one in adjustments(stepping):
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
