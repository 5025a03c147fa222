"""The resources of a set of templates, found by type, by reference and by name; edges are made from it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.environment import environment_of
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.statements import Statement, Statements
from wellmade.graph.resolve.targets import Targets
from wellmade.graph.resolve.values import Value


class ResourceIndex:
    """Everything that was read together, without its edges."""

    def __init__(self, resources: Iterable[Resource], stacks: Sequence[Stack] = ()) -> None:
        """Index the resources by id, type and name; `stacks` are the templates that they stand in."""
        self.stacks: list[Stack] = list(stacks)
        self.resources: dict[str, Resource] = {resource.id: resource for resource in resources}
        self._targets = Targets(self.resources)

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of these types, in the order of the templates."""
        return self._targets.of_type(*types)

    def target(self, value: Value, *types: str) -> Resource | None:
        """Return the resource that a reference, an ARN, a URL or a name means; None when it is none of these.

        Args:
            value: What a property holds; a resource is returned as it is.
            types: Only resources of these types; a bare name is safest looked up with them. Default: any.
        """
        return self._targets.target(value, *types)

    def function(self, value: Value) -> Resource | None:
        """Return the function that a value means, also by one of its versions or aliases."""
        return self._targets.function(value)

    def destination(self, value: Value) -> Resource | None:
        """Return what a value means, with versions and aliases followed to their function."""
        return self._targets.destination(value)

    def statements_of(self, resource: Resource) -> list[Statement]:
        """Return all policy statements that apply to a role, or to the role behind a function or task."""
        return self._statements.of(resource)

    def role_of(self, resource: Resource) -> Resource | None:
        """Return the role with which a function, a task or another resource works."""
        return self._statements.role_of(resource)

    def environment_of(self, resource: Resource) -> Mapping[str, Value]:
        """Return the environment variables of a function, a task or any other compute resource."""
        return environment_of(resource)

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self._targets)
