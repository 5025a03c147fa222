"""State machines: their definitions, states and kind."""

from collections.abc import Iterator, Mapping

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, options, text, written
from wellmade.graph.resolve.state_machines import definition_of

MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_PLACES = ("DefinitionString", "Definition", "DefinitionUri", "DefinitionS3Location")

State = Mapping[str, Value]


def machines(graph: Graph) -> Iterator[tuple[Resource, State]]:
    """Yield each state machine with its definition, where the templates hold it."""
    for machine in graph.of_type(*MACHINES):
        definition = definition_of(machine)
        if as_mapping(definition.get("States")):
            yield machine, definition


def kind_of(machine: Resource) -> str | None:
    """Return `STANDARD` or `EXPRESS`; None when that is not known."""
    named = machine.get("StateMachineType", machine.get("Type", "STANDARD"))
    return text(named)


def place_of(machine: Resource) -> str:
    """Return the path of the property that holds the definition."""
    return f"Properties.{next((place for place in _PLACES if machine.get(place) is not None), _PLACES[0])}"


def states_of(definition: State) -> Iterator[tuple[str, State]]:
    """Yield every state with its name, those inside branches and maps included."""
    for name, value in as_mapping(definition.get("States")).items():
        for state in map(as_mapping, options(value)):
            yield name, state
            for inner in (*as_list(state.get("Branches")), state.get("ItemProcessor"), state.get("Iterator")):
                yield from states_of(as_mapping(inner))


def resource_of_task(state: State) -> str:
    """Return what a task calls, in writing."""
    return written(state.get("Resource", ""))
