"""A rule of EventBridge that tells a queue of each file in a bucket of the user's."""

import re
from collections.abc import Sequence
from typing import Any, cast

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from wellmade.ingest.inbox import turn_on_event_bridge
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import default_child
from wellmade.kit.names import early_name, rule_arn

SERVICE = "events.amazonaws.com"


def define_arrival_rule(
    scope: Construct,
    bucket: s3.IBucket,
    queue: sqs.IQueue,
    dead_letters: sqs.IQueue | None,
    prefix: str,
    suffixes: Sequence[str],
) -> events.CfnRule:
    """Define the rule, let it send to the queue, and let the bucket send events.

    The queue's policy names the rule's ARN, which is known early: so another account's bucket of any name
    cannot send, and a key that encrypts both bucket and queue closes no cycle. What cannot be delivered goes
    to the dead-letter queue of the pipeline.

    Args:
        scope: The pipeline.
        bucket: An L2 or an imported one.
        queue: Where its events go.
        dead_letters: Where those go that the queue does not take; None where it is not known.
        prefix: Where files arrive.
        suffixes: What their names end with; none for every file.
    """
    name = early_name(scope, "Arrivals", max_length=64)
    source = {"ArnEquals": {"aws:SourceArn": rule_arn(scope, name)}}
    for each in (queue, dead_letters):
        if each is not None:
            allow_delivery(scope, each, SERVICE, source)
    _send_events(scope, bucket)
    undelivered = (
        events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn) if dead_letters else None
    )
    target = events.CfnRule.TargetProperty(arn=queue.queue_arn, id="Queue", dead_letter_config=undelivered)
    return events.CfnRule(
        scope, "Arrivals", name=name, event_pattern=_pattern(bucket, prefix, suffixes), targets=[target]
    )


def _pattern(bucket: s3.IBucket, prefix: str, suffixes: Sequence[str]) -> dict[str, Any]:
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


def _send_events(scope: Construct, bucket: s3.IBucket) -> None:
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
