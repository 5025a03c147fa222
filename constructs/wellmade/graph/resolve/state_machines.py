"""Definitions of Step Functions state machines, wherever the template keeps them."""

import re
from collections.abc import Iterator, Mapping

from wellmade.errors import WellmadeError
from wellmade.graph.read.decode import decode
from wellmade.graph.resolve.joining import document, join
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.values import Value, as_list, as_mapping, options

_PLACE = re.compile(r"\$\{([^}]+)\}")
_INTEGRATION = re.compile(r":states:[^:]*:[^:]*:(aws-sdk:)?(?P<service>[^:]+):(?P<operation>[^:.]+)")


def definition_of(machine: Resource) -> Mapping[str, Value]:
    """Return the definition with its substitutions made; empty when the template does not hold it.

    SAM keeps it in a file beside the template, which is read when it is there.
    """
    written = machine.get("Definition", machine.get("DefinitionString"))
    definition = as_mapping(document(written)) or _of_file(machine)
    substitutions = as_mapping(machine.get("DefinitionSubstitutions"))
    return as_mapping(_substituted(definition, substitutions)) if substitutions else definition


def _of_file(machine: Resource) -> Mapping[str, Value]:
    location = machine.get("DefinitionUri")
    if not isinstance(location, str) or "://" in location:
        return {}
    file = machine.template.parent / location
    try:
        return as_mapping(decode(file)[0]) if file.is_file() else {}
    except WellmadeError:
        return {}


def _substituted(value: Value, substitutions: Mapping[str, Value]) -> Value:
    if isinstance(value, dict):
        return {key: _substituted(entry, substitutions) for key, entry in value.items()}
    if isinstance(value, list):
        return [_substituted(entry, substitutions) for entry in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    pieces = _PLACE.split(value)
    return join(
        substitutions.get(piece, f"${{{piece}}}") if index % 2 else piece
        for index, piece in enumerate(pieces)
    )


def operation_of(called: str) -> tuple[str, str]:
    """Return service and operation that `arn:aws:states:::sqs:sendMessage.waitForTaskToken` names.

    Region and account, which some people fill in, tell nothing; nor does a place that the template leaves.
    """
    found = _INTEGRATION.search(_PLACE.sub("", called))
    return (found["service"], found["operation"]) if found else ("", "")


def tasks_of(definition: Mapping[str, Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield every task with its name, those inside parallel branches and maps included."""
    for name, state in as_mapping(definition.get("States")).items():
        for option in options(state):
            yield from _tasks_in(name, as_mapping(option))


def transfers_of(definition: Mapping[str, Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield what distributed maps read their items from and write their results to, each as a task."""
    for name, state in as_mapping(definition.get("States")).items():
        for option in map(as_mapping, options(state)):
            for kind in ("ItemReader", "ResultWriter"):
                if found := as_mapping(option.get(kind)):
                    yield f"{name}, {kind}", found
            for inner in (
                *as_list(option.get("Branches")),
                option.get("ItemProcessor"),
                option.get("Iterator"),
            ):
                yield from transfers_of(as_mapping(inner))


def _tasks_in(name: str, state: Mapping[str, Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    if state.get("Type") == "Task":
        yield name, state
    for inner in (*as_list(state.get("Branches")), state.get("ItemProcessor"), state.get("Iterator")):
        yield from tasks_of(as_mapping(inner))
