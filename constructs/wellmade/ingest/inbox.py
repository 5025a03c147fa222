"""The bucket that files arrive in, with its own notification of the queue."""

from collections.abc import Sequence
from typing import NoReturn

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.object_events import turn_on_event_bridge
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.refusals import RefusedError, refusal


class Inbox(PrivateBucket):
    """A private bucket with a name that is known early, which notifies a queue by its own property.

    Args:
        encryption_key: The user's key. Default: one of S3.
        removal_policy: What happens to the bucket when it leaves the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        encryption_key: kms.IKey | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(
            scope, construct_id, encryption_key=encryption_key, early_name=True, removal_policy=removal_policy
        )

    def notify(self, queue: sqs.IQueue, prefix: str, suffixes: Sequence[str]) -> None:
        """Send a notification for each file; S3 tests the permission when the bucket is made.

        Args:
            queue: Where to.
            prefix: Where files arrive.
            suffixes: What their names end with; none for every file.
        """
        source = {
            "ArnEquals": {"aws:SourceArn": self.early_arn},
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
        }
        granted = allow_delivery(self, queue, "s3.amazonaws.com", source)
        if granted.statement_added:
            self.resource.node.add_dependency(granted.policy_dependable)
        self.resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*", queue=queue.queue_arn, filter=_filter(prefix, suffix)
                )
                for suffix in suffixes or [""]
            ]
        )

    def enable_event_bridge_notification(self) -> None:
        """Send events to EventBridge too, by the bucket's own property; see `s3.Bucket`."""
        turn_on_event_bridge(self.resource)

    def add_event_notification(
        self,
        event: s3.EventType,  # noqa: ARG002 - as the CDK has it
        dest: s3.IBucketNotificationDestination,  # noqa: ARG002 - as above
        *filters: s3.NotificationKeyFilter,  # noqa: ARG002 - as above
    ) -> NoReturn:
        """Refuse: the CDK would replace the pipeline's own notification.

        Raises:
            RefusedError: Always.
        """
        raise second_notification(self)


def second_notification(bucket: Construct) -> RefusedError:
    """Return the refusal of a notification that replaces the pipeline's own."""
    return refusal(
        bucket,
        "notification",
        "the pipeline's own alone",
        "a second one, which replaces it",
        "call enable_event_bridge_notification() on the inbox and define a rule, or give bucket=",
    )


def _filter(prefix: str, suffix: str) -> s3.CfnBucket.NotificationFilterProperty | None:
    rules = [
        s3.CfnBucket.FilterRuleProperty(name=name, value=value)
        for name, value in (("prefix", prefix), ("suffix", suffix))
        if value
    ]
    if not rules:
        return None
    return s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=rules))
