"""New code starts after the migrations of its database."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.waits import waits_for
from wellmade.facts.migrations import CODE
from wellmade.graph import Graph, Resource, attributes

_DATABASES = ("AWS::RDS::DBProxy", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance")


def _check(graph: Graph) -> Iterator[Violation]:
    migrations = list(_migrations(graph))
    migrating = {function for _, function, _ in migrations}
    for custom, _, databases in migrations:
        for code in graph.of_type(*CODE):
            shared = _databases_of(graph, code) & databases
            is_after = code in migrating or code.stack != custom.stack
            if shared and not is_after and not waits_for(graph, code, {custom.id}):
                database = graph.resources[min(shared)].logical_id
                message = f"uses {database} and does not wait for {custom.logical_id}, which prepares it"
                yield Violation(code, "DependsOn", message)


def _migrations(graph: Graph) -> Iterator[tuple[Resource, Resource, set[str]]]:
    """Yield the resources that prepare a database while a stack is deployed, and the function of each."""
    for resource in graph.resources.values():
        token = resource.get("ServiceToken")
        function = graph.function(token) if token is not None else None
        if function and (databases := _databases_of(graph, function)):
            yield resource, function, databases


def _databases_of(graph: Graph, code: Resource) -> set[str]:
    """Return the databases and proxies whose endpoint stands in the environment of code."""
    named = attributes(dict(graph.environment_of(code)))
    ids = {each.resource_id for each in named if "ndpoint" in each.name}
    return {each for each in ids if each in graph.resources and graph.resources[each].type in _DATABASES}


RULE = Rule(
    id="migration-order",
    title="New code starts after the migrations of its database",
    severity=Severity.WARNING,
    explanation=(
        "CloudFormation updates what does not wait for each other at once. New code then runs on the old "
        "schema and fails, or goes on running after the migrations have failed."
    ),
    fix="name the custom resource in DependsOn of the function, task definition or launch template",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    check=_check,
)
