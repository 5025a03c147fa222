"""Which conditions of the templates decide what a workload calls, and what it is allowed."""

import re
from collections.abc import Iterable, Iterator

from wellmade.graph import Graph, Kind, Name, Resource, attributes, conditions_in, options
from wellmade.prove.deployed.shapes import SHAPES, shape_of

_ASIDE = frozenset(
    {"Architectures", "Description", "Layers", "LoggingConfig", "MemorySize", "Tags", "Timeout"}
)
"""Properties of a workload that change neither its calls nor its rights."""
_SEEN = re.compile(
    r"Kms|KMS|Encrypt|SSE|KeyId|Policy|Replicas|Alias|TargetKey|Enabled|KeyUsage|KeySpec|Origin$|Ownership|PublicAccess"
)
"""Properties of what it touches that change what it needs, or who may touch it."""
_ROLES = ("Role", "RoleArn", "TaskRoleArn")
_DECIDING = ("AWS::Organizations::Policy",)


def conditions_of(graph: Graph, workload: Resource) -> tuple[set[Name], set[Name]]:
    """Return the conditions that decide what a workload needs and is allowed, and those of what it calls.

    Where none of the first shares a parameter with one of the second, it does not matter which hold together.
    """
    upstream = [edge.via for edge in graph.edges(target=workload)]
    rights = list(_rights(graph, workload))
    touched = list(dict.fromkeys([*_referred(graph, [workload, *rights, *upstream]), *_named(graph)]))
    keys = [key for key in _referred(graph, touched) if key.type.startswith("AWS::KMS::")]
    edges = (edge for each in (*touched, *keys) for edge in graph.edges(Kind.GUARDS, target=each))
    guards = [edge.via for edge in edges if edge.via.type.endswith("Policy")]
    allowed = {name for each in (*rights, *guards) for name in _all_of(each)}
    allowed |= {name for each in (*touched, *keys) for name in _seen_of(each)}
    allowed |= {name for role in _ROLES for name in conditions_in(workload.get(role))}
    return allowed, {name for each in (workload, *upstream) for name in _all_of(each)}


def _rights(graph: Graph, workload: Resource) -> Iterator[Resource]:
    """Yield every role that it may have, their policies and their boundaries."""
    yield from graph.of_type(*_DECIDING)
    references = {each.resource_id for each in attributes(dict(workload.properties))}
    roles = [each for each in graph.of_type("AWS::IAM::Role") if each.id in references]
    role = graph.role_of(workload)
    for each in dict.fromkeys([*roles, *([role] if role else [])]):
        yield each
        yield from (statement.policy for statement in graph.statements_of(each))
        for option in options(each.get("PermissionsBoundary")):
            if bound := graph.target(option, "AWS::IAM::ManagedPolicy"):
                yield bound


def _referred(graph: Graph, resources: Iterable[Resource]) -> Iterator[Resource]:
    for resource in resources:
        for each in attributes(dict(resource.properties)):
            if each.resource_id in graph.resources:
                yield graph.resources[each.resource_id]


def _named(graph: Graph) -> Iterator[Resource]:
    """Yield what code may name without a reference."""
    for resource in graph.of_type(*SHAPES):
        named_by = shape_of(resource).named_by
        if named_by and any(isinstance(each, str) for each in options(resource.get(named_by))):
            yield resource


def _all_of(resource: Resource) -> Iterator[Name]:
    yield from _condition(resource)
    yield from conditions_in([value for name, value in resource.properties.items() if name not in _ASIDE])


def _seen_of(resource: Resource) -> Iterator[Name]:
    yield from conditions_in([value for name, value in resource.properties.items() if _SEEN.search(name)])


def _condition(resource: Resource) -> Iterator[Name]:
    if resource.condition:
        yield resource.stack, resource.condition
