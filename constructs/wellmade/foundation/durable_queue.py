"""A queue that loses no message without an alarm."""

from typing import Any, TypedDict, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import DEFAULT_VISIBILITY, NAME_LENGTH, RECEIVE_COUNT, RETENTION
from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.dead_letters import SUPPRESSED_OF_QUEUE, define_dead_letter_queue, encryption_of
from wellmade.foundation.queue_rules import QueueRules, refuse_other_kind, refuse_wrong_times
from wellmade.foundation.redrive_allowance import allow_source
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of, seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import require_between
from wellmade.kit.suppressions import suppress
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, Workload, workload_of
from wellmade_runtime.variables import QUEUE_URL

DEAD_LETTERS = (
    "A message was moved to the dead-letter queue. See what failed and why with: wellmade redrive <queue>; "
    "fix the cause, then send it back with --execute."
)
OLDEST = (
    "Messages wait longer than all their retries take: the consumer falls behind. See its errors and "
    "throttles, then raise its concurrency."
)
WAITING = (
    "More messages wait than you meant to let wait. See whether more come or the consumer does less, then "
    "raise its concurrency."
)
VISIBLE = "ApproximateNumberOfMessagesVisible"


class QueueAlarms(Alarms):
    """Alarms of a queue."""

    dead_letters: cloudwatch.Alarm
    """Messages in the dead-letter queue."""
    oldest_message: cloudwatch.Alarm
    """Age of the oldest message that waits, in seconds."""
    waiting_messages: cloudwatch.Alarm
    """Messages that wait; only where a threshold is given."""


class QueueThresholds(TypedDict, total=False):
    """Thresholds of a queue's alarms; None leaves one out."""

    dead_letters: float | None
    oldest_message: float | Duration | None
    waiting_messages: float | None


class DurableQueue(sqs.Queue):
    """Hold messages until they are done, and move those that cannot be to a dead-letter queue.

    Defines: queue, dead-letter queue that takes messages from this queue alone, their policies that refuse
    plain HTTP, alarms on the first message in the dead-letter queue and on the age of the oldest one waiting.

    It is an `sqs.Queue`. Its name is text, made of the stack's name and the path within the stack.

    Example:
        queue = DurableQueue(self, "Jobs", visibility_timeout=Duration.minutes(6))

    Args:
        visibility_timeout: How long a message that was received stays hidden from others. Default: 30
            seconds.
        retention: How long a message waits for its consumer, 1 minute to 14 days. Default: 4 days.
        max_receive_count: Receives before a message moves to the dead-letter queue, 1 to 1000. Default: 3.
        dead_letter_queue: Bring your own, of the same kind. Default: one is defined and kept 14 days.
        fifo: Keep order within a message group. Default: False.
        high_throughput: For `fifo`: limits per message group, not per queue. Default: False.
        content_based_deduplication: For `fifo`: take messages of one content within five minutes for one,
            where senders give no deduplication id, as EventBridge does not. Default: False.
        encryption_key: Your own key; whoever delivers is let use it. Default: one of SQS.
        removal_policy: What happens to the queues when they leave the stack. Default: they are retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`) the number of
            messages, or the age in seconds, above which it fires, or None to leave it out. Default: 0; as
            long as all receives may take, at least 5 minutes; left out.

    Raises:
        RefusedError: If an option is out of bounds or the dead-letter queue is of the other kind; at synth
            also if the dead-letter queue forgets before this queue does, or does not take its messages.
    """

    alarms: QueueAlarms
    """`dead_letters` and `oldest_message`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        visibility_timeout: Duration | None = None,
        retention: Duration | None = None,
        max_receive_count: int = 3,
        dead_letter_queue: sqs.IQueue | sqs.Queue | None = None,
        fifo: bool = False,
        high_throughput: bool = False,
        content_based_deduplication: bool = False,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: QueueThresholds | None = None,
    ) -> None:
        path = f"{path_of(scope)}/{construct_id}"
        refuse_wrong_times(path, visibility_timeout, retention)
        require_between(
            path,
            "max_receive_count",
            max_receive_count,
            *RECEIVE_COUNT,
            "3 suits most work",
            rule="service-limit",
        )
        name = early_name(scope, construct_id, max_length=NAME_LENGTH, suffix=".fifo" if fifo else "")
        refuse_elsewhere(scope, "dead_letter_queue", dead_letter_queue, path=path)
        dead_letters = dead_letter_queue or define_dead_letter_queue(
            scope,
            f"{construct_id}DeadLetterQueue",
            fifo=fifo,
            encryption_key=cast(Any, encryption_key),
            removal_policy=removal_policy,
        )
        refuse_other_kind(path, dead_letters, fifo=fifo)
        super().__init__(
            scope,
            construct_id,
            queue_name=name,
            visibility_timeout=visibility_timeout,
            removal_policy=removal_policy,
            retention_period=retention or Duration.seconds(RETENTION),
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=max_receive_count),
            **_fifo_options(
                fifo=fifo, high_throughput=high_throughput, by_content=content_based_deduplication
            ),
            **encryption_of(cast(Any, encryption_key)),
        )
        source = stack_of(self).format_arn(service="sqs", resource=name)
        allow_source(dead_letters, source, is_ours=dead_letter_queue is None)
        if encryption_key is None:
            suppress(self, SUPPRESSED_OF_QUEUE)
        longest = max_receive_count * (
            seconds(visibility_timeout) if visibility_timeout else DEFAULT_VISIBILITY
        )
        self.alarms = define_queue_alarms(self, self, dead_letters, longest, alarm_thresholds)
        check_at_synth(self, QueueRules(self, self, dead_letters).broken)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload send messages, and set where in its variable `QUEUE_URL`.

        Args:
            workload: What sends.
            prefix: Before the variable's name, where a workload has several queues. Default: nothing.

        Raises:
            RefusedError: If the variable is set already.
        """
        set_variables(self, workload, {QUEUE_URL: self.queue_url}, prefix=prefix)
        allow_send(self, workload_of(self, workload))


def allow_send(queue: sqs.IQueue, sender: Workload) -> None:
    """Let a workload send to a queue, and use the queue's key for it."""
    key = queue.encryption_master_key
    sender.allow(["sqs:SendMessage"], [queue.queue_arn], keyed=key is not None)
    if key:
        uses = ["kms:Decrypt", "kms:GenerateDataKey"]
        sender.allow(uses, [key.key_arn], used_by="SQS, to encrypt what is sent")


def grant_send(queue: sqs.IQueue, grantee: iam.IGrantable) -> iam.Grant:
    """Let anybody send to a queue, and use the queue's key for it, and nothing else."""
    if queue.encryption_master_key:
        queue.encryption_master_key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=["sqs:SendMessage"], resource_arns=[queue.queue_arn]
    )


def define_queue_alarms(
    scope: Construct,
    queue: sqs.IQueue,
    dead_letters: sqs.IQueue | None,
    longest_work: float,
    thresholds: Thresholds | None,
) -> QueueAlarms:
    """Define the alarms of a queue, ours or anybody's.

    Args:
        scope: Where they are defined.
        queue: Whose messages wait.
        dead_letters: Its dead-letter queue; None where it is not known, and then has no alarm.
        longest_work: Seconds that all receives of a message may take.
        thresholds: By name. Default: 0, and `longest_work`, at least 5 minutes.
    """
    return define_alarms(QueueAlarms, scope, queue_specs(queue, dead_letters, longest_work), thresholds)


def queue_specs(
    queue: sqs.IQueue, dead_letters: sqs.IQueue | None, longest_work: float | None
) -> dict[str, AlarmSpec]:
    """Return the alarms of a queue; see `define_queue_alarms`.

    Args:
        queue: Whose messages wait.
        dead_letters: Its dead-letter queue, where it is known.
        longest_work: Seconds that all receives of a message may take; None where that is not known.
    """
    # A message that used all its receives is this old; older means the consumer falls behind.
    oldest = None if longest_work is None else max(300, longest_work)
    specs = {
        "oldest_message": _spec("OldestMessage", "ApproximateAgeOfOldestMessage", queue, oldest, OLDEST),
        # How many are many, nobody knows but the owner: the age tells of every backlog.
        "waiting_messages": _spec("WaitingMessages", VISIBLE, queue, None, WAITING),
    }
    if dead_letters:
        return {"dead_letters": _spec("DeadLetters", VISIBLE, dead_letters, 0, DEAD_LETTERS), **specs}
    return specs


def _spec(
    construct_id: str, metric: str, queue: sqs.IQueue, threshold: float | None, description: str
) -> AlarmSpec:
    return AlarmSpec(construct_id, metric, "AWS/SQS", {"QueueName": queue.queue_name}, threshold, description)


def _fifo_options(*, fifo: bool, high_throughput: bool, by_content: bool) -> dict[str, Any]:
    if not fifo:
        return {}
    options: dict[str, Any] = {"fifo": True, "content_based_deduplication": by_content or None}
    if high_throughput:
        options["deduplication_scope"] = sqs.DeduplicationScope.MESSAGE_GROUP
        options["fifo_throughput_limit"] = sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID
    return options
