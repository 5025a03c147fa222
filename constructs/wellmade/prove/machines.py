"""The calls of a state machine, as its own definition tells them."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, options, text, written
from wellmade.graph.resolve.state_machines import definition_of, tasks_of, transfers_of
from wellmade.prove.calls import Call
from wellmade.prove.calls.call import Need
from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import Shape
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.integrations import api_call_of, members_of, needs_no_call, request_to_api
from wellmade.prove.report import NotJudged
from wellmade.prove.tasks import calls_beside, given_to, has_other_role, is_worked_out, role_of, told
from wellmade.prove.waits import Besides, besides_of, is_awaited, is_known

MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_RESULTS = ("GetObject", "ListMultipartUploadParts", "AbortMultipartUpload")
"""What writing results needs besides.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
"""


def machines_in(graph: Graph) -> list[Resource]:
    """Return the state machines whose definition and role the templates hold."""
    return [each for each in graph.of_type(*MACHINES) if definition_of(each) and graph.role_of(each)]


def calls_of(machine: Resource, naming: Naming) -> tuple[list[Call], list[NotJudged]]:
    """Return what a state machine calls, and the tasks of which that cannot be told."""
    calls: list[Call] = []
    unknown: list[NotJudged] = []
    for name, task in tasks_of(definition_of(machine)):
        found = list(_calls(naming, name, task))
        calls.extend(found)
        called = written(task.get("Resource", ""))
        if not found and not is_known(called) and not needs_no_call(naming, task, called):
            unknown.append(NotJudged(f"state {name}", f"it is not known what {called} calls"))
        if ".sync" in called and not is_awaited(called) and not has_other_role(task):
            unknown.append(NotJudged(f"state {name}", f"it is not known what waits for the end of {called}"))
    calls += _transfers(machine, naming)
    return calls, unknown


def waits_of(machine: Resource, naming: Naming) -> Iterator[Besides]:
    """Yield what Step Functions needs besides: to wait for the end of what tasks start, and for results."""
    for call in _transfers(machine, naming):
        if call.operation == "PutObject":
            place = f"arn:{naming.partition}:s3:::{call.text('Bucket')}/{call.text('Key')}"
            yield from (Besides(Need(f"s3:{action}", place)) for action in _RESULTS)
    for _, task in tasks_of(definition_of(machine)):
        yield from besides_of(task, naming)


def _transfers(machine: Resource, naming: Naming) -> Iterator[Call]:
    """Yield what distributed maps call to read their items and to write their results."""
    for name, transfer in transfers_of(definition_of(machine)):
        given = given_to(transfer)
        service, operation = api_call_of(written(transfer.get("Resource", "")))
        place = {each: told(naming, given, each, name) for each in ("Bucket", "Key", "Prefix")}
        if operation == "PutObject":
            place["Key"] = f"{place['Prefix']}/run/manifest.json".lstrip("/")
        yield Call(service, operation, {each: text for each, text in place.items() if text}, naming.region)


def _calls(naming: Naming, name: str, task: Mapping[str, Value]) -> Iterator[Call]:
    """Yield what a task calls, one for each branch of a condition; nothing where that is not known."""
    if has_other_role(task):
        yield role_of(naming, name, task)
        return
    function = naming.graph.function(task.get("Resource"))
    if function:
        yield from (
            Call("lambda", "Invoke", {"FunctionName": arn}, naming.region)
            for arn in naming.texts(task.get("Resource"))
        )
        return
    called = written(task.get("Resource", ""))
    yield from request_to_api(naming, name, task, called)
    yield from calls_beside(naming, name, task, called)
    service, operation = api_call_of(called)
    members = members_of(service, operation)
    written_down = task.get("Parameters", task.get("Arguments"))
    given = as_mapping(written_down)
    if members is None:
        return
    shape = model_of(service).input_of(operation)
    # What is not written down is the input of the state: it may name whatever is acted on.
    required = shape.required_members if shape else ()
    every = [key for key, member in members.items() if member in required or key.endswith("arn")]
    learned = {
        members[key]: naming.unknowns.token(f"{members[key]} in state {name}")
        for key in (_learned(given) if given or written_down == {} else every)
        if key in members and _is_text(service, operation, members[key])
    }
    told = {members[key.lower()]: value for key, value in given.items() if key.lower() in members}
    for parameters in _variants(_Told(naming, name), told, shape):
        yield Call(service, operation, {**parameters, **learned}, naming.region)


def _learned(given: Mapping[str, Value]) -> Iterator[str]:
    """Yield the parameters, in lower case, whose value only an execution tells."""
    for key, value in given.items():
        if key.endswith(".$") or is_worked_out(value):
            yield key.removesuffix(".$").lower()


def _is_text(service: str, operation: str, member: str) -> bool:
    shape = model_of(service).input_of(operation)
    return shape is not None and shape.members[member].type_name == "string"


def _variants(told: "_Told", given: Mapping[str, Value], shape: Shape | None) -> Iterator[dict[str, Any]]:
    """Yield the parameters, as boto3 writes them, once for each text that one of them may be."""
    known = {key: told.plain(value, shape.members[key] if shape else None) for key, value in given.items()}
    several = {name: value for name, value in known.items() if isinstance(value, _Choice)}
    first = {name: value.texts[0] if isinstance(value, _Choice) else value for name, value in known.items()}
    yield first
    for name, choice in several.items():
        yield from ({**first, name: other} for other in choice.texts[1:])


class _Choice:
    """Texts of which a condition takes one."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts


class _Told:
    """Values as a call has them.

    Args:
        naming: What the template calls its resources.
        state: The state that calls.
    """

    def __init__(self, naming: Naming, state: str) -> None:
        self._naming = naming
        self._state = state

    def plain(self, value: Value, shape: Shape | None) -> Any:
        """Return a value; of what only an execution tells, a token for each text, and nothing of the rest."""
        for option in options(value):
            if isinstance(option, dict):
                return dict(self._members(option, shape))
            if isinstance(option, list):
                item = shape.member if shape and shape.type_name == "list" else None
                return [self.plain(each, item) for each in option]
            if isinstance(option, bool | int | float):
                return option
        texts = self._naming.texts(value)
        return _Choice(texts) if len(texts) > 1 else (texts or [""])[0]

    def _members(self, given: Mapping[str, Value], shape: Shape | None) -> Iterator[tuple[str, Any]]:
        inner = {name.lower(): each for name, each in shape.members.items()} if shape else {}
        for key, value in given.items():
            name = str(key).removesuffix(".$")
            member = inner.get(name.lower())
            if name == key and not is_worked_out(value):
                yield name, self.plain(value, member)
            elif member and member.type_name == "string":
                yield name, self._naming.unknowns.token(f"{name} in state {self._state}")


def is_distributed(machine: Resource) -> bool:
    """Tell whether a map of it runs each batch as an execution of its own."""

    def modes(states: Mapping[str, Value]) -> Iterator[str | None]:
        for state in map(as_mapping, states.values()):
            inner = as_mapping(state.get("ItemProcessor"))
            yield text(as_mapping(inner.get("ProcessorConfig")).get("Mode"))
            for branch in (inner, *map(as_mapping, as_list(state.get("Branches")))):
                yield from modes(as_mapping(branch.get("States")))

    return "DISTRIBUTED" in modes(as_mapping(definition_of(machine).get("States")))
