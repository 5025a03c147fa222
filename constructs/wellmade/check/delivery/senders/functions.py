"""Functions: what polls for them, and where their failures go."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.conditional import always
from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, need
from wellmade.facts.deliveries import POLLS
from wellmade.graph import Resource, as_list, as_mapping

_FAILED = "sends failed events to"
_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
)
_PARTS = ("network-interface", "subnet", "security-group", "*")
_GONE = "a failed event is dropped without a trace"


def _mapping(deployed: Deployed, mapping: Resource) -> Iterator[Need]:
    graph = deployed.graph
    function = graph.function(mapping.get("FunctionName"))
    role = graph.role_of(function) if function else None
    if not function or not role or role.derived_from:
        return
    polls = Place(function, mapping, "EventSourceArn", "polls", "the mapping is refused, and nothing is read")
    for value in as_list(mapping.get("EventSourceArn")):
        source = graph.target(value)
        if source and source.type in POLLS:
            yield need(deployed, "poll-permission", polls, role, source, POLLS[source.type], value)
    yield from _signs_in(deployed, mapping, function, role)
    path = "DestinationConfig.OnFailure.Destination"
    failed = Place(function, mapping, path, _FAILED, _GONE)
    yield from by_role(deployed, "failure-permission", failed, role, mapping.get(path))


def _signs_in(deployed: Deployed, mapping: Resource, function: Resource, role: Resource) -> Iterator[Need]:
    """Brokers are signed in to with secrets; other entries name subnets and groups."""
    for index, entry in enumerate(map(as_mapping, as_list(mapping.get("SourceAccessConfigurations")))):
        secret = deployed.graph.target(entry.get("URI"), "AWS::SecretsManager::Secret")
        if secret:
            path = f"SourceAccessConfigurations.{index}"
            place = Place(function, mapping, path, "signs in with", "the mapping reads nothing")
            actions = ("secretsmanager:GetSecretValue",)
            yield need(deployed, "poll-permission", place, role, secret, actions, secret)


def _function(deployed: Deployed, function: Resource) -> Iterator[Need]:
    role = deployed.graph.role_of(function)
    if role and not role.derived_from:
        path = "DeadLetterConfig.TargetArn"
        place = Place(function, function, path, _FAILED, _GONE)
        yield from by_role(deployed, "failure-permission", place, role, function.get(path))
        if always(
            function.get("VpcConfig.SubnetIds"), lambda subnets: isinstance(subnets, list) and subnets != []
        ):
            yield _interfaces(deployed, function, role)


def _interfaces(deployed: Deployed, function: Resource, role: Resource) -> Need:
    """Lambda makes them with the function's role; policies may name any of the parts of a network."""
    lost = "Lambda refuses the function, and the deployment fails"
    place = Place(function, function, "VpcConfig", "makes network interfaces for", lost)
    found = need(deployed, "network-permission", place, role, function, _INTERFACES, function)
    parts = (f"arn:aws:ec2:{deployed.region}:{deployed.account}:{kind}/x" for kind in _PARTS)
    return replace(found, arns=("*", *parts))


def _invocations(deployed: Deployed, configuration: Resource) -> Iterator[Need]:
    function = deployed.graph.function(configuration.get("FunctionName"))
    role = deployed.graph.role_of(function) if function else None
    if not function or not role or role.derived_from:
        return
    for outcome, purpose in (("OnFailure", _FAILED), ("OnSuccess", "sends results to")):
        path = f"DestinationConfig.{outcome}.Destination"
        lost = _GONE if outcome == "OnFailure" else "no result arrives"
        place = Place(function, configuration, path, purpose, lost)
        yield from by_role(deployed, "failure-permission", place, role, configuration.get(path))


SENDERS: dict[str, Sender] = {
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Serverless::Function": _function,
    "AWS::Lambda::EventInvokeConfig": _invocations,
}
