"""SNS to one queue per consumer."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.encrypted_topic import EncryptedTopic
from wellmade.foundation.refusal import refusal
from wellmade.foundation.workload_role import service_may
from wellmade.messaging.consumers import let_in, place_for
from wellmade.messaging.filters import refuse_wrong_filter


class FanOutTopic(Construct):
    """Tell every consumer, each through a queue of its own, and lose nothing that cannot be delivered.

    Defines: topic, customer key, alarm on failed deliveries; for each consumer a subscription with its
    filter, a dead-letter queue and the alarm on that.

    A consumer that is slow or down holds up no other, and adding one touches no publisher. Messages arrive
    raw, as they were published.

    Example:
        worker = QueueWorker(self, "Stock", package="order_worker")
        topic = FanOutTopic(self, "OrderEvents")
        topic.add_consumer("Stock", worker.queue, where={"delivery": ["parcel"]})

    Raises:
        ValueError: If a consumer has two kinds of filters or a FIFO queue, or somebody subscribes without a
            dead-letter queue.
    """

    topic: EncryptedTopic
    """Where producers publish."""
    alarms: list[cloudwatch.Alarm]
    """On deliveries that failed and on what was set aside, for all consumers together."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = _SafeTopic(
            self, "Topic", key_description="Encrypts messages on their way to the consumers' queues"
        )
        self.alarms = [
            define_alarm(
                self,
                "FailedDeliveries",
                metric="NumberOfNotificationsFailed",
                namespace="AWS/SNS",
                dimensions={"TopicName": self.topic.topic_name},
                statistic="Sum",
                above=0,
                description="A consumer's queue could not be reached. Look into its policy and its key.",
            )
        ]

    def add_consumer(
        self,
        construct_id: str,
        queue: sqs.IQueue,
        *,
        where: Mapping[str, Any] | None = None,
        where_attributes: Mapping[str, Any] | None = None,
    ) -> sns.CfnSubscription:
        """Deliver to a consumer's queue what its filter lets through.

        Args:
            construct_id: The consumer's name, part of the contract.
            queue: Its queue, of its own. The subscription is defined in the queue's stack.
            where: Filter on fields of the body, as SNS writes filter policies. Default: none.
            where_attributes: Filter on message attributes instead. Default: none.

        Raises:
            ValueError: If both filters are given, a field is not compared with a list, or the queue is FIFO
                or imported.
        """
        consumer = Construct(place_for(self, queue), construct_id)
        self._refuse_wrong(consumer, queue, where, where_attributes)
        dead_letters, alarm = define_dead_letters(
            consumer,
            "Undelivered",
            meaning=f"{construct_id} did not get a message. Look into its queue's policy.",
        )
        self.alarms.append(alarm)
        source = {"ArnEquals": {"aws:SourceArn": self.topic.topic_arn}}
        for each in (queue, dead_letters):
            statement = service_may("sns.amazonaws.com", ["sqs:SendMessage"], each.queue_arn, source)
            let_in(consumer, each, statement)
        return sns.CfnSubscription(
            consumer,
            "Subscription",
            topic_arn=self.topic.topic_arn,
            protocol="sqs",
            endpoint=queue.queue_arn,
            raw_message_delivery=True,
            redrive_policy={"deadLetterTargetArn": dead_letters.queue_arn},
            filter_policy=where or where_attributes,
            filter_policy_scope="MessageBody" if where else None,
        )

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` publish, and use the key for it, and nothing else."""
        return self.topic.grant_publish(grantee)

    def _refuse_wrong(
        self,
        consumer: Construct,
        queue: sqs.IQueue,
        where: Mapping[str, Any] | None,
        where_attributes: Mapping[str, Any] | None,
    ) -> None:
        refuse_wrong_filter(consumer, "where", where)
        refuse_wrong_filter(consumer, "where_attributes", where_attributes)
        if where and where_attributes:
            fix = "SNS looks at the body or at the attributes of a subscription, not at both"
            raise refusal(consumer, "where", "given without where_attributes", "both", fix)
        if queue.fifo:
            fix = "give a standard queue; order over several consumers needs a stream"
            raise refusal(consumer, "queue", "a standard queue", "a FIFO queue", fix)


class _SafeTopic(EncryptedTopic):
    """Refuses subscriptions whose undeliverable messages would vanish."""

    def add_subscription(self, topic_subscription: sns.ITopicSubscription) -> sns.Subscription:
        """Subscribe, and refuse what has no dead-letter queue; see `sns.Topic`."""
        subscription = super().add_subscription(topic_subscription)
        resource = cast(sns.CfnSubscription, subscription.node.default_child)
        if resource.redrive_policy is None:
            fix = "use FanOutTopic.add_consumer, or give the subscription a dead_letter_queue"
            allowed = "one with a dead-letter queue"
            raise refusal(self, "subscription", allowed, f"{resource.protocol} without one", fix)
        return subscription
