"""Event source mappings: of which service the source is, whether or not the templates define it."""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource, written
from wellmade.graph.resolve.arns import fields

MAPPING = "AWS::Lambda::EventSourceMapping"
STREAMS = ("kinesis", "dynamodb")
_SERVICES = {
    "AWS::SQS::Queue": "sqs",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::Serverless::SimpleTable": "dynamodb",
}


def mappings(graph: Graph, *services: str) -> Iterator[tuple[Resource, str]]:
    """Yield the mappings on sources of these services that are not switched off, each with its service."""
    for mapping in graph.of_type(MAPPING):
        service = service_of(graph, mapping)
        if service in services and mapping.flag("Enabled", default=True) is not False:
            yield mapping, service


def service_of(graph: Graph, mapping: Resource) -> str:
    """Return the service of a mapping's source; empty where it is not known."""
    arn = mapping.get("EventSourceArn")
    source = graph.target(arn)
    if source:
        return _SERVICES.get(source.type, "")
    parts = fields(written(arn))
    return parts[2] if len(parts) == 6 and parts[0] == "arn" else ""
