"""What arrives in a function's event, as far as templates tell it: of custom resources, and of tasks.

CloudFormation hands the properties of a custom resource to the function that serves it, and Step Functions
the parameters of a task. Both stand in templates, so that the name which an event carries is known.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from wellmade.graph import Graph, Kind, Resource, Value, as_mapping, options, written
from wellmade.graph.resolve.state_machines import definition_of, operation_of, tasks_of
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.machines import MACHINES

_CALLS = (Kind.INVOKES_SYNC, Kind.INVOKES_ASYNC, Kind.POLLS, Kind.ROUTES)
_PASSED_ON = ("USER_ON_EVENT_FUNCTION_ARN", "USER_IS_COMPLETE_FUNCTION_ARN")
"""Variables by which the CDK's provider of custom resources knows who it hands events to."""


class Arrivals:
    """The events that templates tell, by the function that they reach.

    Args:
        graph: The templates.
        naming: How their values read.
    """

    def __init__(self, graph: Graph, naming: Naming) -> None:
        self._graph = graph
        self._naming = naming

    def texts(self, function: Resource, path: Sequence[str]) -> list[str]:
        """Return what stands at a path of a function's event, one text for each event that differs.

        Nothing where an event does not tell it, or where others may call the function too.
        """
        events = self._events.get(function.id, ())
        found = [text for event in events for text in self._at(event, path)]
        if None in found or self._is_called_otherwise(function):
            return []
        return list(dict.fromkeys(text for text in found if text is not None))

    def _at(self, value: Value, path: Sequence[str]) -> Iterator[str | None]:
        for option in options(value):
            if not path:
                yield from (None,) if isinstance(option, dict | list) else self._naming.texts(option)
            elif isinstance(option, dict) and path[0] in option:
                yield from self._at(option[path[0]], path[1:])
            else:
                yield None

    def _is_called_otherwise(self, function: Resource) -> bool:
        callers = [edge.source for edge in self._graph.edges(target=function) if edge.kind in _CALLS]
        return any(
            each.type not in MACHINES and each.id not in self._providers and each.get("ServiceToken") is None
            for each in callers
        )

    @cached_property
    def _events(self) -> Mapping[str, Sequence[Value]]:
        found: dict[str, list[Value]] = defaultdict(list)
        for function, event in (*self._of_custom_resources(), *self._of_tasks()):
            found[function.id].append(event)
        return found

    @cached_property
    def _providers(self) -> Mapping[str, Sequence[Resource]]:
        """The CDK's providers of custom resources, each with the functions that it hands events to."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for provider in self._graph.of_type("AWS::Lambda::Function"):
            variables = self._graph.environment_of(provider)
            for value in filter(None, map(variables.get, _PASSED_ON)):
                if function := self._graph.function(value):
                    found[provider.id].append(function)
        return found

    def _of_custom_resources(self) -> Iterator[tuple[Resource, Value]]:
        for resource in self._graph.resources.values():
            served = self._graph.function(resource.get("ServiceToken"))
            if served:
                event = {"ResourceProperties": dict(resource.properties)}
                yield from ((each, event) for each in (served, *self._providers.get(served.id, ())))

    def _of_tasks(self) -> Iterator[tuple[Resource, Value]]:
        for machine in self._graph.of_type(*MACHINES):
            for _, task in tasks_of(definition_of(machine)):
                given = as_mapping(task.get("Parameters", task.get("Arguments")))
                called = self._graph.function(task.get("Resource"))
                if operation_of(written(task.get("Resource", ""))) == ("lambda", "invoke"):
                    called = self._graph.function(given.get("FunctionName"))
                    given = as_mapping(given.get("Payload"))
                if called:
                    yield called, {name: value for name, value in given.items() if not _is_worked_out(value)}


def _is_worked_out(value: Value) -> bool:
    """Tell whether a value is an expression in JSONata."""
    return isinstance(value, str) and value.startswith("{%")
