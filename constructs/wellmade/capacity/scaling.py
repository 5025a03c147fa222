"""How many tasks a service has, and how its scaling policies bring it there."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.facts import fargate
from wellmade.graph import Kind, Resource, as_list, as_mapping, number

_PERIOD = 60.0


def scalable_target(known: KnownValues, scaled: Resource, dimension: str = "") -> Resource | None:
    """Return what scales a service, a table or an index; None where nothing does."""
    for edge in known.graph.edges(kind=Kind.GUARDS, target=scaled):
        target = edge.source
        stated = str(target.get("ScalableDimension", dimension))
        if target.get("MaxCapacity") is not None and (not dimension or stated == dimension):
            return target
    return None


def policies(known: KnownValues, target: Resource) -> list[Resource]:
    """Return the scaling policies of a scalable target."""
    found = known.graph.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
    return [one for one in found if known.graph.target(one.get("ScalingTargetId")) is target]


def task_ramp(known: KnownValues, task: Resource, target: Resource, each: float) -> Ramp | None:
    """Return how a service gets its tasks; None where no policy is known, so that it has all at once."""
    least = known.value_or_assume(target, "MinCapacity", 0.0, "tasks")
    delay = known.stated_or_assume(task, "start", float(fargate.STARTS_IN), "seconds until a task works")
    ramps = [ramp for policy in policies(known, target) for ramp in _ramps(known, policy, least, each, delay)]
    if not ramps:
        known.leave(
            f"scaling of {short(task)}: its policy is not worked out here",
            "all its tasks are taken to run at once; the backlog while they start is missing",
        )
        return None
    return min(ramps, key=lambda one: (not one.backlog, not one.steps, one.every))


def _ramps(known: KnownValues, policy: Resource, least: float, each: float, delay: float) -> Iterator[Ramp]:
    tracking = as_mapping(policy.get("TargetTrackingScalingPolicyConfiguration"))
    value = number(tracking.get("TargetValue"))
    if value is not None and value > 0:
        if tracking.get("PredefinedMetricSpecification") is not None:
            # CPU, memory or requests: full tasks are at 100 %, so that each step grows by 100 / target.
            yield Ramp(
                max(least, 1.0) * each, float(fargate.TRACKING_REACTS_IN), factor=max(1.0, 100 / value),
                base=100 / value, delay=delay, unit=each,
            )  # fmt: skip
        else:
            yield Ramp(least * each, float(fargate.TRACKING_REACTS_IN), delay=delay, unit=each, backlog=value)
    stepping = as_mapping(policy.get("StepScalingPolicyConfiguration"))
    alarm = _alarm_of(known, policy)
    if stepping and alarm is not None:
        threshold = alarm.number("Threshold", 0.0) or 0.0
        points = alarm.number("DatapointsToAlarm") or alarm.number("EvaluationPeriods", 1.0) or 1.0
        every = max(
            points * (alarm.number("Period", _PERIOD) or _PERIOD), number(stepping.get("Cooldown")) or 0.0
        )
        steps = tuple(_steps(stepping, threshold))
        if steps:
            yield Ramp(least * each, every, delay=delay, unit=each, steps=steps)


def _steps(stepping: Mapping[str, Any], threshold: float) -> Iterator[tuple[float, float, bool]]:
    exact = stepping.get("AdjustmentType") == "ExactCapacity"
    for one in as_list(stepping.get("StepAdjustments")):
        step = as_mapping(one)
        more, lower = number(step.get("ScalingAdjustment")), number(step.get("MetricIntervalLowerBound"))
        if more is not None and more > 0:
            yield max(0.0, threshold + (-inf if lower is None else lower)), more, exact


def _alarm_of(known: KnownValues, policy: Resource) -> Resource | None:
    for alarm in known.graph.of_type("AWS::CloudWatch::Alarm"):
        if any(known.graph.target(action) is policy for action in as_list(alarm.get("AlarmActions"))):
            return alarm
    return None
