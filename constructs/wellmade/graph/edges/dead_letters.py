"""Edges from sources to dead-letter queues: redrive policies, functions' queues and failure destinations."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, delivery_edges, edges_to
from wellmade.graph.resolve.joining import document
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import as_mapping


def _queue(index: ResourceIndex, queue: Resource) -> Iterator[Edge]:
    redrive = as_mapping(document(queue.get("RedrivePolicy")))
    detail = {"max_receive_count": redrive.get("maxReceiveCount")}
    yield from edges_to(index, queue, redrive.get("deadLetterTargetArn"), Kind.DEAD_LETTERS, queue, detail)


def _function(index: ResourceIndex, function: Resource) -> Iterator[Edge]:
    yield from edges_to(
        index, function, function.get("DeadLetterConfig.TargetArn"), Kind.DEAD_LETTERS, function
    )


def _invocations(index: ResourceIndex, configuration: Resource) -> Iterator[Edge]:
    function = index.function(configuration.get("FunctionName"))
    if function:
        failure = configuration.get("DestinationConfig.OnFailure.Destination")
        success = configuration.get("DestinationConfig.OnSuccess.Destination")
        yield from edges_to(
            index, function, failure, Kind.DEAD_LETTERS, configuration, configuration.properties
        )
        yield from delivery_edges(index, function, success, configuration, configuration.properties)


SOURCES: dict[str, Source] = {
    "AWS::SQS::Queue": _queue,
    "AWS::Lambda::Function": _function,
    "AWS::Serverless::Function": _function,
    "AWS::Lambda::EventInvokeConfig": _invocations,
}
