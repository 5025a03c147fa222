"""Which services the agent of a task calls before the task starts, by their endpoints."""

import re

from wellmade.facts.endpoints import IMAGES
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, text, written

_KEEPERS = {"AWS::SecretsManager::Secret": "secretsmanager", "AWS::SSM::Parameter": "ssm"}
_PRIVATE = re.compile(r"\.dkr\.ecr\.")


def endpoints_needed(graph: Graph, task: Resource) -> set[str]:
    """Return the endpoints for images, logs and secrets of all containers, as far as the template says."""
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
