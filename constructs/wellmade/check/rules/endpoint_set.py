"""Isolated tasks have every endpoint that starting them takes."""

import re
from collections.abc import Iterator

from wellmade.check.isolated import exits_only
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.endpoints import IMAGES
from wellmade.graph import Exit, Graph, Resource, Value, as_list, as_mapping, text, written

_KEEPERS = {"AWS::SecretsManager::Secret": "secretsmanager", "AWS::SSM::Parameter": "ssm"}
_PRIVATE = re.compile(r"\.dkr\.ecr\.")


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type("AWS::ECS::Service"):
        placement = exits_only(graph, service, Exit.NONE)
        task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        if placement and task:
            missing = sorted(_needed(graph, task) - placement.endpoints)
            if missing:
                yield Violation(service, "Properties.NetworkConfiguration", _message(missing))


def _message(missing: list[str]) -> str:
    return f"leads to subnets without a route out and without endpoints for {', '.join(missing)}"


def _needed(graph: Graph, task: Resource) -> set[str]:
    needed: set[str] = set()
    for container in map(as_mapping, as_list(task.get("ContainerDefinitions"))):
        if _is_ecr(graph, container.get("Image")):
            needed |= set(IMAGES)
        if text(as_mapping(container.get("LogConfiguration")).get("LogDriver")) == "awslogs":
            needed.add("logs")
        for secret in map(as_mapping, as_list(container.get("Secrets"))):
            needed |= _keeper(graph, secret.get("ValueFrom"))
    return needed


def _keeper(graph: Graph, value: Value) -> set[str]:
    """Return the service that a task's agent reads a secret from, as far as the template says."""
    kept = graph.target(value)
    return {_KEEPERS[kept.type]} if kept and kept.type in _KEEPERS else set()


def _is_ecr(graph: Graph, image: Value) -> bool:
    repository = graph.target(image, "AWS::ECR::Repository")
    return repository is not None or bool(_PRIVATE.search(written(image)))


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
