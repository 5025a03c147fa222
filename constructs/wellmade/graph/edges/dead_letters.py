"""Where failures are set aside: queues' redrive policies, functions' dead-letter queues and destinations."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, handing_on, to
from wellmade.graph.joining import document
from wellmade.graph.resource import Resource
from wellmade.graph.values import as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _queue(graph: "Graph", queue: Resource) -> Iterator[Edge]:
    redrive = as_mapping(document(queue.get("RedrivePolicy")))
    detail = {"max_receives": redrive.get("maxReceiveCount")}
    yield from to(graph, queue, redrive.get("deadLetterTargetArn"), Kind.DEAD_LETTERS, queue, detail)


def _function(graph: "Graph", function: Resource) -> Iterator[Edge]:
    yield from to(graph, function, function.get("DeadLetterConfig.TargetArn"), Kind.DEAD_LETTERS, function)


def _invocations(graph: "Graph", configuration: Resource) -> Iterator[Edge]:
    function = graph.function(configuration.get("FunctionName"))
    if function:
        failure = configuration.get("DestinationConfig.OnFailure.Destination")
        success = configuration.get("DestinationConfig.OnSuccess.Destination")
        yield from to(graph, function, failure, Kind.DEAD_LETTERS, configuration, configuration.properties)
        yield from handing_on(graph, function, success, configuration, configuration.properties)


SOURCES: dict[str, Source] = {
    "AWS::SQS::Queue": _queue,
    "AWS::Lambda::Function": _function,
    "AWS::Serverless::Function": _function,
    "AWS::Lambda::EventInvokeConfig": _invocations,
}
