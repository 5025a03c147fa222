"""ECS services roll back failed deployments."""

from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import rolling_services
from wellmade.graph import Graph

_CONFIGURATION = "DeploymentConfiguration"
_PATH = f"{_CONFIGURATION}.DeploymentCircuitBreaker"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in rolling_services(graph):
        if not_on(service, f"{_PATH}.Enable") and not_on(service, f"{_CONFIGURATION}.Alarms.Enable"):
            yield Violation(
                service, f"Properties.{_PATH}", "no circuit breaker and no alarm ends a failing deployment"
            )


RULE = Rule(
    id="deployment-circuit-breaker",
    title="ECS services roll back failed deployments",
    severity=Severity.WARNING,
    explanation=(
        "Without it ECS starts tasks that die again and again for as long as three hours, and the "
        "stack hangs in an update that no correction can overtake."
    ),
    fix="set DeploymentCircuitBreaker to {Enable: true, Rollback: true}",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    check=_check,
)
