"""What answers within 100 ms is kept warm."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals, least, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.latency import COLD_START
from wellmade.graph import Graph, Kind, Resource, as_list, as_mapping, attributes, number, text
from wellmade_runtime.variables import LATENCY_BUDGET_SECONDS

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_WARM = "ProvisionedConcurrencyConfig"
_LATENCY = ("Latency", "IntegrationLatency")
_ABOVE = ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold")


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type(*_FUNCTIONS):
        path = f"Environment.Variables.{LATENCY_BUDGET_SECONDS}"
        budget = number(function.get(path))
        if budget is not None and 0 < budget * 1000 <= COLD_START:
            yield from _cold(graph, function, function, path, budget * 1000)
    for alarm in graph.of_type("AWS::CloudWatch::Alarm"):
        yield from _promised(graph, alarm)


def _promised(graph: Graph, alarm: Resource) -> Iterator[Violation]:
    """Yield what an alarm on the latency of an API promises, and a function behind it cannot keep."""
    line = least(alarm.get("Threshold"))
    is_latency = always_equals(alarm.get("Namespace"), "AWS/ApiGateway") and always_equals(
        alarm.get("MetricName"), *_LATENCY
    )
    above = always_equals(alarm.get("ComparisonOperator"), *_ABOVE)
    if not is_latency or not above or line is None or not 0 < line <= COLD_START or not _is_tail(alarm):
        return
    for api in _apis(graph, alarm):
        for edge in graph.edges(Kind.INVOKES_SYNC, source=api):
            if edge.target.type in _FUNCTIONS:
                yield from _cold(graph, edge.target, alarm, "Threshold", line)


def _is_tail(alarm: Resource) -> bool:
    """Tell whether the slowest requests count, which are those that meet a cold start."""
    statistic = text(alarm.get("ExtendedStatistic")) or ""
    return always_equals(alarm.get("Statistic"), "Maximum") or statistic.startswith("p9")


def _apis(graph: Graph, alarm: Resource) -> Iterator[Resource]:
    for dimension in as_list(alarm.get("Dimensions")):
        given = as_mapping(dimension)
        if text(given.get("Name")) == "ApiId" and (api := graph.target(given.get("Value"))):
            yield api


def _cold(graph: Graph, function: Resource, where: Resource, path: str, limit: float) -> Iterator[Violation]:
    reason = _why_cold(graph, function)
    if reason:
        message = f"is {limit:.12g} ms, and {function.logical_id} {reason}"
        yield Violation(where, f"Properties.{path}", message)


def _why_cold(graph: Graph, function: Resource) -> str | None:
    """Return why a request may meet a cold start; None where none does, or that is not known."""
    if possibly_set(function.get(_WARM)):
        return None
    warm = []
    for each in graph.of_type("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        owner = graph.target(each.get("FunctionName"))
        if possibly_set(each.get(_WARM)) and (owner is None or owner is function):
            warm.append(each)
    if not warm:
        return "has no provisioned concurrency"
    whens = [_when_cold(graph, each) for each in warm]
    return next(iter(whens)) if all(whens) else None


def _when_cold(graph: Graph, alias: Resource) -> str | None:
    """Return when scaling takes all warm copies away, by a schedule or by following the utilization."""
    for target in graph.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        refers = {each.resource_id for each in attributes({"": target.get("ResourceId")})}
        if alias.id not in refers:
            continue
        actions = [
            as_mapping(as_mapping(each).get("ScalableTargetAction"))
            for each in as_list(target.get("ScheduledActions"))
        ]
        if any(least(each.get("MaxCapacity")) == 0 for each in actions):
            return "has none at some hours"
        bounds = [target.get("MinCapacity"), *(each.get("MinCapacity") for each in actions)]
        lowered = any(least(each) == 0 for each in bounds)
        if lowered and _is_followed(graph, target, alias):
            return "has none while few requests come, as scaling goes down to 0"
    return None


def _is_followed(graph: Graph, target: Resource, alias: Resource) -> bool:
    """Tell whether a policy scales the target: without one its least capacity changes nothing."""
    for policy in graph.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        named = {each.resource_id for each in attributes({"": policy.get("ResourceId")})}
        if graph.target(policy.get("ScalingTargetId")) is target or alias.id in named:
            return True
    return False


RULE = Rule(
    id="cold-start-budget",
    title="What answers within 100 ms is kept warm",
    severity=Severity.WARNING,
    explanation=(
        "A cold start takes from under 100 ms to over a second, and comes with each deployment, each burst "
        "and after each quiet hour. A function without provisioned concurrency cannot answer in that time, "
        "and the alarm that watches it only tells afterwards."
    ),
    fix="give the alias that is invoked a ProvisionedConcurrencyConfig, at all hours, or allow more time",
    source="https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html",
    check=_check,
)
