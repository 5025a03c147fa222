"""Subscriptions of topics."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, delivery_edges, edges_to
from wellmade.graph.resolve.joining import document
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_list, as_mapping


def _subscription(index: ResourceIndex, subscription: Resource) -> Iterator[Edge]:
    topic = index.target(subscription.get("TopicArn"), "AWS::SNS::Topic")
    if topic:
        yield from _edges(index, topic, subscription.properties, subscription)


def _topic(index: ResourceIndex, topic: Resource) -> Iterator[Edge]:
    for entry in map(as_mapping, as_list(topic.get("Subscription"))):
        yield from _edges(index, topic, entry, topic)


def _edges(
    index: ResourceIndex, topic: Resource, entry: Mapping[str, Value], via: Resource
) -> Iterator[Edge]:
    redrive = as_mapping(document(entry.get("RedrivePolicy")))
    failures = redrive.get("deadLetterTargetArn")
    detail: dict[str, Any] = {
        "protocol": entry.get("Protocol"),
        "raw": entry.get("RawMessageDelivery"),
        "filter": document(entry.get("FilterPolicy")),
        "filter_scope": entry.get("FilterPolicyScope"),
        "dead_letter": failures,
    }
    yield from delivery_edges(index, topic, entry.get("Endpoint"), via, detail)
    yield from edges_to(index, topic, failures, Kind.DEAD_LETTERS, via)


SOURCES: dict[str, Source] = {"AWS::SNS::Subscription": _subscription, "AWS::SNS::Topic": _topic}
