"""Environment variables hold no secrets."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.secrets import looks_secret
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, text

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type(*_FUNCTIONS, "AWS::ECS::TaskDefinition"):
        for path, name, value in _variables(resource):
            found = list(branches(value))
            if all(isinstance(each, str) and looks_secret(name, each) for each in found):
                yield Violation(resource, f"Properties.{path}", f"{name} holds a secret in plain text")


def _variables(resource: Resource) -> Iterator[tuple[str, str, Value]]:
    """Yield place, name and value of each variable."""
    if resource.type in _FUNCTIONS:
        for name, value in as_mapping(resource.get("Environment.Variables")).items():
            yield f"Environment.Variables.{name}", name, value
        return
    for index, container in enumerate(map(as_mapping, as_list(resource.get("ContainerDefinitions")))):
        for place, entry in enumerate(map(as_mapping, as_list(container.get("Environment")))):
            path = f"ContainerDefinitions.{index}.Environment.{place}"
            yield path, text(entry.get("Name")) or "", entry.get("Value")


RULE = Rule(
    id="function-secrets",
    title="Environment variables hold no secrets",
    severity=Severity.ERROR,
    explanation=(
        "Everybody who may read the template, the repository or the function's configuration has the secret, "
        "and none of those readings is recorded. It cannot be rotated without a deployment either."
    ),
    fix="keep it in Secrets Manager, give the environment its ARN, and replace the secret that was written",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    check=_check,
)
