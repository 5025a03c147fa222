"""Templates as they read where it is settled which of their conditions hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from wellmade.graph.resolve.conditions import Name, World
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.values import ABSENT, Absent, Either, Value


def settled(resources: Iterable[Resource], world: World) -> Iterator[Resource]:
    """Yield the resources that are then deployed, with their properties as they then are.

    Args:
        resources: With both branches of each condition.
        world: Which conditions hold; of others both branches stay.
    """
    holds = dict(world)
    for resource in resources:
        if resource.condition and holds.get((resource.stack, resource.condition)) is False:
            continue
        properties = _settled(dict(resource.properties), holds)
        yield resource if properties == resource.properties else replace(resource, properties=properties)


def _settled(value: Value, holds: dict[Name, bool]) -> Value:
    match value:
        case Either(condition, then, otherwise, stack):
            if (stack, condition) in holds:
                return _settled(then if holds[stack, condition] else otherwise, holds)
            branches = _settled(then, holds), _settled(otherwise, holds)
            return branches[0] if branches[0] == branches[1] else Either(condition, *branches, stack)
        case dict():
            entries = ((key, _settled(each, holds)) for key, each in value.items())
            return {key: each for key, each in entries if not isinstance(each, Absent)}
        case list():
            items = (_settled(each, holds) for each in value)
            return [each for each in items if each is not ABSENT]
    return value


def conditions_in(value: Value) -> Iterator[Name]:
    """Yield the conditions that decide a value, however deep."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Either(condition, then, otherwise, stack):
                yield stack, condition
                waiting.extend((then, otherwise))
            case dict() as mapping:
                waiting.extend(mapping.values())
            case list() as entries:
                waiting.extend(entries)
