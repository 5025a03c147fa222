"""ECS Exec is off in production."""

from collections.abc import Iterator

from wellmade.check.conditional import is_on
from wellmade.check.production import production_sign
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        sign = production_sign(service)
        if sign and is_on(service, "EnableExecuteCommand"):
            yield Violation(service, "Properties.EnableExecuteCommand", f"is on in production ({sign})")


RULE = Rule(
    id="ecs-exec",
    title="ECS Exec is off in production",
    severity=Severity.WARNING,
    explanation=(
        "Whoever may call ecs:ExecuteCommand is root in the container, with the task role and every secret "
        "of its environment. What was changed by hand is gone, and unexplained, with the next task."
    ),
    fix="leave EnableExecuteCommand out, and switch it on for the time of an investigation",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    check=_check,
)
