"""Follow a path through properties, lists included."""

from collections.abc import Iterator, Mapping

from wellmade.graph.resolve.values import Value, as_list


def values_at(properties: Mapping[str, Value], path: str) -> Iterator[Value]:
    """Yield every value at a path such as `Targets.*.Arn`; all branches of conditions are followed."""
    yield from _below(properties, path.split("."))


def _below(value: Value, keys: list[str]) -> Iterator[Value]:
    if not keys:
        yield from as_list(value)
        return
    for entry in as_list(value):
        if keys[0] == "*":
            yield from _below(entry, keys[1:])
        elif isinstance(entry, dict) and keys[0] in entry:
            yield from _below(entry[keys[0]], keys[1:])
