"""Notifications of buckets: the native property, and the custom resource that CDK defines instead."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.edge import Edge
from wellmade.graph.edges.source import Source, delivery_edges
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Unknown, Value, as_list, as_mapping, flag

_NATIVE = {"LambdaConfigurations": "Function", "QueueConfigurations": "Queue", "TopicConfigurations": "Topic"}
_CUSTOM = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}


def _native(index: ResourceIndex, bucket: Resource) -> Iterator[Edge]:
    configuration = as_mapping(bucket.get("NotificationConfiguration"))
    yield from _edges(index, bucket, configuration, _NATIVE, bucket)


def _custom(index: ResourceIndex, notifications: Resource) -> Iterator[Edge]:
    bucket = index.target(notifications.get("BucketName"), "AWS::S3::Bucket")
    if bucket:
        configuration = as_mapping(notifications.get("NotificationConfiguration"))
        yield from _edges(index, bucket, configuration, _CUSTOM, notifications)


def _edges(
    index: ResourceIndex,
    bucket: Resource,
    configuration: Mapping[str, Value],
    keys: Mapping[str, str],
    via: Resource,
) -> Iterator[Edge]:
    for section, key in keys.items():
        for entry in map(as_mapping, as_list(configuration.get(section))):
            yield from delivery_edges(index, bucket, entry.get(key), via, _detail(entry))


def _detail(entry: Mapping[str, Value]) -> dict[str, Any]:
    return {"events": as_list(entry.get("Event") or entry.get("Events")), **filters_of(entry)}


def filters_of(entry: Mapping[str, Value]) -> dict[str, Any]:
    """Return which keys a notification is for: `prefix` and `suffix`, None without a filter."""
    filters = as_mapping(entry.get("Filter"))
    key = as_mapping(filters.get("S3Key") or filters.get("Key"))
    rules: dict[str, Value] = {
        str(rule.get("Name")).lower(): rule.get("Value")
        for rule in map(as_mapping, as_list(key.get("Rules") or key.get("FilterRules")))
    }
    other = next((Unknown(f"the filter {name}") for name in rules if name not in ("prefix", "suffix")), None)
    return {"prefix": rules.get("prefix", other), "suffix": rules.get("suffix", other)}


def emits_to_eventbridge(bucket: Resource) -> bool:
    """Tell whether the bucket sends its events to EventBridge as well."""
    configuration = bucket.get("NotificationConfiguration.EventBridgeConfiguration")
    return (
        configuration is not None
        and flag(as_mapping(configuration).get("EventBridgeEnabled", True)) is not False
    )


SOURCES: dict[str, Source] = {"AWS::S3::Bucket": _native, "Custom::S3BucketNotifications": _custom}
