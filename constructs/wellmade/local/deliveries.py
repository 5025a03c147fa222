"""Which deliveries between resources the embedded AWS makes; what it does not is named at deployment.

A template says that a rule starts a job or a bucket fills a stream, and it deploys. If nothing would come of
it, that must be known before somebody waits for it.
"""

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.graph import Edge, Kind, Resource, load

_FUNCTION, _QUEUE, _TOPIC = "AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::SNS::Topic"
_MACHINE, _BUS, _STREAM = "AWS::StepFunctions::StateMachine", "AWS::Events::EventBus", "AWS::Kinesis::Stream"
_FIREHOSE, _GROUP, _BUCKET = "AWS::KinesisFirehose::DeliveryStream", "AWS::Logs::LogGroup", "AWS::S3::Bucket"
_TABLES = frozenset(("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"))
_VERSIONS = frozenset(("AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::Serverless::Function"))
_FUNCTIONS = _VERSIONS | {_FUNCTION}
_SERVICES = _FUNCTIONS | _TABLES | {_QUEUE, _TOPIC, _MACHINE, _BUS, _STREAM, _FIREHOSE}
_EVENT_TARGETS = _FUNCTIONS | {_QUEUE, _TOPIC, _MACHINE, _BUS, _STREAM, _FIREHOSE, _GROUP}

DELIVERS: Mapping[str, frozenset[str]] = {
    "AWS::ApiGateway::Method": _SERVICES,
    "AWS::ApiGateway::RestApi": _SERVICES,  # whose routes stand in its body, as SAM writes them
    "AWS::ApiGatewayV2::Api": _FUNCTIONS | {_QUEUE, _MACHINE, _BUS, _STREAM},  # as above
    "AWS::ApiGateway::Authorizer": _FUNCTIONS,
    "AWS::ApiGatewayV2::Authorizer": _FUNCTIONS,
    "AWS::ApiGatewayV2::Integration": _SERVICES,  # of WebSocket APIs; those of HTTP APIs are fewer
    "AWS::AppSync::DataSource": _FUNCTIONS | _TABLES,
    "AWS::CloudFront::Distribution": frozenset((_BUCKET,)),
    "AWS::CloudWatch::Alarm": frozenset((_TOPIC,)),
    "AWS::CloudWatch::CompositeAlarm": frozenset((_TOPIC,)),
    "AWS::Cognito::UserPool": _FUNCTIONS,
    "AWS::Events::Rule": _EVENT_TARGETS | {"AWS::Events::ApiDestination", "AWS::Events::Rule"},
    "AWS::Events::Archive": frozenset(("AWS::Events::Archive",)),
    "AWS::KinesisFirehose::DeliveryStream": frozenset((_BUCKET, _FIREHOSE)) | _FUNCTIONS,
    "AWS::Lambda::Alias": _FUNCTIONS,  # all of it goes to one version; the table of types says so
    "AWS::Lambda::EventInvokeConfig": _FUNCTIONS | {_QUEUE, _TOPIC, _BUS},
    "AWS::Lambda::EventSourceMapping": _FUNCTIONS | {_QUEUE, _TOPIC},
    "AWS::Lambda::Function": frozenset((_QUEUE, _TOPIC)),
    "AWS::Lambda::Url": _FUNCTIONS,
    "AWS::Lambda::Version": _FUNCTIONS,
    "AWS::Logs::SubscriptionFilter": _FUNCTIONS,
    "AWS::Pipes::Pipe": _EVENT_TARGETS | {"AWS::Pipes::Pipe"},
    "AWS::S3::Bucket": _FUNCTIONS | {_QUEUE, _TOPIC, "AWS::Events::Rule"},
    "AWS::SNS::Subscription": _FUNCTIONS | {_QUEUE},
    "AWS::SNS::Topic": _FUNCTIONS | {_QUEUE},
    "AWS::SQS::Queue": frozenset((_QUEUE,)),
    "AWS::Scheduler::Schedule": _EVENT_TARGETS,
    "AWS::SecretsManager::RotationSchedule": _FUNCTIONS,
    "AWS::StepFunctions::StateMachine": _FUNCTIONS
    | _TABLES
    | {_QUEUE, _TOPIC, _MACHINE, _BUS, _BUCKET, "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition"},
}
"""What arrives, by the type that defines the delivery and the type that receives it."""
POLLED = frozenset((_QUEUE, _STREAM)) | _TABLES
"""What mappings and pipes take records from."""
_NO_DELIVERY = frozenset((Kind.ASSUMES, Kind.GUARDS, Kind.READS))
_CODE = ("AWS::IAM::", "AWS::Serverless::", "Custom::", "AWS::CloudFormation::")
"""Through these a program makes the calls itself, and is answered."""
_NETWORK = (
    *("AWS::AutoScaling::", "AWS::EC2::", "AWS::ECS::", "AWS::ElasticLoadBalancingV2::"),
    *("AWS::RDS::", "AWS::ElastiCache::"),
)
"""What the table of types says: no network stands behind them, or a process of this machine does."""


def is_delivery(edge: Edge) -> bool:
    """Whether a service shall hand something over along this edge by itself."""
    return edge.kind not in _NO_DELIVERY and not edge.via.type.startswith(_CODE + _NETWORK)


def is_made(edge: Edge) -> bool:
    """Whether the embedded AWS makes this delivery."""
    if edge.kind is Kind.POLLS and edge.source.type not in POLLED:
        return False
    return edge.target.type in DELIVERS.get(edge.via.type, frozenset())


def undelivered(templates: Mapping[str, Any], made: Mapping[str, Collection[str]]) -> list[str]:
    """Return one line for each delivery that would be accepted and not made.

    Args:
        templates: Templates by the names of their stacks; what is deployed together refers to each other.
        made: By stack the logical ids of what exists; conditions leave resources out.

    Raises:
        WellmadeError: If one is no template.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, template in templates.items():
            Path(folder, f"{name}.template.json").write_text(json.dumps(template))
        edges = load([folder]).edges()
    there = [edge for edge in edges if _exists(edge.via, made) and _exists(edge.target, made)]
    return sorted({_line(edge) for edge in _lost(there)})


def _exists(resource: Resource, made: Mapping[str, Collection[str]]) -> bool:
    return resource.stack not in made or resource.logical_id in made[resource.stack]


def _lost(edges: list[Edge]) -> Iterator[Edge]:
    return (edge for edge in edges if is_delivery(edge) and not is_made(edge))


def _line(edge: Edge) -> str:
    defined = "" if edge.via in (edge.source, edge.target) else f", defined by {edge.via.logical_id}"
    what = f"{edge.source.logical_id} {edge.kind} {edge.target.logical_id} ({edge.target.type})"
    return f"{edge.via.stack}: nothing is delivered: {what}{defined}"
