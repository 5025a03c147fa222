"""Turn a JSON Schema of any draft into a formula."""

from collections.abc import Callable, Mapping
from typing import Any

from referencing.exceptions import Unresolvable
from referencing.jsonschema import EMPTY_REGISTRY

from wellmade.contracts.logic import keywords
from wellmade.contracts.logic.evaluated import Unevaluated
from wellmade.contracts.logic.node import Node, Pool
from wellmade.contracts.logic.values import canonical
from wellmade.contracts.schema import Schema, no_schema

Resolver = Any
"""A resolver of `referencing`, whose class is private."""


class Translation:
    """One schema as a formula.

    Args:
        schema: The schema, checked against its draft.
        pool: Where formulas are made: the same for the two that are compared.
        key: What tells this document's cycles from those of another.
    """

    def __init__(self, schema: Schema, pool: Pool, key: str) -> None:
        self.schema: Schema = schema
        self.pool: Pool = pool
        self.key: str = key
        self.year: int = schema.draft.year
        self._done: dict[int, Node] = {}
        self._open: dict[int, int] = {}
        self._descents = 0

    def formula(self) -> Node:
        """Return the whole as a formula.

        Raises:
            ValueError: If the schema refers to itself without an object or array between.
        """
        resource = self.schema.resource
        resolver = EMPTY_REGISTRY.with_resource("", resource).resolver_with_root(resource)
        return self.node(self.schema.document, resolver)

    def node(self, schema: Any, resolver: Resolver) -> Node:
        """Return a schema that applies to the same value as a formula."""
        if isinstance(schema, bool):
            return self.pool.true if schema else self.pool.false
        place = id(schema)
        if place in self._done:
            return self._done[place]
        cycle = self.pool.make("ref", self.key, place)
        if place in self._open:
            if self._open[place] == self._descents:
                raise ValueError(f"{self.schema.origin}: a $ref must not lead to itself; remove the cycle")
            return cycle
        self._open[place] = self._descents
        made = self._made(schema, self._within(schema, resolver))
        del self._open[place]
        self.pool.targets[cycle] = made
        self._done[place] = made
        return made

    def below(self, schema: Any, resolver: Resolver) -> Node:
        """Return a schema that applies to a field, an item or a name as a formula."""
        self._descents += 1
        try:
            return self.node(schema, resolver)
        finally:
            self._descents -= 1

    def resolve(self, reference: str, resolver: Resolver) -> tuple[Any, Resolver] | None:
        """Return what a reference points at, or None for what is outside the document."""
        try:
            found = resolver.lookup(reference)
        except (Unresolvable, ValueError):
            return None
        return found.contents, found.resolver

    def reference(self, reference: str, resolver: Resolver) -> Node:
        """Return what a reference stands for as a formula."""
        found = self.resolve(reference, resolver)
        if found is None and not reference.startswith("#"):
            return self.pool.make("opaque", f"$ref {reference} points outside the document")
        if found is None or not isinstance(found[0], dict | bool):
            raise ValueError(f"{self.schema.origin}: {no_schema(reference, found and found[0])}")
        return self.node(*found)

    def opaque(self, reason: str, schema: Any) -> Node:
        """Return a formula that is true or false of unknown values, the same for an equal schema."""
        return self.pool.make("opaque", reason, canonical(schema))

    def _within(self, schema: Mapping[str, Any], resolver: Resolver) -> Resolver:
        named = schema.get("id" if self.year == 4 else "$id")
        if schema is self.schema.document or not isinstance(named, str) or named.startswith("#"):
            return resolver
        return resolver.in_subresource(self.schema.draft.specification.create_resource(schema))

    def _made(self, schema: Mapping[str, Any], resolver: Resolver) -> Node:
        if "$ref" in schema and self.year <= 7:
            return self.reference(schema["$ref"], resolver)
        parts = [self._reference(schema, key, resolver) for key in keywords.REFERENCES if key in schema]
        for group in keywords.GROUPS:
            parts += group(self, schema, resolver)
        if self.year >= 2019 and ("unevaluatedProperties" in schema or "unevaluatedItems" in schema):
            parts.append(Unevaluated(self).formula(schema, resolver))
        return self.pool.every(parts)

    def _reference(self, schema: Mapping[str, Any], key: str, resolver: Resolver) -> Node:
        if key == "$ref":
            return self.reference(schema[key], resolver)
        if (key == "$dynamicRef") != (self.year == 2020):
            return self.pool.true
        anchors = keywords.dynamic_anchors(self.schema.document, key, schema[key])
        if anchors > 1:
            return self.opaque(f"{key} {schema[key]} may mean several schemas", self.schema.document)
        return self.reference(schema[key], resolver)


Group = Callable[[Translation, Mapping[str, Any], Resolver], list[Node]]
