"""What every program has that works off a queue, in a task or on an instance."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.compute.options import BacklogScaling
from wellmade.facts.sqs import DEFAULT_VISIBILITY
from wellmade.foundation.queue_option import Waiting
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
