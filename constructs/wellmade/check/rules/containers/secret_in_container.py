"""Containers get their secrets by reference."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.secrets import is_secret
from wellmade.graph import Graph, as_list, as_mapping


def _check(graph: Graph) -> Iterator[Violation]:
    for task in graph.of_type("AWS::ECS::TaskDefinition"):
        for index, container in enumerate(as_list(task.get("ContainerDefinitions"))):
            for place, entry in enumerate(as_list(as_mapping(container).get("Environment"))):
                given = as_mapping(entry)
                if is_secret(given.get("Name"), given.get("Value")):
                    path = f"Properties.ContainerDefinitions.{index}.Environment.{place}.Value"
                    yield Violation(task, path, f"{given['Name']} is written in clear text")


RULE = Rule(
    id="secret-in-container",
    title="Containers get their secrets by reference",
    severity=Severity.ERROR,
    explanation=(
        "Whoever can describe the task, read the template or the repository has the secret, and old "
        "revisions keep it indefinitely. Changing it takes a deployment."
    ),
    fix="pass it by Secrets and ValueFrom",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    check=_check,
)
