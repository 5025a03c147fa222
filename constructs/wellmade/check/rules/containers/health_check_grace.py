"""Services behind a load balancer give containers time to start."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, serves_traffic
from wellmade.graph import Graph, Resource, as_list, as_mapping, number

_START_PERIOD = 15


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        start = max(_start_periods(task), default=0) if task else 0
        if start > _START_PERIOD and serves_traffic(service):
            grace = service.get("HealthCheckGracePeriodSeconds")
            if always_equals(grace, None, 0):
                message = f"is not set, and a container takes up to {start:.12g} s to start (StartPeriod)"
                yield Violation(service, "Properties.HealthCheckGracePeriodSeconds", message)


def _start_periods(task: Resource) -> Iterator[float]:
    for container in map(as_mapping, as_list(task.get("ContainerDefinitions"))):
        period = number(as_mapping(container.get("HealthCheck")).get("StartPeriod"))
        if period is not None:
            yield period


RULE = Rule(
    id="health-check-grace",
    title="Services behind a load balancer give containers time to start",
    severity=Severity.WARNING,
    explanation=(
        "The load balancer checks a task from its first second. A container that takes longer to "
        "start than the checks allow is replaced before it answers, again and again."
    ),
    fix="set HealthCheckGracePeriodSeconds to the time that a start takes",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html",
    check=_check,
)
