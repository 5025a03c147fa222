"""Templates as they are priced: of each condition it is settled whether it holds, and told."""

from collections.abc import Collection, Iterator

from wellmade.graph import Conditions, Graph, Name, Resource, conditions_in, settled

_MOST = 4096
"""Ways in which conditions can hold together; beyond them each is taken to hold."""


def with_conditions(graph: Graph, region: str, stated: Collection[str] = ()) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with every condition settled, and what was assumed of each.

    A condition holds as the defaults of the parameters say, where they do. Of others as many hold as can hold
    together: what they bring is counted, and is never left out in silence.

    Args:
        graph: With the conditions settled of which the capacity file speaks.
        region: What `AWS::Region` is.
        stated: Of which conditions that file speaks.
    """
    every = {name for one in graph.resources.values() for name in _conditions_of(one)}
    names = sorted(name for name in every if name[1] not in stated)
    if not names:
        return graph, ()
    conditions = Conditions(graph.stacks, {**_defaults(graph), "AWS::Region": region})
    known = {name: holds for name in names if (holds := _only(conditions, name)) is not None}
    open_names = [name for name in names if name not in known]
    worlds = conditions.worlds(open_names, _MOST) or [frozenset((name, True) for name in open_names)]
    chosen = dict(max(worlds, key=lambda world: sum(holds for _, holds in world)))
    told = [_told(name, holds, "as the defaults of its parameters say") for name, holds in known.items()]
    told += [_told(name, chosen[name], "nothing tells") for name in open_names]
    world = frozenset((known | chosen).items())
    return Graph(settled(graph.resources.values(), world), graph.stacks), tuple(told)


def _conditions_of(resource: Resource) -> Iterator[Name]:
    if resource.condition:
        yield resource.stack, resource.condition
    yield from conditions_in(resource.properties)


def _only(conditions: Conditions, name: Name) -> bool | None:
    """Return whether a condition holds; None where it may hold or not."""
    worlds = conditions.worlds([name], 1)
    return dict(worlds[0])[name] if worlds else None


def _defaults(graph: Graph) -> dict[str, str]:
    """Return the defaults of parameters; in a nested stack only of those that nothing is passed for."""
    return {
        f"{stack.name}/{name}": _text(declared["Default"])
        for stack in graph.stacks
        for name, declared in stack.section("Parameters").items()
        if isinstance(declared, dict)
        and isinstance(declared.get("Default"), str | int | float | bool)
        and name not in stack.passed
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(name: Name, holds: bool, why: str) -> str:  # noqa: FBT001 - as a world says it
    stated = str(holds).lower()
    return f"condition {name[1]} is {stated}, {why} (say conditions.{name[1]})"
