"""One consumer of a topic: its queue, what it wants, and where the rest goes."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth

FilterPolicyScope = Literal["MessageAttributes", "MessageBody"]
UNDELIVERED = (
    "A consumer did not get a message, which is in its dead-letter queue. See whether the policy and the key "
    "of its queue let the topic in, then send the message to the queue again."
)


class SubscriptionAlarms(Alarms):
    """Alarms of a subscription."""

    undelivered: cloudwatch.Alarm
    """Messages in the dead-letter queue of the subscription."""


class SubscriptionThresholds(TypedDict, total=False):
    """Thresholds of a subscription's alarms; None leaves one out."""

    undelivered: float | None


class Subscription(Construct):
    """A queue that a topic delivers to, with a dead-letter queue for what could not be delivered.

    Made by `FanOutTopic.subscribe`.
    """

    resource: sns.CfnSubscription
    """The CloudFormation resource."""
    queue: sqs.IQueue
    """Where the topic delivers to."""
    dead_letter_queue: sqs.Queue
    """Where messages wait that could not be delivered."""
    worker: QueueConsumer | None
    """What was defined for a function that was subscribed; None for a queue."""
    alarms: SubscriptionAlarms
    """`undelivered`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.ITopic,
        queue: sqs.IQueue,
        filter_policy: Mapping[str, Any] | None,
        filter_policy_scope: FilterPolicyScope,
        encryption_key: kms.IKey | None,
        removal_policy: RemovalPolicy,
        alarm_thresholds: SubscriptionThresholds | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue, self.worker = queue, None
        self.dead_letter_queue, _ = define_dead_letters(
            self,
            "Undelivered",
            meaning=UNDELIVERED,
            threshold=None,
            fifo=bool(queue.fifo),
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self.alarms = self._define_alarms(alarm_thresholds)
        source = {"ArnEquals": {"aws:SourceArn": topic.topic_arn}}
        for each in (queue, self.dead_letter_queue):
            allow_delivery(self, each, "sns.amazonaws.com", source)
        self.resource = sns.CfnSubscription(
            self,
            "Subscription",
            topic_arn=topic.topic_arn,
            protocol="sqs",
            endpoint=queue.queue_arn,
            raw_message_delivery=True,
            redrive_policy={"deadLetterTargetArn": self.dead_letter_queue.queue_arn},
            filter_policy=filter_policy,
            filter_policy_scope=filter_policy_scope if filter_policy else None,
        )
        check_at_synth(self, self._broken)

    def metric_undelivered(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of messages that could not be delivered; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("undelivered", [self.metric_undelivered()])]

    def _define_alarms(self, thresholds: SubscriptionThresholds | None) -> SubscriptionAlarms:
        spec = AlarmSpec(
            "UndeliveredAlarm",
            "ApproximateNumberOfMessagesVisible",
            "AWS/SQS",
            {"QueueName": self.dead_letter_queue.queue_name},
            0,
            UNDELIVERED,
        )
        return define_alarms(SubscriptionAlarms, self, {"undelivered": spec}, thresholds)

    def _broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        if not synthesized.properties(self.resource).get("RedrivePolicy"):
            yield without_failure_path(path_of(self), self.resource)
        yield from self._twice(synthesized)

    def _twice(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where another subscription of the stack brings the queue the same messages."""
        own, name = synthesized.properties(self.resource), synthesized.logical_id(self.resource)
        for other, resource in synthesized.resources(self).items():
            given = resource.get("Properties", {})
            is_same = all(given.get(each) == own.get(each) for each in ("TopicArn", "Endpoint"))
            if resource["Type"] == "AWS::SNS::Subscription" and other != name and is_same:
                allowed = "a queue without another subscription"
                fix = "subscribe it once, with one filter for both"
                yield refusal(path_of(self), "consumer", allowed, f"that of {other}", fix)


def without_failure_path(
    path: str, subscription: sns.CfnSubscription | None, got: str = "none"
) -> RefusedError:
    """Return the refusal of a subscription whose undeliverable messages would be lost."""
    return refusal(
        path,
        "redrive_policy",
        "a dead-letter queue for what cannot be delivered",
        got,
        "use FanOutTopic.subscribe, or give the subscription a dead_letter_queue",
        rule="topic-subscription-failure-path",
        resource=subscription,
    )
