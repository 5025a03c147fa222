"""What the modules of edges share."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_list

Source = Callable[[ResourceIndex, Resource], Iterator[Edge]]
"""Yields the edges that one resource defines."""

_MESSAGES = {
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::Events::EventBus",
    "AWS::Kinesis::Stream",
    "AWS::KinesisFirehose::DeliveryStream",
}


def asynchronous(target: Resource) -> Kind:
    """Return the kind of an edge that hands something on: to a store of messages, or to what runs."""
    return Kind.PUBLISHES if target.type in _MESSAGES else Kind.INVOKES_ASYNC


def edges_to(
    index: ResourceIndex,
    source: Resource,
    values: Value,
    kind: Kind,
    via: Resource,
    detail: Mapping[str, Any] | None = None,
) -> Iterator[Edge]:
    """Yield an edge to each resource that the value, or a list of values, means."""
    for value in as_list(values):
        target = index.destination(value)
        if target:
            yield Edge(source, target, kind, via, detail or {})


def delivery_edges(
    index: ResourceIndex,
    source: Resource,
    value: Value,
    via: Resource,
    detail: Mapping[str, Any] | None = None,
) -> Iterator[Edge]:
    """Yield an edge to what the value means: published to a store of messages, else invoked."""
    for entry in as_list(value):
        target = index.destination(entry)
        if target:
            yield Edge(source, target, asynchronous(target), via, detail or {})
