"""Event source mappings: a function polls a queue, a stream or a broker."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, to
from wellmade.graph.resource import Resource

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _mapping(graph: "Graph", mapping: Resource) -> Iterator[Edge]:
    function = graph.function(mapping.get("FunctionName"))
    source = _polled(graph, graph.target(mapping.get("EventSourceArn")))
    if function and source:
        yield Edge(source, function, Kind.POLLS, mapping, mapping.properties)
    if function:
        failures = mapping.get("DestinationConfig.OnFailure.Destination")
        yield from to(graph, function, failures, Kind.DEAD_LETTERS, mapping)


def _polled(graph: "Graph", source: Resource | None) -> Resource | None:
    """A consumer with throughput of its own reads for the function; what is polled is its stream."""
    if source and source.type == "AWS::Kinesis::StreamConsumer":
        return graph.target(source.get("StreamARN")) or source
    return source


SOURCES: dict[str, Source] = {"AWS::Lambda::EventSourceMapping": _mapping}
