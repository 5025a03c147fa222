"""The option `on_failure_queue=`: where the places of records go that were given up."""

from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import AlarmSpec
from wellmade.foundation.dead_letters import define_dead_letter_queue
from wellmade.foundation.queue_option import Queue
from wellmade.foundation.source_policy import SourceGrant
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.refusals import refusal
from wellmade.kit.suppressions import suppress

USED_BY = "the event source, to tell which records were given up"
MEANING = (
    "Records were given up after all retries. The message in the on-failure queue tells their shard and "
    "sequence numbers: read them there while the stream keeps them, and fix the cause."
)
NAMED_BY_SOURCE = {
    # cdk-nag knows a dead-letter queue by the queue that names it; here an event source does.
    "AwsSolutions::AwsSolutions-SQS3": "This is the on-failure queue of an event source.",
}


def failures_of(
    scope: Construct,
    given: Queue | None,
    encryption_key: kms.IKey | kms.Key | None,
    removal_policy: RemovalPolicy,
) -> sqs.IQueue:
    """Take the queue that a pattern is given for failed records, or define one.

    Raises:
        RefusedError: If the given one is FIFO, of another region or account, or is tuned here.
    """
    if given is None:
        queue = define_dead_letter_queue(
            scope, "OnFailure", encryption_key=cast(Any, encryption_key), removal_policy=removal_policy
        )
        suppress(queue, NAMED_BY_SOURCE)
        return cast(sqs.IQueue, queue)
    refuse_elsewhere(scope, "on_failure_queue", given)
    if given.fifo:
        fix = "an event source sends to standard queues only"
        raise refusal(
            scope, "on_failure_queue", "a standard queue", "a FIFO queue", fix, rule="dead-letter-kind"
        )
    if encryption_key is not None:
        fix = "set it where the queue is defined"
        raise refusal(scope, "encryption_key", "left out beside on_failure_queue=", "a key", fix)
    return given


def sending_to(queue: sqs.IQueue) -> list[SourceGrant]:
    """Return what the function's role must hold, in whose name the source sends."""
    key = queue.encryption_master_key
    sends = SourceGrant(("sqs:SendMessage",), (queue.queue_arn,), USED_BY, keyed=key is not None)
    if key is None:
        return [sends]
    return [sends, SourceGrant(("kms:Decrypt", "kms:GenerateDataKey"), (key.key_arn,), USED_BY)]


def failed_records_alarm(queue: sqs.IQueue) -> AlarmSpec:
    """Return the alarm on the first record that was given up."""
    return AlarmSpec(
        "FailedRecords",
        "ApproximateNumberOfMessagesVisible",
        "AWS/SQS",
        {"QueueName": queue.queue_name},
        0,
        MEANING,
    )
