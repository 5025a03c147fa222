"""Which resource a value means."""

from collections.abc import Mapping

from wellmade.graph.names import Names
from wellmade.graph.references import first_attribute
from wellmade.graph.resource import Resource
from wellmade.graph.values import Attribute, Either, Pseudo, Text, Value

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_QUALIFIERS = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_MOST_STEPS = 3
"""From an alias to its version to its function; more is a circle."""


class Targets:
    """Looks resources up by reference, ARN, URL and name."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        """Index the names of the resources."""
        self._resources = resources
        self._names = Names(resources.values())

    def target(self, value: Value, types: tuple[str, ...] = ()) -> Resource | None:
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
                found = self.target(then, types) or self.target(otherwise, types)
            case _:
                found = None
        return found if found and (not types or found.type in types) else None

    def function(self, value: Value) -> Resource | None:
        """Return the function that a value means, also by one of its versions or aliases."""
        found = self.target(value, FUNCTIONS + _QUALIFIERS)
        for _ in range(_MOST_STEPS):
            if found is None or found.type in FUNCTIONS:
                return found
            found = self.target(found.get("FunctionName"), FUNCTIONS + _QUALIFIERS)
        return None

    def destination(self, value: Value) -> Resource | None:
        """Return what a value means, with versions and aliases followed to their function."""
        found = self.target(value)
        return self.function(found) if found and found.type in _QUALIFIERS else found
