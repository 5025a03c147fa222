"""Each state machine of a template, compared with what its own definition calls."""

from collections.abc import Iterator, Mapping

from wellmade.graph import Graph, Resource, Value, as_mapping, options, written
from wellmade.graph.resolve.state_machines import definition_of, operation_of, tasks_of
from wellmade.prove.calls import Call, AccountContext
from wellmade.prove.naming import ACCOUNT, concrete
from wellmade.prove.report import Report, prove
from wellmade.prove.subject import role_behind

MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_CLIENTS = {"sfn": "stepfunctions", "states": "stepfunctions", "eventbridge": "events"}
"""Services that boto3 names otherwise."""
_NAMED_BY = {
    "dynamodb": ("TableName", "TableName"),
    "lambda": ("FunctionName", "FunctionName"),
    "sns": ("TopicArn", "TopicArn"),
    "sqs": ("QueueUrl", "QueueUrl"),
    "stepfunctions": ("StateMachineArn", "stateMachineArn"),
}
"""By service, what names the thing acted on: in a definition, and in a call."""


def machines_in(graph: Graph) -> list[Resource]:
    """Return the state machines whose definition and role the templates hold."""
    return [each for each in graph.of_type(*MACHINES) if definition_of(each) and graph.role_of(each)]


def prove_machine(graph: Graph, machine: Resource) -> Report | None:
    """Compare a state machine's role with the calls of its definition; None where one cannot be told.

    Raises:
        UnmappedCallError: If it is unknown what a call needs.
    """
    role = role_behind(graph, machine, {})
    calls = [call for _, task in tasks_of(definition_of(machine)) for call in _calls(graph, task)]
    told = [call for call in calls if call]
    return prove(told, role, AccountContext(ACCOUNT)) if role and len(told) == len(calls) else None


def _calls(graph: Graph, task: Mapping[str, Value]) -> Iterator[Call | None]:
    """Yield what a task calls, one for each branch of a condition; None for what is not known here."""
    if graph.function(task.get("Resource")):
        for arn in concrete(graph, task.get("Resource"), {}):
            yield Call("lambda", "Invoke", {"FunctionName": arn})
        return
    service, operation = _operation(written(task.get("Resource", "")))
    written_as, called_as = _NAMED_BY.get(service, ("", ""))
    named = list(options(as_mapping(task.get("Parameters", task.get("Arguments"))).get(written_as)))
    if not named:
        yield None
    for text in (text for value in named for text in concrete(graph, value, {})):
        place = f"https://sqs/{ACCOUNT}/{text}" if service == "sqs" and "/" not in text else text
        yield Call(service, operation, {called_as: place})


def _operation(called: str) -> tuple[str, str]:
    """Return what boto3 calls the service and the API the operation."""
    service, operation = operation_of(called)
    return _CLIENTS.get(service, service), f"{operation[:1].upper()}{operation[1:]}"
