"""Where a service leaves what it could not deliver."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm

DEAD_LETTER_RETENTION = Duration.days(14)
"""As long as SQS can: a message set aside on a Friday must outlive the holiday.

It counts from the first enqueueing, so it must exceed the source's retention.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

ACCEPTED_OF_QUEUE = {"CKV_AWS_27": "SSE-SQS is on; the check looks for customer keys only."}
_IS_ONE = "This is the dead-letter queue."


def define_dead_letter_queue(scope: Construct, construct_id: str, *, fifo: bool = False) -> sqs.Queue:
    """Define a queue for what was set aside, encrypted, kept as long as SQS can.

    Args:
        scope: Where it is defined.
        construct_id: Its id, part of the contract.
        fifo: Of the kind of its source. Default: standard.
    """
    queue = sqs.Queue(
        scope,
        construct_id,
        retention_period=DEAD_LETTER_RETENTION,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        fifo=fifo or None,
    )
    accept(queue, {**ACCEPTED_OF_QUEUE, "Serverless::Serverless-SQSRedrivePolicy": _IS_ONE})
    return queue


def define_dead_letters(
    scope: Construct, construct_id: str, *, meaning: str
) -> tuple[sqs.Queue, cloudwatch.Alarm]:
    """Define a queue for undeliverable events, kept 14 days, and the alarm on the first of them.

    Args:
        scope: Where both are defined.
        construct_id: The queue's id; the alarm's is that and `Alarm`.
        meaning: What has happened when something lies there, for whoever is woken by it.
    """
    queue = define_dead_letter_queue(scope, construct_id)
    # cdk-nag knows a dead-letter queue by the queue that names it, and no queue names this one.
    accept(queue, {"AwsSolutions::AwsSolutions-SQS3": _IS_ONE})
    alarm = define_alarm(
        scope,
        f"{construct_id}Alarm",
        metric="ApproximateNumberOfMessagesVisible",
        namespace="AWS/SQS",
        dimensions={"QueueName": queue.queue_name},
        above=0,
        description=meaning,
    )
    return queue, alarm
