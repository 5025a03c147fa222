"""How many tasks a service has, and how its scaling policies bring it there."""

from collections.abc import Iterable

from wellmade.capacity.growth import Growth, Service
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.stepping import adjustments, by_steps
from wellmade.capacity.tracking import by_target
from wellmade.facts import fargate
from wellmade.graph import Kind, Resource, as_mapping, number


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
    return [one for one in found if _is_of(known, one, target)]


def _is_of(known: KnownValues, policy: Resource, target: Resource) -> bool:
    if policy.get("ScalingTargetId") is not None:
        return known.graph.target(policy.get("ScalingTargetId")) is target
    named = policy.get("ResourceId")
    return named is not None and str(named) == str(target.get("ResourceId"))


def scaled_tasks(
    known: KnownValues, task: Resource, service: Resource, sources: Iterable[str], each: float
) -> tuple[str, float, Ramp | None]:
    """Return which setting says how many tasks a service has at most, how many, and how it gets there."""
    target = scalable_target(known, service)
    if target is None:
        return "DesiredCount", known.value_or_assume(service, "DesiredCount", 1.0, "tasks"), None
    least = known.value_or_assume(target, "MinCapacity", 0.0, "tasks")
    most = known.value_or_assume(target, "MaxCapacity", 1.0, "tasks")
    delay = known.stated_or_assume(task, "start", float(fargate.STARTS_IN), "seconds until a task works")
    start = max(least, known.number(service, "DesiredCount", 1.0))
    found = policies(known, target)
    kept = least if any(_takes_away(known, policy) for policy in found) else start
    scaled = Service(frozenset(sources), kept, start, each, delay)
    growths = [_growth_of(known, policy, scaled) for policy in found]
    ramps = [one for one in growths if one.ramp]
    if ramps:
        best = min(
            (one.ramp for one in ramps if one.ramp),
            key=lambda one: (not one.backlog, not one.steps, one.every),
        )
        if not known.flag(target, "SuspendedState.DynamicScalingOutSuspended", default=False):
            return "MaxCapacity", min(most, max(kept, *(one.most for one in ramps))), best
    unknown = any(not one.ramp and not one.never for one in growths) or target.get("ScheduledActions")
    if not ramps and unknown:
        known.undecided(
            f"how many tasks {short(task)} has: what scales it is not worked out here; "
            f"try a copy of the template without {short(target)}, and with the tasks that you expect as "
            f"DesiredCount of {short(service)}"
        )
        return "MaxCapacity", most, None
    why = [one.never for one in growths if one.never] or ["no policy adds any"]
    reason = "scaling out is suspended" if ramps else "; ".join(dict.fromkeys(why))
    known.assume(f"{short(task)}: {kept:g} tasks and never more: {reason}")
    return "scaling policies", kept, None


def _growth_of(known: KnownValues, policy: Resource, service: Service) -> Growth:
    """Return what a policy does."""
    tracking = as_mapping(policy.get("TargetTrackingScalingPolicyConfiguration"))
    stepping = as_mapping(policy.get("StepScalingPolicyConfiguration"))
    value = number(tracking.get("TargetValue"))
    if value is not None and value > 0:
        return by_target(known, policy, tracking, value, service)
    return by_steps(known, policy, stepping, service) if stepping else Growth()


def _takes_away(known: KnownValues, policy: Resource) -> bool:
    """Tell whether a policy takes tasks away when little waits."""
    if policy.get("TargetTrackingScalingPolicyConfiguration") is not None:
        path = "TargetTrackingScalingPolicyConfiguration.DisableScaleIn"
        return not known.flag(policy, path, default=False)
    stepping = as_mapping(policy.get("StepScalingPolicyConfiguration"))
    more = (number(as_mapping(one).get("ScalingAdjustment")) for one in adjustments(stepping))
    return any(one is not None and one < 0 for one in more)
