"""The environment variables of whatever runs code."""

from collections.abc import Mapping

from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.values import Value, as_list, as_mapping

_TASKS = ("AWS::ECS::TaskDefinition",)


def environment_of(resource: Resource) -> Mapping[str, Value]:
    """Return the variables by name; those of several containers together, secrets by what they come from."""
    if resource.type in _TASKS:
        return _of_containers(resource)
    return as_mapping(resource.get("Environment.Variables"))


def _of_containers(task: Resource) -> dict[str, Value]:
    variables: dict[str, Value] = {}
    for container in map(as_mapping, as_list(task.get("ContainerDefinitions"))):
        for entry in map(as_mapping, as_list(container.get("Environment"))):
            variables[written(entry.get("Name"))] = entry.get("Value")
        for entry in map(as_mapping, as_list(container.get("Secrets"))):
            variables[written(entry.get("Name"))] = entry.get("ValueFrom")
    return variables
