"""Isolated tasks have every endpoint that starting them takes."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.isolated import exits_only
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.task_endpoints import endpoints_needed
from wellmade.graph import Exit, Graph, Resource, text


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type("AWS::ECS::Service"):
        placement = exits_only(graph, service, Exit.NONE)
        why = "subnets without a route out"
        if placement is None and _has_no_address(service):
            placement = exits_only(graph, service, Exit.INTERNET_GATEWAY)
            why = "public subnets, where its tasks get no public address,"
        task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        if placement and task:
            missing = sorted(endpoints_needed(graph, task) - placement.endpoints)
            if missing:
                yield Violation(service, "Properties.NetworkConfiguration", _message(why, missing))


def _has_no_address(service: Resource) -> bool:
    """Tell whether its tasks run on Fargate and surely get no public address, as by default."""
    address = service.get("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp")
    return text(service.get("LaunchType")) == "FARGATE" and always_equals(address, None, "DISABLED")


def _message(why: str, missing: list[str]) -> str:
    return f"leads to {why} and without endpoints for {', '.join(missing)}"


RULE = Rule(
    id="endpoint-set",
    title="Isolated tasks have every endpoint that starting them takes",
    severity=Severity.ERROR,
    explanation=(
        "The task cannot fetch its image or write its logs, and every start ends in a timeout after "
        "minutes. An image takes ecr.api, ecr.dkr and the S3 gateway together; two of them do not help. A "
        "secret that the container is handed is read before it starts, too."
    ),
    fix="add the missing AWS::EC2::VPCEndpoint resources to the network",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    check=_check,
)
