"""Load balancers send to a container and a port that the task definition maps."""

from collections.abc import Iterator, Mapping

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, task_of
from wellmade.graph import Graph, Resource, Value, number, text

Containers = Mapping[str, Mapping[str, Value]]


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        task = task_of(graph, service)
        entries = service.get("LoadBalancers")
        if task and isinstance(entries, list):
            for index, entry in enumerate(entries):
                if isinstance(entry, dict):
                    yield from _missing(service, task, f"Properties.LoadBalancers.{index}", entry)


def _missing(service: Resource, task: Resource, path: str, entry: Mapping[str, Value]) -> Iterator[Violation]:
    containers, name, port = _containers(task), text(entry.get("ContainerName")), entry.get("ContainerPort")
    if not containers or name is None:
        return
    if name not in containers:
        named = ", ".join(containers)
        message = f"names {name}, and {task.logical_id} has no such container (it has {named})"
        yield Violation(service, f"{path}.ContainerName", message, f"name one of {named}")
        return
    ports, wanted = _ports(containers[name]), number(port)
    if ports is None or wanted is None or wanted in ports:
        return
    mapped = ", ".join(f"{each:.12g}" for each in sorted(ports)) or "no port"
    message = f"is {wanted:.12g}, and container {name} of {task.logical_id} maps {mapped}"
    fix = f"add {{'ContainerPort': {wanted:.12g}}} to PortMappings of {name}, or name the port that it maps"
    yield Violation(service, f"{path}.ContainerPort", message, fix)


def _containers(task: Resource) -> Containers:
    """Return the containers by name; none where one of them or its name is unknown."""
    given = task.get("ContainerDefinitions")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return {}
    names = [text(each.get("Name")) for each in given]
    return {name: each for name, each in zip(names, given, strict=True) if name} if all(names) else {}


def _ports(container: Mapping[str, Value]) -> set[float] | None:
    """Return the ports that a container maps; None where they are not all known."""
    mappings = container.get("PortMappings", [])
    if not isinstance(mappings, list) or not all(isinstance(each, dict) for each in mappings):
        return None
    ports = [number(each.get("ContainerPort")) for each in mappings]
    known = {port for port in ports if port is not None}
    return known if None not in ports else None


RULE = Rule(
    id="container-port",
    title="Load balancers send to a container and a port that the task definition maps",
    severity=Severity.ERROR,
    explanation=(
        "ECS registers a task under the container and the port that the service names. Where the task "
        "definition has no such container, or maps no such port, the deployment of the service fails."
    ),
    fix="name a container of the task definition, and a port among its PortMappings",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ecs-service-loadbalancer.html",
    check=_check,
)
