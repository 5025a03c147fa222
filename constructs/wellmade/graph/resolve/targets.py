"""Which resource a value means."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from wellmade.graph.resolve.names import Names
from wellmade.graph.resolve.references import first_attribute
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.values import Attribute, Either, Pseudo, Text, Value

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_QUALIFIERS = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_MOST_STEPS = 3
"""From an alias to its version to its function; more is a cycle."""


class Targets:
    """Looks resources up by type, reference, ARN, URL and name."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        """Index the resources by type; their names are indexed when one is first asked for."""
        self._resources = resources
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in resources.values():
            self._by_type[resource.type].append(resource)

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of these types, in the order of the templates."""
        return [resource for name in types for resource in self._by_type.get(name, [])]

    def target(self, value: Value, *types: str) -> Resource | None:
        """Return the resource that a value means, if it is of one of the types."""
        match value:
            case Resource():
                found: Resource | None = value
            case Attribute(resource_id, _):
                found = self._resources.get(resource_id)
            case Text():
                reference = first_attribute(value)
                found = self._names.find(value, types) or (
                    self._resources.get(reference.resource_id) if reference else None
                )
            case str() | Pseudo():
                found = self._names.find(value, types)
            case Either(_, then, otherwise):
                found = self.target(then, *types) or self.target(otherwise, *types)
            case _:
                found = None
        return found if found and (not types or found.type in types) else None

    def function(self, value: Value) -> Resource | None:
        """Return the function that a value means, also by one of its versions or aliases."""
        found = self.target(value, *FUNCTIONS, *_QUALIFIERS)
        for _ in range(_MOST_STEPS):
            if found is None or found.type in FUNCTIONS:
                return found
            found = self.target(found.get("FunctionName"), *FUNCTIONS, *_QUALIFIERS)
        return None

    def destination(self, value: Value) -> Resource | None:
        """Return what a value means, with versions and aliases followed to their function."""
        found = self.target(value)
        return self.function(found) if found and found.type in _QUALIFIERS else found

    @cached_property
    def _names(self) -> Names:
        return Names(self._resources.values())
