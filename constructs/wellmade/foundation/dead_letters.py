"""Where a service leaves what it could not deliver."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm

KEPT = Duration.days(14)
"""As long as SQS can: what was set aside on a Friday must outlive the holiday."""

ACCEPTED = {
    "CKV_AWS_27": "SSE-SQS is on; the check looks for customer keys only.",
    "Serverless::Serverless-SQSRedrivePolicy": "This is the dead-letter queue.",
    "AwsSolutions::AwsSolutions-SQS3": "This is the dead-letter queue.",
}


def define_dead_letters(
    scope: Construct, construct_id: str, *, meaning: str
) -> tuple[sqs.Queue, cloudwatch.Alarm]:
    """Define a queue for undeliverable events, kept 14 days, and the alarm on the first of them.

    Args:
        scope: Where both are defined.
        construct_id: The queue's id; the alarm's is that and `Alarm`.
        meaning: What has happened when something lies there, for whoever is woken by it.
    """
    queue = sqs.Queue(
        scope,
        construct_id,
        retention_period=KEPT,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    accept(queue, ACCEPTED)
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
