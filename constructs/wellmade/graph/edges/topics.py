"""Subscriptions of topics."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, handing_on, to
from wellmade.graph.joining import document
from wellmade.graph.resource import Resource
from wellmade.graph.values import Value, as_list, as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _subscription(graph: "Graph", subscription: Resource) -> Iterator[Edge]:
    topic = graph.target(subscription.get("TopicArn"), "AWS::SNS::Topic")
    if topic:
        yield from _edges(graph, topic, subscription.properties, subscription)


def _topic(graph: "Graph", topic: Resource) -> Iterator[Edge]:
    for entry in map(as_mapping, as_list(topic.get("Subscription"))):
        yield from _edges(graph, topic, entry, topic)


def _edges(graph: "Graph", topic: Resource, entry: Mapping[str, Value], via: Resource) -> Iterator[Edge]:
    redrive = as_mapping(document(entry.get("RedrivePolicy")))
    failures = redrive.get("deadLetterTargetArn")
    detail: dict[str, Any] = {
        "protocol": entry.get("Protocol"),
        "raw": entry.get("RawMessageDelivery"),
        "filter": document(entry.get("FilterPolicy")),
        "filter_scope": entry.get("FilterPolicyScope"),
        "dead_letter": failures,
    }
    yield from handing_on(graph, topic, entry.get("Endpoint"), via, detail)
    yield from to(graph, topic, failures, Kind.DEAD_LETTERS, via)


SOURCES: dict[str, Source] = {"AWS::SNS::Subscription": _subscription, "AWS::SNS::Topic": _topic}
