"""Rolling deployments can stop an old task or start a new one."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals, branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import rolling_services
from wellmade.graph import Graph, number

_PATH = "DeploymentConfiguration"
FULL = 100


def _check(graph: Graph) -> Iterator[Violation]:
    for service in rolling_services(graph):
        least = list(map(number, branches(service.get(f"{_PATH}.MinimumHealthyPercent", 100))))
        most = list(map(number, branches(service.get(f"{_PATH}.MaximumPercent", 200))))
        is_stuck = all(each is not None and each >= FULL for each in least)
        is_stuck = is_stuck and all(each is not None and each <= FULL for each in most)
        if is_stuck and always_equals(service.get("SchedulingStrategy", "REPLICA"), "REPLICA"):
            message = (
                f"at least {least[0]:.12g} % and at most {most[0]:.12g} % leave no room to replace a task"
            )
            yield Violation(service, f"Properties.{_PATH}", message)


RULE = Rule(
    id="deployment-percentages",
    title="Rolling deployments can stop an old task or start a new one",
    severity=Severity.ERROR,
    explanation=(
        "ECS may neither stop an old task first nor start a new one first, so that a deployment hangs until "
        "it times out. The first that notices is whoever deploys the correction."
    ),
    fix="set MaximumPercent to 200, or MinimumHealthyPercent below 100",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
    check=_check,
)
