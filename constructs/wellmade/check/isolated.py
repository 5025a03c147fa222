"""What runs where no route leads out, and which services it calls."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from wellmade.check.failures import CONFIGURATION, FUNCTIONS
from wellmade.graph import Exit, Graph, Kind, Placement, Resource, written

_ENDPOINTS = {
    "dynamodb:getitem": "dynamodb",
    "dynamodb:putitem": "dynamodb",
    "dynamodb:query": "dynamodb",
    "s3:getobject": "s3",
    "s3:putobject": "s3",
    "sqs:sendmessage": "sqs",
    "sns:publish": "sns",
    "secretsmanager:getsecretvalue": "secretsmanager",
    "ssm:getparameter": "ssm",
    "events:putevents": "events",
    "states:startexecution": "states",
    "kinesis:putrecord": "kinesis-streams",
    "firehose:putrecord": "kinesis-firehose",
    "lambda:invokefunction": "lambda",
    "bedrock:invokemodel": "bedrock-runtime",
    "rds-data:executestatement": "rds-data",
}
"""The calls that code makes itself, each with the endpoint that it needs."""
_FROM_TASKS = {
    "kms:decrypt": "kms",
    "sqs:changemessagevisibility": "sqs",
    "sqs:deletemessage": "sqs",
    "sqs:receivemessage": "sqs",
    "xray:puttracesegments": "xray",
}
"""The calls that a task makes itself and that Lambda makes for a function, from outside of its network."""
_URL = re.compile(r"https://([\w.-]+\.[a-z]{2,})(?:[/:?]|$)")
_LINKS = ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment")


def exits_only(graph: Graph, resource: Resource, exit_: Exit) -> Placement | None:
    """Return where something runs if all its subnets leave this way, and their endpoints are told.

    A network that is linked to others may find its way out there, or their endpoints.
    """
    placement = graph.placement(resource)
    linked = graph.of_type("AWS::EC2::VPCPeeringConnection", "AWS::EC2::VPNGateway", *_LINKS)
    if placement is None or linked or not placement.endpoints_known or placement.exits != {exit_}:
        return None
    return placement


def services_called(graph: Graph, resource: Resource) -> set[str]:
    """Return the endpoints of the services that the role lets it call, as far as the code calls them itself.

    What the service around the code does (polling a queue, keeping failed events) takes no route of its own.
    """
    aside = set(_set_aside(graph, resource))
    calls = _ENDPOINTS if resource.type in FUNCTIONS else {**_ENDPOINTS, **_FROM_TASKS}
    return {
        service
        for statement in graph.statements_of(resource)
        if statement.effect == "Allow" and not _is_aside(graph, statement.resources, aside)
        for action in statement.actions
        for call, service in calls.items()
        if action != "*" and fnmatchcase(call, action.lower())
    }


def hosts_called(graph: Graph, resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the variables that hold an address on the internet, each with its host."""
    for name, value in graph.environment_of(resource).items():
        found = _URL.match(written(value)) if isinstance(value, str) else None
        if found and not found[1].endswith((".amazonaws.com", ".internal", ".local", "localhost")):
            yield name, found[1]


def _set_aside(graph: Graph, resource: Resource) -> Iterator[Resource]:
    for edge in graph.edges(Kind.DEAD_LETTERS, source=resource):
        yield edge.target
    if resource.type in FUNCTIONS:
        for configuration in graph.of_type(CONFIGURATION):
            for outcome in ("OnFailure", "OnSuccess"):
                path = f"DestinationConfig.{outcome}.Destination"
                target = graph.target(configuration.get(path))
                if target:
                    yield target


def _is_aside(graph: Graph, values: tuple[object, ...], aside: set[Resource]) -> bool:
    return bool(values) and all(graph.target(value) in aside for value in values)
