"""Which queues may use a dead-letter queue, by name."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import aws_sqs as sqs

from wellmade.kit.lookups import default_child
from wellmade.kit.registry import Registry

MOST_SOURCES = 10
"""Queues that a redrive allow policy may name.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

_sources: Registry[list[str]] = Registry(list)


def allow_source(dead_letters: sqs.IQueue, source_arn: str, *, is_ours: bool) -> None:
    """Let a queue use a dead-letter queue, beside those that may already.

    By name: a reference would close a cycle, since the source names its dead-letter queue.

    Args:
        dead_letters: The dead-letter queue; one that the user brings says itself who may use it.
        source_arn: The queue, as text.
        is_ours: Whether it was just defined for this source.
    """
    if not is_ours and not _sources.has(dead_letters):
        return
    arns = _sources.of(dead_letters)
    arns.append(source_arn)
    resource = cast(sqs.CfnQueue, default_child(dead_letters))
    resource.redrive_allow_policy = _policy(arns)


def _policy(arns: Sequence[str]) -> dict[str, Any]:
    if len(arns) > MOST_SOURCES:
        return {"redrivePermission": "allowAll"}
    return {"redrivePermission": "byQueue", "sourceQueueArns": list(arns)}
