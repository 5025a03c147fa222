"""Dead-letter queues: where a service leaves what it could not deliver."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import LONGEST_RETENTION
from wellmade.foundation.alarms import define_alarm
from wellmade.kit.suppressions import suppress

SUPPRESSED_OF_QUEUE = {"CKV_AWS_27": "SSE-SQS is on; the check looks for customer keys only."}
_IS_ONE = "This is the dead-letter queue."


def define_dead_letter_queue(
    scope: Construct,
    construct_id: str,
    *,
    fifo: bool = False,
    encryption_key: kms.IKey | None = None,
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
) -> sqs.Queue:
    """Define a dead-letter queue, encrypted, kept as long as SQS can.

    Args:
        scope: Where it is defined.
        construct_id: Its id, part of the contract.
        fifo: Of the kind of its source. Default: standard.
        encryption_key: The user's key. Default: one of SQS.
        removal_policy: What happens to it when it leaves the stack. Default: it is retained.
    """
    queue = sqs.Queue(
        scope,
        construct_id,
        retention_period=Duration.seconds(LONGEST_RETENTION),
        enforce_ssl=True,
        fifo=fifo or None,
        removal_policy=removal_policy,
        **encryption_of(encryption_key),
    )
    reasons = {} if encryption_key else SUPPRESSED_OF_QUEUE
    suppress(queue, {**reasons, "Serverless::Serverless-SQSRedrivePolicy": _IS_ONE})
    return queue


def encryption_of(key: kms.IKey | None) -> dict[str, Any]:
    """Return how a queue is encrypted: with the user's key, or with one of SQS."""
    if key is None:
        return {"encryption": sqs.QueueEncryption.SQS_MANAGED}
    return {"encryption": sqs.QueueEncryption.KMS, "encryption_master_key": key}


def define_dead_letters(
    scope: Construct,
    construct_id: str,
    *,
    meaning: str,
    threshold: float | None = 0,
    fifo: bool = False,
    encryption_key: kms.IKey | None = None,
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
) -> tuple[sqs.Queue, cloudwatch.Alarm | None]:
    """Define a queue for undeliverable events, kept 14 days, and the alarm on the first of them.

    Args:
        scope: Where both are defined.
        construct_id: The queue's id; the alarm's is that and `Alarm`.
        meaning: What has happened when something lies there, for whoever is woken by it.
        threshold: Above which the alarm fires; None leaves it out. Default: 0, the first one.
        fifo: Of the kind of what could not be delivered to. Default: standard.
        encryption_key: The user's key. Default: one of SQS.
        removal_policy: What happens to the queue when it leaves the stack. Default: it is retained.
    """
    queue = define_dead_letter_queue(
        scope, construct_id, fifo=fifo, encryption_key=encryption_key, removal_policy=removal_policy
    )
    # cdk-nag knows a dead-letter queue by the queue that names it, and no queue names this one.
    suppress(queue, {"AwsSolutions::AwsSolutions-SQS3": _IS_ONE})
    if threshold is None:
        return queue, None
    alarm = define_alarm(
        scope,
        f"{construct_id}Alarm",
        metric="ApproximateNumberOfMessagesVisible",
        namespace="AWS/SQS",
        dimensions={"QueueName": queue.queue_name},
        above=threshold,
        description=meaning,
    )
    return queue, alarm
