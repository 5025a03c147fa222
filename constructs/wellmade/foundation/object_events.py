"""Events of a bucket by EventBridge: what tells of objects that were made, and what must send them."""

import re
from collections.abc import Sequence
from typing import Any, cast

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from wellmade.kit.lookups import default_child


def turn_on_event_bridge(bucket: s3.CfnBucket) -> None:
    """Let a bucket send its events to EventBridge, beside what it notifies already."""
    bucket.add_property_override(
        "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", value=True
    )


def created_pattern(bucket: s3.IBucket, prefix: str, suffixes: Sequence[str]) -> dict[str, Any]:
    """Return the pattern of events that tell of new objects under a prefix, with one of some suffixes.

    Args:
        bucket: Where they are.
        prefix: What their keys begin with.
        suffixes: What their keys end with; none for every object.
    """
    keys = _keys(prefix, suffixes)
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [bucket.bucket_name]},
            **({"object": {"key": keys}} if keys else {}),
        },
    }


def _keys(prefix: str, suffixes: Sequence[str]) -> list[dict[str, str]]:
    """Return what keys look like; characters that mean something in a wildcard are escaped."""
    if not suffixes:
        return [{"prefix": prefix}] if prefix else []
    if not prefix:
        return [{"suffix": suffix} for suffix in suffixes]
    return [{"wildcard": f"{_escaped(prefix)}*{_escaped(suffix)}"} for suffix in suffixes]


def _escaped(text: str) -> str:
    return re.sub(r"([*\\])", r"\\\1", text)


def send_events(scope: Construct, bucket: s3.IBucket) -> None:
    """Let a bucket send its events to EventBridge; of an imported one it is said at synth that it must."""
    resource = default_child(bucket)
    if not isinstance(resource, s3.CfnBucket):
        Annotations.of(scope).add_warning_v2(
            "wellmade:imported-bucket-events",
            "the imported bucket must send events to EventBridge; "
            "call enable_event_bridge_notification() where it is defined",
        )
        return
    turn_on_event_bridge(resource)
    Aspects.of(bucket).add(cast(IAspect, _StaysOn(bucket)))


@jsii.implements(IAspect)
class _StaysOn:
    """Keeps events on beside notifications that the user adds to the bucket, before or later.

    The CDK writes those by a function, which replaces all that the bucket's own property says.
    """

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    def visit(self, node: IConstruct) -> None:
        """Turn events on in the CDK's own configuration, where the bucket has one."""
        if node.node.id == "Notifications":
            self._bucket.enable_event_bridge_notification()
