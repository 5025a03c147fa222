"""A queue whose messages are never lost in silence."""

from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.dead_letters import ACCEPTED_OF_QUEUE, define_dead_letter_queue
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import seconds, stack_of

RETENTION = Duration.days(4)
"""How long a message waits for its consumer: long enough for a weekend."""


class DurableQueue(Construct):
    """Hold messages until they are done, and set aside those that cannot be.

    Defines: queue, dead-letter queue that takes messages from this queue alone, their policies that refuse
    plain HTTP, alarms on the first message set aside and on the age of the oldest one waiting.

    Example:
        queue = DurableQueue(self, "Jobs", visibility_timeout=Duration.minutes(6))

    Args:
        visibility_timeout: How long a message that was taken stays hidden from others.
        max_receives: Deliveries before a message is set aside, 1 to 1000. Default: 3.
        dead_letter_queue: Bring your own, of the same kind. Default: one is defined and kept 14 days.
        fifo: Keep order within a message group. Default: False.
        high_throughput: For `fifo`: limits per message group, not per queue. Default: False.

    Raises:
        ValueError: If `max_receives` is out of bounds, or the dead-letter queue is of the other kind or
            forgets before this queue does.
    """

    queue: sqs.Queue
    """Where producers send."""
    dead_letter_queue: sqs.IQueue
    """Where messages wait for a person after `max_receives` deliveries."""
    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        visibility_timeout: Duration,
        max_receives: int = 3,
        dead_letter_queue: sqs.IQueue | None = None,
        fifo: bool = False,
        high_throughput: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        require_between(self, "max_receives", max_receives, 1, 1000, "3 suits most work")
        self.is_fifo = fifo
        name = self._name()
        self.dead_letter_queue = dead_letter_queue or self._define_dead_letter_queue(name)
        self._refuse_unfit(self.dead_letter_queue)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            visibility_timeout=visibility_timeout,
            retention_period=RETENTION,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letter_queue, max_receive_count=max_receives
            ),
            **self._fifo_options(high_throughput=high_throughput),
        )
        accept(self.queue, ACCEPTED_OF_QUEUE)
        self.alarms = self._define_alarms(max_receives * seconds(visibility_timeout))

    def grant_send(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["sqs:SendMessage"], resource_arns=[self.queue.queue_arn]
        )

    def _name(self) -> str:
        suffix = ".fifo" if self.is_fifo else ""
        return stack_scoped_name(self, "Queue", max_length=80, suffix=suffix)

    def _define_dead_letter_queue(self, source_name: str) -> sqs.Queue:
        source_arn = stack_of(self).format_arn(service="sqs", resource=source_name)
        dead_letters = define_dead_letter_queue(self, "DeadLetterQueue", fifo=self.is_fifo)
        # By name: a reference would go round in a circle, since the source names its dead-letter queue.
        resource = cast(sqs.CfnQueue, dead_letters.node.default_child)
        resource.redrive_allow_policy = {"redrivePermission": "byQueue", "sourceQueueArns": [source_arn]}
        return dead_letters

    def _refuse_unfit(self, dead_letters: sqs.IQueue) -> None:
        if bool(dead_letters.fifo) != self.is_fifo:
            kind = "a FIFO queue" if self.is_fifo else "a standard queue"
            got = "a FIFO queue" if dead_letters.fifo else "a standard queue"
            raise refusal(
                self, "dead_letter_queue", kind, got, "SQS moves messages only to a queue of the same kind"
            )
        kept = retention_of(dead_letters)
        if kept is not None and kept <= seconds(RETENTION):
            raise refusal(
                self,
                "dead_letter_queue",
                f"kept longer than the source's {seconds(RETENTION):.12g} s",
                f"{kept:.12g} s",
                "set its retention_period to 14 days",
            )

    def _fifo_options(self, *, high_throughput: bool) -> dict[str, Any]:
        if not self.is_fifo:
            return {}
        options: dict[str, Any] = {"fifo": True}
        if high_throughput:
            options["deduplication_scope"] = sqs.DeduplicationScope.MESSAGE_GROUP
            options["fifo_throughput_limit"] = sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID
        return options

    def _define_alarms(self, longest_retry: float) -> list[cloudwatch.Alarm]:
        return [
            define_alarm(
                self,
                "DeadLetters",
                metric="ApproximateNumberOfMessagesVisible",
                namespace="AWS/SQS",
                dimensions={"QueueName": self.dead_letter_queue.queue_name},
                above=0,
                description="A message was set aside. Look with: wellmade redrive <queue>",
            ),
            define_alarm(
                self,
                "OldestMessage",
                metric="ApproximateAgeOfOldestMessage",
                namespace="AWS/SQS",
                dimensions={"QueueName": self.queue.queue_name},
                # A message that used all its deliveries is this old; older means the consumer falls behind.
                above=max(300, longest_retry),
                description="Messages wait longer than all their retries take: the consumer falls behind.",
            ),
        ]


def longest_work(queue: sqs.IQueue) -> float | None:
    """Return the seconds that all deliveries of a message may take; None for a queue that is not known."""
    resource = queue.node.default_child
    if not isinstance(resource, sqs.CfnQueue) or not isinstance(resource.redrive_policy, dict):
        return None
    visible = resource.visibility_timeout
    receives: float = resource.redrive_policy["maxReceiveCount"]
    return receives * (30 if visible is None else visible)


def retention_of(queue: sqs.IQueue) -> float | None:
    """Return a queue's retention in seconds, or None for an imported queue, of which nothing is known."""
    resource = queue.node.default_child
    if not isinstance(resource, sqs.CfnQueue):
        return None
    kept = resource.message_retention_period
    return 4 * 24 * 3600 if kept is None else float(kept)
