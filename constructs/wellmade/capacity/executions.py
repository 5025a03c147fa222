"""How often an execution of a state machine calls what its tasks name."""

from collections.abc import Iterator, Mapping

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.graph import Resource, Value, as_list, as_mapping, options
from wellmade.graph.resolve.state_machines import definition_of


def calls_of(known: KnownValues, machine: Resource, target: Resource) -> float:
    """Return how often an execution calls a resource: as the file says, else each of its tasks once."""
    stated = known.calls(machine).get(target.id)
    if stated is not None:
        return stated
    names = {
        str(edge.detail.get("state"))
        for edge in known.graph.edges(source=machine)
        if edge.target is target and edge.detail.get("state") is not None
    }
    count = float(max(1, len(names)))
    name = short(machine)
    states = {state: why for state, why in _states(definition_of(machine)) if state in names and why}
    for state, why in states.items():
        if why != _MAY:
            known.undecided(
                f"how often {name} calls {short(target)}: its state {state} {why}; "
                f"say state_machines.{name}.calls.{short(target)}"
            )
    choices = f", though {', '.join(states)} {_MAY}" if _MAY in states.values() else ""
    times = "once" if count == 1 else f"{count:g} times"
    known.assume(
        f"{name}: an execution calls {short(target)} {times}{choices} (say state_machines.{name}.calls)"
    )
    return count


_MAY = "may be passed over by a choice"
_MAP = "is inside a map, which runs it for each item"
_LOOP = "may be reached again from itself"


def _states(definition: Mapping[str, Value], outer: str = "") -> Iterator[tuple[str, str]]:
    """Yield every state, with why it may run other than once."""
    states = {name: as_mapping(one) for name, one in as_mapping(definition.get("States")).items()}
    following = {name: set(_next(state)) for name, state in states.items()}
    always = _always(states, following, str(definition.get("StartAt")))
    for name, state in states.items():
        why = outer or (
            _LOOP if name in _reached(following, following[name]) else "" if name in always else _MAY
        )
        yield name, why
        for inner in (*as_list(state.get("Branches")), state.get("ItemProcessor"), state.get("Iterator")):
            yield from _states(as_mapping(inner), _MAP if state.get("Type") == "Map" else why)


def _next(state: Mapping[str, Value]) -> Iterator[str]:
    """Yield what may come after a state, failures that are caught left out."""
    rules = [as_mapping(one) for one in as_list(state.get("Choices"))]
    for value in (state.get("Next"), state.get("Default"), *(rule.get("Next") for rule in rules)):
        yield from (str(one) for one in options(value))


def _reached(following: Mapping[str, set[str]], start: set[str], without: str = "") -> set[str]:
    found, edge = set[str](), start - {without}
    while edge:
        found |= edge
        edge = {after for name in edge for after in following.get(name, ())} - found - {without}
    return found


def _always(
    states: Mapping[str, Mapping[str, Value]], following: Mapping[str, set[str]], start: str
) -> set[str]:
    """Return the states without which no execution comes to its end."""
    ends = {name for name in states if not following[name]}
    return {name for name in states if not _reached(following, {start}, without=name) & (ends - {name})}
