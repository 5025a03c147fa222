"""Health check timeouts are below their interval."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals, branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, number


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::ElasticLoadBalancingV2::TargetGroup"):
        if always_equals(group.get("Protocol"), "HTTP", "HTTPS"):
            timeout, interval = (
                group.get("HealthCheckTimeoutSeconds"),
                group.get("HealthCheckIntervalSeconds", 30),
            )
            yield from _compared(group, "Properties.HealthCheckTimeoutSeconds", timeout, interval)
    for balancer in graph.of_type("AWS::ElasticLoadBalancing::LoadBalancer"):
        timeout, interval = balancer.get("HealthCheck.Timeout"), balancer.get("HealthCheck.Interval")
        yield from _compared(balancer, "Properties.HealthCheck.Timeout", timeout, interval)
    for task in graph.of_type("AWS::ECS::TaskDefinition"):
        for index, container in enumerate(map(as_mapping, as_list(task.get("ContainerDefinitions")))):
            check = as_mapping(container.get("HealthCheck"))
            path = f"Properties.ContainerDefinitions.{index}.HealthCheck.Timeout"
            yield from _compared(task, path, check.get("Timeout"), check.get("Interval", 30))


def _compared(resource: Resource, path: str, timeout: Value, interval: Value) -> Iterator[Violation]:
    """Speak when the shortest timeout that can be is not under the longest interval that can be."""
    timeouts, intervals = [list(map(number, branches(value))) for value in (timeout, interval)]
    if None in timeouts or None in intervals:
        return
    least = min(each for each in timeouts if each is not None)
    most = max(each for each in intervals if each is not None)
    if least >= most:
        yield Violation(resource, path, f"is {least:.12g} s, must be under the interval of {most:.12g} s")


RULE = Rule(
    id="health-check-timeout",
    title="Health check timeouts are below their interval",
    severity=Severity.ERROR,
    explanation=(
        "A load balancer refuses such a check and the deployment rolls back. In a container the checks of a "
        "slow program follow each other without a pause and add to the load that made it slow."
    ),
    fix="set the timeout below the interval",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    check=_check,
)
