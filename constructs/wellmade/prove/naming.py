"""Which name a resource of the template has in the tests, and the ARNs that follow from it.

Tests name buckets and tables as they like and tell the handler by environment variables; the template
fills the same variables with references. So a variable joins the two. What the handler learns from its event
instead (the bucket that a file arrived in) is joined by what stands upstream of the function.
"""

import re
from collections.abc import Iterator, Mapping

from wellmade.graph import Attribute, Graph, Kind, Pseudo, Resource, Text, Value, options
from wellmade.prove.calls import Call

ACCOUNT = "123456789012"
REGION = "us-east-1"
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_SHAPES = {
    "AWS::DynamoDB::Table": "dynamodb:{place}:table/{name}",
    "AWS::DynamoDB::GlobalTable": "dynamodb:{place}:table/{name}",
    "AWS::Events::EventBus": "events:{place}:event-bus/{name}",
    "AWS::KMS::Key": "kms:{place}:key/{name}",
    "AWS::Kinesis::Stream": "kinesis:{place}:stream/{name}",
    "AWS::Lambda::Function": "lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{place}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{place}:{name}",
    "AWS::SQS::Queue": "sqs:{place}:{name}",
    "AWS::SSM::Parameter": "ssm:{place}:parameter/{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{place}:secret:{name}",
    "AWS::StepFunctions::StateMachine": "states:{place}:stateMachine:{name}",
}
_REF_IS_ARN = {"AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine"}
_NAMED_BY = {"AWS::S3::Bucket": "Bucket"}
"""By type, the parameter of a call that names what arrives from upstream."""

Names = Mapping[str, str]
"""Resource id to the name in the tests."""


def names_of(graph: Graph, function: Resource, environment: Names, calls: list[Call]) -> dict[str, str]:
    """Return the names that a handler's tests give to the resources of its function.

    Args:
        graph: The templates.
        function: The function whose handler was tested.
        environment: Variables as the handler read them in its tests.
        calls: What it called there.
    """
    names: dict[str, str] = {}
    for variable, value in graph.environment_of(function).items():
        resource = graph.target(value)
        if resource and variable in environment:
            names[resource.id] = environment[variable].rpartition(":")[2].rpartition("/")[2]
    for resource in _upstream(graph, function):
        called = {call.text(_NAMED_BY.get(resource.type, "")) for call in calls} - {"", *names.values()}
        if resource.id not in names and len(called) == 1:
            names[resource.id] = called.pop()
    return names


def _upstream(graph: Graph, function: Resource) -> Iterator[Resource]:
    """Yield what an event comes from before it reaches the function, nearest first."""
    waiting, seen = [function], {function.id}
    while waiting:
        for edge in graph.edges(target=waiting.pop()):
            if edge.kind in {Kind.POLLS, Kind.INVOKES_ASYNC, Kind.PUBLISHES} and edge.source.id not in seen:
                seen.add(edge.source.id)
                waiting.append(edge.source)
                yield edge.source


def concrete(graph: Graph, value: Value, names: Names) -> list[str]:
    """Return what a value of the template reads in the tests; several texts where a condition decides."""
    return [text for option in options(value) for text in _texts(graph, option, names)]


def _texts(graph: Graph, value: Value, names: Names) -> list[str]:
    parts = value.parts if isinstance(value, Text) else (value,)
    return ["".join(_text(graph, part, names) for part in parts)]


def _text(graph: Graph, part: Value, names: Names) -> str:
    match part:
        case str() | int() | float():
            return str(part)
        case Pseudo(name, _):
            # A part of the stack's id stands in names: what it reads must not look like a part of an ARN.
            return _PSEUDO.get(name) or re.sub(r"[^A-Za-z0-9]+", "-", name)
        case Attribute(resource_id, attribute) if resource_id in graph.resources:
            return _attribute(graph.resources[resource_id], attribute, names)
    return f"unknown:{part}"


def _attribute(resource: Resource, attribute: str, names: Names) -> str:
    name = names.get(resource.id, resource.logical_id)
    is_arn = attribute.endswith("Arn") or (attribute == "Ref" and resource.type in _REF_IS_ARN)
    if not is_arn:
        return name
    service = resource.type.split("::")[1].lower()
    shape = _SHAPES.get(resource.type, service + ":{place}:{name}")
    return "arn:aws:" + shape.format(place=f"{REGION}:{ACCOUNT}", name=name)
