"""What runs where no route leads out, and which services it calls."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from wellmade.check.failures import CONFIGURATION, FUNCTIONS
from wellmade.facts.deliveries import MADE_FOR_CALLERS
from wellmade.facts.endpoints import endpoint_for
from wellmade.graph import Exit, Graph, Kind, Placement, Resource, Value, written

_BY_CODE = (
    *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "s3:GetObject", "s3:PutObject"),
    *("sqs:SendMessage", "sns:Publish", "secretsmanager:GetSecretValue", "ssm:GetParameter"),
    *("events:PutEvents", "states:StartExecution", "kinesis:PutRecord"),
    *("firehose:PutRecord", "lambda:InvokeFunction", "bedrock:InvokeModel", "rds-data:ExecuteStatement"),
)
"""The calls that code makes itself."""
_BY_TASKS = (
    *("kms:Decrypt", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
    *("ecs:Poll", "ecs:RegisterContainerInstance", "ecs:StartTelemetrySession"),
    "xray:PutTraceSegments",
)
"""The calls that a task or an instance's agent makes itself, and Lambda for a function from elsewhere."""
_URL = re.compile(r"https://([\w.-]+\.[a-z]{2,})(?:[/:?]|$)")
_LINKS = ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment")


def exits_only(graph: Graph, resource: Resource, exit_: Exit) -> Placement | None:
    """Return where something runs if all its subnets leave this way, and their endpoints are known.

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
    allowed = {call for call, _ in calls_of(graph, resource)}
    return {endpoint for call in allowed if (endpoint := endpoint_for(call))}


def calls_of(graph: Graph, resource: Resource) -> Iterator[tuple[str, Value]]:
    """Yield the calls that the role allows code to make itself, each with what it may be made on.

    What a service that it may call as well does with the same permission may be that service's own call.
    """
    destinations = set(_failure_queues(graph, resource))
    statements = graph.statements_of(resource)
    allowed = [action.lower() for each in statements if each.effect == "Allow" for action in each.actions]
    known = _BY_CODE if resource.type in FUNCTIONS else (*_BY_CODE, *_BY_TASKS)
    calls = [call for call in known if not _is_made_for_it(call, allowed)]
    for statement in statements:
        if statement.effect == "Allow" and not _is_for_failures(graph, statement.resources, destinations):
            for action in statement.actions:
                for call in calls:
                    if action != "*" and fnmatchcase(call.lower(), action.lower()):
                        yield from ((call, value) for value in statement.resources or ("*",))


def _is_made_for_it(call: str, allowed: list[str]) -> bool:
    starters = [pattern.lower() for pattern in MADE_FOR_CALLERS.get(call, ())]
    return any(
        action != "*" and (fnmatchcase(action, pattern) or fnmatchcase(pattern, action))
        for pattern in starters
        for action in allowed
    )


def hosts_called(graph: Graph, resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the variables that hold an address on the internet, each with its host."""
    for name, value in graph.environment_of(resource).items():
        found = _URL.match(written(value)) if isinstance(value, str) else None
        if found and not found[1].endswith((".amazonaws.com", ".internal", ".local", "localhost")):
            yield name, found[1]


def _failure_queues(graph: Graph, resource: Resource) -> Iterator[Resource]:
    for edge in graph.edges(Kind.DEAD_LETTERS, source=resource):
        yield edge.target
    if resource.type in FUNCTIONS:
        for configuration in graph.of_type(CONFIGURATION):
            for outcome in ("OnFailure", "OnSuccess"):
                path = f"DestinationConfig.{outcome}.Destination"
                target = graph.target(configuration.get(path))
                if target:
                    yield target


def _is_for_failures(graph: Graph, values: tuple[object, ...], destinations: set[Resource]) -> bool:
    return bool(values) and all(graph.target(value) in destinations for value in values)
