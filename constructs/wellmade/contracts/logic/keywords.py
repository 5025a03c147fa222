"""The keywords of JSON Schema as formulas, by draft."""

from collections.abc import Callable, Mapping
from typing import Any

from wellmade.contracts.logic.formats import FLOATS, FOR_PEOPLE, WHOLE
from wellmade.contracts.logic.node import TYPES, Node
from wellmade.contracts.logic.translating import Translating
from wellmade.contracts.logic.values import canonical, exact
from wellmade.contracts.walk import subschemas

Schema = Mapping[str, Any]
OPEN = True
"""A bound that is not reached itself."""
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def dynamic_anchors(document: Any, key: str, reference: str) -> int:
    """Count what a dynamic reference may mean."""
    anchor = "$dynamicAnchor" if key == "$dynamicRef" else "$recursiveAnchor"
    wanted = reference.rpartition("#")[2] if key == "$dynamicRef" else True
    return sum(part.get(anchor) == wanted for _, part in subschemas(document))


def types_and_values(to: Translating, schema: Schema, _resolver: Any) -> list[Node]:
    """Return `type`, `enum` and `const`."""
    found, pool = [], to.pool
    if "type" in schema:
        names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        whole = pool.every([pool.types(["number"]), pool.make("multiple", exact(1))])
        kinds = [pool.types([name for name in names if name in TYPES])]
        found.append(pool.some([*kinds, whole] if "integer" in names and "number" not in names else kinds))
    if "enum" in schema:
        found.append(_enum(to, schema["enum"]))
    if "const" in schema and to.year >= 6:
        found.append(_enum(to, [schema["const"]]))
    return found


def _enum(to: Translating, values: list[Any]) -> Node:
    texts = {canonical(value): value for value in values}
    to.pool.values = texts | to.pool.values
    return to.pool.make("enum", frozenset(texts)) if texts else to.pool.false


def numbers(to: Translating, schema: Schema, _resolver: Any) -> list[Node]:
    """Return the bounds of numbers."""
    found, make = [], to.pool.make
    for key, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if key in schema:
            found.append(make(key, exact(schema[key]), to.year == 4 and schema.get(exclusive) is True))
        if exclusive in schema and to.year >= 6:
            found.append(make(key, exact(schema[exclusive]), OPEN))
    if "multipleOf" in schema:
        found.append(make("multiple", exact(schema["multipleOf"])))
    form = schema.get("format")
    if isinstance(form, str) and form in FLOATS:
        found += [make("minimum", -FLOATS[form], not OPEN), make("maximum", FLOATS[form], not OPEN)]
    if isinstance(form, str) and form in WHOLE:
        most = WHOLE[schema["format"]]
        bounds = (make("minimum", exact(-most), not OPEN), make("maximum", exact(most), OPEN))
        found.append(to.pool.every([make("multiple", exact(1)), *bounds]))
    return found


def strings(to: Translating, schema: Schema, _resolver: Any) -> list[Node]:
    """Return what strings must look like; formats are asserted, whatever the draft says of them."""
    found, make = [], to.pool.make
    for key, kind in (("minLength", "min_length"), ("maxLength", "max_length")):
        if key in schema and (kind, schema[key]) != ("min_length", 0):
            found.append(make(kind, int(schema[key])))
    if "pattern" in schema:
        found.append(make("pattern", schema["pattern"]))
    form = schema.get("format")
    if isinstance(form, str) and form not in FOR_PEOPLE | WHOLE.keys() | FLOATS.keys():
        found.append(make("format", form))
    return found


def arrays(to: Translating, schema: Schema, resolver: Any) -> list[Node]:
    """Return what items must be."""
    found, make, true = [], to.pool.make, to.pool.true
    for key, kind in (("minItems", "min_items"), ("maxItems", "max_items")):
        if key in schema and (kind, schema[key]) != ("min_items", 0):
            found.append(make(kind, int(schema[key])))
    if schema.get("uniqueItems") is True:
        found.append(make("unique"))
    prefix, rest = item_schemas(to, schema)
    nodes = [to.below(part, resolver) for part in prefix]
    after = to.below(rest, resolver)
    while nodes and nodes[-1] is after:
        nodes.pop()
    if nodes or after is not true:
        found.append(make("items", tuple(nodes), after))
    if "contains" in schema and to.year >= 6:
        new = to.year >= 2019
        least = int(schema.get("minContains", 1)) if new else 1
        most = int(schema["maxContains"]) if new and "maxContains" in schema else None
        found.append(make("contains", to.below(schema["contains"], resolver), least, most))
    return found


def item_schemas(to: Translating, schema: Schema) -> tuple[list[Any], Any]:
    """Return the schemas of the first items, and that of all others."""
    items = schema.get("items", True)
    if to.year >= 2020:
        return schema.get("prefixItems", []), items
    return (items, schema.get("additionalItems", True)) if isinstance(items, list) else ([], items)


def objects(to: Translating, schema: Schema, resolver: Any) -> list[Node]:
    """Return what fields there may be, and what they must be."""
    found, make = [], to.pool.make
    found += [make("required", name) for name in schema.get("required", ())]
    for key, kind in (("minProperties", "min_fields"), ("maxProperties", "max_fields")):
        if key in schema and (kind, schema[key]) != ("min_fields", 0):
            found.append(make(kind, int(schema[key])))
    if "propertyNames" in schema and to.year >= 6:
        found.append(make("names", to.below(schema["propertyNames"], resolver)))
    names = [(name, to.below(part, resolver)) for name, part in schema.get("properties", {}).items()]
    patterns = schema.get("patternProperties", {}).items()
    rest = to.below(schema.get("additionalProperties", True), resolver)
    found.append(fields(to, names, [(pattern, to.below(part, resolver)) for pattern, part in patterns], rest))
    return [*found, *_dependencies(to, schema, resolver)]


def fields(
    to: Translating, names: list[tuple[str, Node]], patterns: list[tuple[str, Node]], rest: Node
) -> Node:
    """Return what names, patterns and the rest of an object ask, one way of writing for each meaning."""
    if not names and not patterns and rest is to.pool.true:
        return to.pool.true
    return to.pool.make("fields", tuple(sorted(names, key=_name)), tuple(sorted(patterns, key=_name)), rest)


def _name(pair: tuple[str, Node]) -> str:
    return pair[0]


def _dependencies(to: Translating, schema: Schema, resolver: Any) -> list[Node]:
    pool, found = to.pool, []
    for key in ("dependencies", "dependentRequired", "dependentSchemas"):
        if (key == "dependencies") == (to.year >= 2019):
            continue
        for name, part in schema.get(key, {}).items():
            needs = (
                pool.every(pool.make("required", other) for other in part)
                if isinstance(part, list)
                else to.node(part, resolver)
            )
            without = pool.every([pool.types(["object"]), pool.negated(pool.make("required", name))])
            other_types = pool.types([kind for kind in TYPES if kind != "object"])
            found.append(pool.some([other_types, without, needs]))
    return found


def combined(to: Translating, schema: Schema, resolver: Any) -> list[Node]:
    """Return `allOf`, `anyOf`, `oneOf`, `not` and `if`."""
    pool = to.pool
    nodes = {
        key: [to.node(part, resolver) for part in schema[key]]
        for key in ("allOf", "anyOf", "oneOf")
        if key in schema
    }
    found = list(nodes.get("allOf", ()))
    if "anyOf" in nodes:
        found.append(pool.some(nodes["anyOf"]))
    if "oneOf" in nodes:
        single = len(nodes["oneOf"]) == 1
        found.append(nodes["oneOf"][0] if single else pool.make("one", tuple(nodes["oneOf"])))
    if "not" in schema:
        found.append(pool.negated(to.node(schema["not"], resolver)))
    if "if" in schema and to.year >= 7:
        asked = to.node(schema["if"], resolver)
        then, otherwise = (to.node(schema.get(key, True), resolver) for key in ("then", "else"))
        found.append(pool.some([pool.negated(asked), then]))
        found.append(pool.some([asked, otherwise]))
    return found


GROUPS: tuple[Callable[[Translating, Schema, Any], list[Node]], ...] = (
    types_and_values,
    numbers,
    strings,
    arrays,
    objects,
    combined,
)
