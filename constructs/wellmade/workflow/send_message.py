"""A step that sends a message and waits until a worker reports back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.queue_rules import longest_work
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.workflow.task import (
    COMPENSATION_RETRY,
    DISCARD,
    TIMEOUT_ERRORS,
    TOKEN,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    no_retry,
    retry,
    using_key,
)

UNKNOWN = 600
"""Seconds that all receives of a message may take where the queue cannot be read."""
MARGIN = 300


@dataclass(frozen=True)
class SendMessageWithTaskToken:
    """Send a message to a queue and wait until a worker reports back with the task token in it.

    Args:
        queue: Where it is sent: ours, any `sqs.Queue`, or an imported one.
        message_body: What the worker gets besides `token`; keys that end in `.$` are paths.
        message_group_id: For a FIFO queue: path to what must stay in order, such as `$.customer`. Its hash is
            the message group, since a name may hold what a group may not. Default: none.
        timeout: Longest wait; no shorter than all receives of a message may take. Default: that and 5
            minutes, or 15 minutes for an imported queue.
        heartbeat: Longest time without a heartbeat of the worker, shorter than the timeout. Default: it
            sends none.
    """

    queue: sqs.IQueue | sqs.Queue
    message_body: Mapping[str, Any]
    message_group_id: str | None = None
    timeout: Duration | None = None
    heartbeat: Duration | None = None
    is_call = False
    waits = True
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Sending to this queue, and using its key for it."""
        key = self.queue.encryption_master_key
        sends = Permission(("sqs:SendMessage",), (self.queue.queue_arn,), keyed=key is not None)
        uses = ("kms:Decrypt", "kms:GenerateDataKey")
        return [sends, *using_key(key, uses, "SQS, to encrypt what is sent")]

    @property
    def longest(self) -> float:
        """The timeout."""
        if self.timeout:
            return seconds(self.timeout)
        return (longest_work(self.queue) or UNKNOWN) + MARGIN

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call; each message is its own for the queue, since each has another token."""
        group = f"States.Hash({self.message_group_id}, 'SHA-256')"
        order = {"MessageGroupId.$": group, "MessageDeduplicationId.$": "States.UUID()"}
        return {
            "Type": "Task",
            "Resource": integration("sqs:sendMessage.waitForTaskToken"),
            "Parameters": {
                "QueueUrl": self.queue.queue_url,
                "MessageBody": {**self.message_body, "token.$": TOKEN},
                **(order if self.message_group_id else {}),
            },
            "TimeoutSeconds": self.longest,
            **({"HeartbeatSeconds": seconds(self.heartbeat)} if self.heartbeat else {}),
            "ResultPath": DISCARD,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try the sending again; what a worker reports is final, and on the way so is its time-out.

        A compensation is asked for once more: it has nothing behind it but a person.
        """
        sending = retry(["SQS.SdkClientException", "SQS.AmazonSQSException"], policy)
        once_more = (
            [retry(TIMEOUT_ERRORS, replace(policy, max_attempts=1))] if policy is COMPENSATION_RETRY else []
        )
        return [*no_retry(non_retryable_errors), sending, *once_more]

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise where the wait is shorter than the work, or the group does not fit the queue."""
        needed = longest_work(self.queue)
        if bool(self.queue.fifo) != bool(self.message_group_id):
            allowed = "a message_group_id for a FIFO queue, and for no other"
            kind = "a FIFO" if self.queue.fifo else "a standard"
            got = f"{kind} queue and message_group_id={self.message_group_id!r}"
            fix = "pass message_group_id='$.…', or another queue"
            raise refusal(path, step, allowed, got, fix)
        if needed and self.longest < needed:
            allowed = f"a wait of at least {needed:.12g} s, what all receives of a message may take"
            fix = "raise its timeout or leave it out: a worker that reports later is not heard"
            raise refusal(path, step, allowed, f"{self.longest:.12g} s", fix)
        if self.heartbeat and seconds(self.heartbeat) >= self.longest:
            allowed = f"a heartbeat shorter than the timeout of {self.longest:.12g} s"
            raise refusal(
                path, step, allowed, self.heartbeat, "shorten it, or leave it out", rule="workflow-shape"
            )
