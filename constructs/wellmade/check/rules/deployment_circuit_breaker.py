"""A deployment that cannot work goes back by itself."""

from collections.abc import Iterator

from wellmade.check.certain import not_on
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.check.services import rolling_services
from wellmade.graph import Graph

_CONFIGURATION = "DeploymentConfiguration"
_PATH = f"{_CONFIGURATION}.DeploymentCircuitBreaker"


def _check(graph: Graph) -> Iterator[Hit]:
    for service in rolling_services(graph):
        if not_on(service, f"{_PATH}.Enable") and not_on(service, f"{_CONFIGURATION}.Alarms.Enable"):
            yield Hit(
                service, f"Properties.{_PATH}", "no circuit breaker and no alarm ends a failing deployment"
            )


RULE = Rule(
    id="deployment-circuit-breaker",
    title="A deployment that cannot work goes back by itself",
    severity=Severity.WARNING,
    explanation=(
        "Without it ECS starts tasks that die again and again for as long as three hours, and the stack "
        "hangs in an update that nobody can overtake with a correction."
    ),
    fix="set DeploymentCircuitBreaker to {Enable: true, Rollback: true}",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    check=_check,
)
