"""Step Functions: what the tasks of a definition call, and whether the execution waits for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.actions import belongs_to, kind_of
from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.state_machines import definition_of, operation_of, tasks_of
from wellmade.graph.resolve.values import Value, as_list, as_mapping, options

_SERVICE = {"eventbridge": "events", "sfn": "states", "cloudwatchevents": "events"}
_RUNS = {"lambda:invoke", "states:startexecution", "ecs:runtask", "states:startsyncexecution"}


def _machine(index: ResourceIndex, machine: Resource) -> Iterator[Edge]:
    for name, task in tasks_of(definition_of(machine)):
        yield from _task(index, machine, name, task)


def _task(index: ResourceIndex, machine: Resource, name: str, task: Mapping[str, Value]) -> Iterator[Edge]:
    called = written(task.get("Resource"))
    detail: dict[str, Any] = {"state": name, "task": task, "waits": _waiting(called)}
    direct = index.destination(task.get("Resource"))
    if direct:
        yield Edge(machine, direct, Kind.INVOKES_SYNC, machine, detail)
        return
    action = _action(called)
    parameters = as_mapping(task.get("Parameters") or task.get("Arguments"))
    for target in _named(index, parameters):
        kind = _kind(action, target, parameters, detail["waits"])
        if kind:
            yield Edge(machine, target, kind, machine, {**detail, "action": action})


def _waiting(called: str) -> str:
    """Return `token`, `completion` or `answer`: what the execution waits for."""
    if called.endswith(".waitForTaskToken"):
        return "token"
    return "completion" if ".sync" in called else "answer"


def _action(called: str) -> str:
    """Return the IAM-like action of `arn:aws:states:::sqs:sendMessage.waitForTaskToken`."""
    service, operation = operation_of(called)
    return f"{_SERVICE.get(service, service)}:{operation}"


def _named(index: ResourceIndex, parameters: Mapping[str, Value]) -> Iterator[Resource]:
    """Yield the resources that the parameters name, not those inside payloads."""
    entries = [*parameters.values()]
    for request in (parameters.get("Entries"), parameters.get("RequestItems")):
        entries += [value for item in as_list(request) if isinstance(item, dict) for value in item.values()]
    for value in entries:
        for option in options(value):
            target = index.destination(option)
            if target:
                yield target


def _kind(action: str, target: Resource, parameters: Mapping[str, Value], waits: str) -> Kind | None:
    if not belongs_to(action, target):
        return None
    if action.lower() not in _RUNS:
        return kind_of(action, target)
    if action.lower() == "lambda:invoke":
        forgets = parameters.get("InvocationType") == "Event" and waits == "answer"
    else:
        forgets = waits == "answer" and action.lower() != "states:startsyncexecution"
    return Kind.INVOKES_ASYNC if forgets else Kind.INVOKES_SYNC


SOURCES: dict[str, Source] = {
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::Serverless::StateMachine": _machine,
}
