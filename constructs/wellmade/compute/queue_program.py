"""What every program has that works off a queue, in a task or on an instance."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.compute.options import BacklogScaling
from wellmade.facts.sqs import DEFAULT_VISIBILITY
from wellmade.foundation.queue_option import Queue, QueueTuning, Waiting
from wellmade.foundation.queue_rules import resource_of
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.workload import Workload
from wellmade_runtime import variables as named

VISIBILITY = Duration.seconds(60)
"""How long a message stays hidden after each heartbeat of the program that works on it."""
MARGIN = 2
"""Tracking holds the backlog at its target and takes four minutes to react; `docs/scaling.md` shows both."""


def backlog_per_worker(scope: IConstruct, scaling: BacklogScaling) -> float:
    """Return how many messages may wait before each task or instance.

    Raises:
        RefusedError: If they wait for less than one takes, or there may be too many of them.
    """
    require_between(scope, "scaling.max_capacity", scaling.max_capacity, 1, 5000, "10 suits most queues")
    waits, takes = scaling.acceptable_latency, scaling.processing_time
    if seconds(waits) < seconds(takes):
        allowed = f"at least the processing_time, {seconds(takes):.12g} s"
        fix = "no number of tasks makes one message faster"
        raise refusal(scope, "scaling.acceptable_latency", allowed, waits, fix)
    return seconds(waits) / seconds(takes) / MARGIN


def tuning_of(
    queue: Queue | None,
    *,
    max_receive_count: int | None,
    visibility_timeout: Duration | None,
    dead_letter_queue: Queue | None,
    encryption_key: kms.IKey | kms.Key | None,
    removal_policy: RemovalPolicy,
    alarm_thresholds: Any,
) -> QueueTuning:
    """Return how a program's messages are kept; a queue of the user's keeps its own visibility and key."""
    return QueueTuning(
        max_receive_count=max_receive_count,
        visibility_timeout=visibility_timeout or (VISIBILITY if queue is None else None),
        dead_letter_queue=dead_letter_queue,
        encryption_key=encryption_key if queue is None else None,
        fifo=bool(queue.fifo) if queue is not None else False,
        removal_policy=removal_policy,
        alarm_thresholds=alarm_thresholds,
    )


def variables_of(messages: Waiting) -> dict[str, str]:
    """Return the program's variables: it extends the visibility by as much as the queue has."""
    resource = resource_of(messages.queue)
    hidden = messages.visibility
    if resource is not None:
        hidden = DEFAULT_VISIBILITY if resource.visibility_timeout is None else resource.visibility_timeout
    return {named.QUEUE_URL: messages.queue.queue_url, named.VISIBILITY_TIMEOUT_SECONDS: f"{hidden:.0f}"}


def allow_messages(workload: Workload, queue: sqs.IQueue) -> None:
    """Let a program take messages, hide them while it works, and delete them."""
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
    key = queue.encryption_master_key
    workload.allow(actions, [queue.queue_arn], keyed=key is not None)
    if key:
        workload.allow(["kms:Decrypt"], [key.key_arn], used_by="SQS, to decrypt what is received")
