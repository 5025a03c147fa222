"""The most is not below the least, and fits what bounds it."""

from collections.abc import Iterator

from wellmade.check.conditional import never_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_LEAST_AND_MOST = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ("MinCapacity", "MaxCapacity"),
    "AWS::AutoScaling::AutoScalingGroup": ("MinSize", "MaxSize"),
    "AWS::RDS::DBCluster": (
        "ServerlessV2ScalingConfiguration.MinCapacity",
        "ServerlessV2ScalingConfiguration.MaxCapacity",
    ),
    "AWS::Lambda::EventSourceMapping": (
        "ProvisionedPollerConfig.MinimumPollers",
        "ProvisionedPollerConfig.MaximumPollers",
    ),
}
_EXECUTIONS = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions"


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type(*_LEAST_AND_MOST):
        low, high = _LEAST_AND_MOST[resource.type]
        least, most = resource.number(low), resource.number(high)
        if least is not None and most is not None and most < least:
            yield Violation(
                resource, f"Properties.{high}", f"is {most:.12g}, below the least of {least:.12g}"
            )
    for source in graph.of_type("AWS::Lambda::EventSourceMapping"):
        yield from _two_bounds(source)
    for alias in graph.of_type("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        yield from _above_reservation(graph, alias)


def _two_bounds(source: Resource) -> Iterator[Violation]:
    pollers = source.get("ProvisionedPollerConfig")
    bounded = source.number("ScalingConfig.MaximumConcurrency") is not None
    if bounded and isinstance(pollers, dict) and not never_set(pollers, "MinimumPollers", "MaximumPollers"):
        message = "is set beside ProvisionedPollerConfig: Lambda refuses both together"
        yield Violation(source, "Properties.ScalingConfig.MaximumConcurrency", message)


def _above_reservation(graph: Graph, alias: Resource) -> Iterator[Violation]:
    function, warm = graph.target(alias.get("FunctionName")), alias.number(_EXECUTIONS)
    reserved = function.number("ReservedConcurrentExecutions") if function else None
    if function and warm is not None and reserved is not None and warm > reserved:
        message = f"is {warm:.12g}, above the {reserved:.12g} that {function.logical_id} reserves"
        yield Violation(alias, f"Properties.{_EXECUTIONS}", message)


RULE = Rule(
    id="scaling-bounds",
    title="The most is not below the least, and fits what bounds it",
    severity=Severity.WARNING,
    explanation=(
        "The service refuses it and the deployment fails half way: scaling whose most is below its "
        "least, provisioned concurrency above the reservation of the function, and pollers beside a "
        "maximum concurrency."
    ),
    fix="raise the one or lower the other; give a source either pollers or a maximum concurrency",
    source="https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html",
    check=_check,
)
