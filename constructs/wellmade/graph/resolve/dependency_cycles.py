"""Refuse resources that need each other to exist: CloudFormation cannot deploy them."""

from collections.abc import Iterable, Iterator, Mapping

from wellmade.errors import WellmadeError
from wellmade.graph.resolve.references import attributes
from wellmade.graph.resolve.resource import Resource

LONGEST = 8
"""Names of a cycle that a message repeats."""


def reject_cycles(resources: Iterable[Resource]) -> None:
    """Refuse a cycle of certain dependencies among the resources of one stack.

    What stands behind `Fn::If` or in a conditional resource is left aside: the cycle may never close.

    Raises:
        WellmadeError: With file and line of the first resource in the cycle.
    """
    certain = {resource.id: resource for resource in resources if resource.condition is None}
    needed = {key: list(_needs(resource, certain)) for key, resource in certain.items()}
    cycle = _cycle(needed)
    if cycle:
        first = certain[cycle[0]]
        names = " needs ".join(_shown([certain[key].logical_id for key in (*cycle, cycle[0])]))
        raise WellmadeError(
            f"{first.template}:{first.line}: resources need each other: {names}; break the cycle"
        )


def _shown(names: list[str]) -> list[str]:
    """Return the names, of a long cycle its ends only."""
    return names if len(names) <= LONGEST else [*names[: LONGEST - 2], "…", names[-1]]


def _needs(resource: Resource, certain: Mapping[str, Resource]) -> Iterator[str]:
    for logical_id in resource.depends_on:
        if f"{resource.stack}/{logical_id}" in certain:
            yield f"{resource.stack}/{logical_id}"
    for attribute in attributes(dict(resource.properties), certain=True):
        if attribute.resource_id in certain:
            yield attribute.resource_id


def _cycle(needed: Mapping[str, list[str]]) -> list[str]:
    """Walk depth first without recursion; return the first cycle found, else nothing."""
    done: set[str] = set()
    for start in needed:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(needed[start])}
        while path:
            current = next(reversed(path))
            following = next((key for key in path[current] if key not in done), None)
            if following is None:
                done.add(current)
                del path[current]
            elif following in path:
                keys = list(path)
                return keys[keys.index(following) :]
            else:
                path[following] = iter(needed[following])
    return []
