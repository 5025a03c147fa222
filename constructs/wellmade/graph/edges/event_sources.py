"""Event source mappings: a function polls a queue, a stream or a broker."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, edges_to
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex


def _mapping(index: ResourceIndex, mapping: Resource) -> Iterator[Edge]:
    function = index.function(mapping.get("FunctionName"))
    source = _polled(index, index.target(mapping.get("EventSourceArn")))
    if function and source:
        yield Edge(source, function, Kind.POLLS, mapping, mapping.properties)
    if function:
        failures = mapping.get("DestinationConfig.OnFailure.Destination")
        yield from edges_to(index, function, failures, Kind.DEAD_LETTERS, mapping)


def _polled(index: ResourceIndex, source: Resource | None) -> Resource | None:
    """A consumer with throughput of its own reads for the function; what is polled is its stream."""
    if source and source.type == "AWS::Kinesis::StreamConsumer":
        return index.target(source.get("StreamARN")) or source
    return source


SOURCES: dict[str, Source] = {"AWS::Lambda::EventSourceMapping": _mapping}
