"""`unevaluatedProperties` and `unevaluatedItems`: what remains, case by case of which parts hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from wellmade.contracts.logic.keywords import fields, item_schemas
from wellmade.contracts.logic.node import Node
from wellmade.contracts.logic.translating import Translating

MOST = 64
"""Cases of which parts hold; a schema with more is not decided."""


@dataclass(frozen=True)
class Seen:
    """What the parts that hold have looked at."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    all_fields: bool = False
    items: int = 0
    all_items: bool = False
    contains: bool = False

    def __or__(self, other: "Seen") -> "Seen":
        return Seen(
            self.names | other.names,
            self.patterns | other.patterns,
            self.all_fields or other.all_fields,
            max(self.items, other.items),
            self.all_items or other.all_items,
            self.contains or other.contains,
        )


Case = tuple[tuple[Node, ...], Seen]
"""What holds and what does not, and what then has been looked at."""


class _TooManyError(Exception):
    pass


class Unevaluated:
    """The rest that a schema asks for, beyond what its parts have looked at."""

    def __init__(self, to: Translating) -> None:
        self.to: Translating = to
        self._inside: set[int] = set()

    def formula(self, schema: Mapping[str, Any], resolver: Any) -> Node:
        """Return the keywords `unevaluated…` of a schema as a formula."""
        pool = self.to.pool
        try:
            cases = list(self._cases(schema, resolver, top=True))
        except _TooManyError:
            return self.to.opaque("unevaluatedProperties depends on too many cases", schema)
        rests = {
            key: self.to.below(schema.get(key, True), resolver)
            for key in ("unevaluatedProperties", "unevaluatedItems")
        }
        items_rest = rests["unevaluatedItems"]
        if items_rest is not pool.true and any(seen.contains for _, seen in cases):
            return self.to.opaque("unevaluatedItems beside contains", schema)
        return pool.some(pool.every([*holding, self._rest(seen, rests)]) for holding, seen in cases)

    def _rest(self, seen: Seen, rests: Mapping[str, Node]) -> Node:
        pool, found = self.to.pool, []
        if not seen.all_fields:
            names = [(name, pool.true) for name in seen.names]
            patterns = [(pattern, pool.true) for pattern in seen.patterns]
            found.append(fields(self.to, names, patterns, rests["unevaluatedProperties"]))
        if not seen.all_items and rests["unevaluatedItems"] is not pool.true:
            found.append(pool.make("items", (pool.true,) * seen.items, rests["unevaluatedItems"]))
        return pool.every(found)

    def _cases(self, schema: Any, resolver: Any, *, top: bool = False) -> Iterator[Case]:
        """Yield the cases, no two of which can be true of one value."""
        if isinstance(schema, bool):
            yield (), Seen()
            return
        if id(schema) in self._inside:
            raise _TooManyError
        self._inside.add(id(schema))
        parts = list(self._parts(schema, resolver))
        count = 1
        for part in parts:
            count *= len(part)
        if count > MOST:
            raise _TooManyError
        for chosen in product(*parts):
            seen = self._looked_at(schema, top=top)
            for _, other in chosen:
                seen |= other
            yield tuple(node for nodes, _ in chosen for node in nodes), seen
        self._inside.discard(id(schema))

    def _parts(self, schema: Mapping[str, Any], resolver: Any) -> Iterator[list[Case]]:
        for key in ("$ref", "$dynamicRef", "$recursiveRef"):
            if key in schema:
                found = self.to.resolve(schema[key], resolver)
                if found is None:
                    raise _TooManyError
                yield list(self._cases(*found))
        for part in schema.get("allOf", ()):
            yield list(self._cases(part, resolver))
        for key in ("anyOf", "oneOf"):
            for part in schema.get(key, ()):
                yield [*self._holding(part, resolver), self._failing(part, resolver)]
        if "if" in schema:
            yield [
                *self._both(schema["if"], schema.get("then", True), resolver),
                *(
                    ((*self._failing(schema["if"], resolver)[0], *nodes), seen)
                    for nodes, seen in self._cases(schema.get("else", True), resolver)
                ),
            ]
        for name, part in schema.get("dependentSchemas", {}).items():
            has = self.to.pool.make("required", name)
            yield [
                *(((has, *nodes), seen) for nodes, seen in self._cases(part, resolver)),
                ((self.to.pool.negated(has),), Seen()),
            ]

    def _both(self, first: Any, second: Any, resolver: Any) -> Iterator[Case]:
        for (nodes, seen), (others, seen_too) in product(
            self._holding(first, resolver), list(self._cases(second, resolver))
        ):
            yield (*nodes, *others), seen | seen_too

    def _holding(self, part: Any, resolver: Any) -> list[Case]:
        node = self.to.node(part, resolver)
        return [((node, *nodes), seen) for nodes, seen in self._cases(part, resolver)]

    def _failing(self, part: Any, resolver: Any) -> Case:
        return (self.to.pool.negated(self.to.node(part, resolver)),), Seen()

    def _looked_at(self, schema: Mapping[str, Any], *, top: bool) -> Seen:
        prefix, rest = item_schemas(self.to, schema)
        rest_is_said = "additionalProperties" in schema or (not top and "unevaluatedProperties" in schema)
        items_are_said = ("items" in schema and not isinstance(schema["items"], list)) or (
            "additionalItems" in schema and isinstance(schema.get("items"), list)
        )
        del rest
        return Seen(
            frozenset(schema.get("properties", ())),
            frozenset(schema.get("patternProperties", ())),
            rest_is_said,
            len(prefix),
            items_are_said or (not top and "unevaluatedItems" in schema),
            "contains" in schema and self.to.year >= 2020,
        )
