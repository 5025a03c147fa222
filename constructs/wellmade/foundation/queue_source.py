"""A function that takes messages from a queue a batch at a time, paced so that no receive is wasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import (
    BATCH_SIZE,
    BATCHING_WINDOW,
    FIFO_BATCH_SIZE,
    MOST_FILTERS,
    POLLERS,
    RECORD_KEYS,
    SOURCE_CONCURRENCY,
    UNWINDOWED_BATCH_SIZE,
)
from wellmade.foundation.filters import refuse_wrong_filters
from wellmade.foundation.function_option import Handling
from wellmade.foundation.source_policy import SourceGrant, allow_source
from wellmade.foundation.source_rules import SourceRules
from wellmade.foundation.source_shares import share_of
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.suppressions import suppress
from wellmade.kit.synth_checks import check_at_synth

USED_BY = "the event source, to receive messages and to delete those that are done"
RECEIVES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
SUPPRESSED = {
    "Serverless::Serverless-LambdaEventSourceMappingDestination": "The queue redrives instead.",
}


@dataclass(frozen=True)
class ProvisionedPollers:
    """Pollers that are always there, for queues with spikes; each invokes up to 10 copies at once.

    Args:
        minimum: Least pollers, 2 to 200.
        maximum: Most pollers, 2 to 2,000.
    """

    minimum: int
    maximum: int


@dataclass(frozen=True)
class Batching:
    """How messages of a queue are handed to a function."""

    batch_size: int = 10
    window: Duration | None = None
    filters: Sequence[Mapping[str, Any]] = ()
    max_concurrency: int | None = None
    pollers: ProvisionedPollers | None = None


def poll(
    scope: Construct, queue: sqs.IQueue, handling: Handling, batching: Batching, visibility: float | None
) -> lambda_.EventSourceMapping:
    """Let a function take batches from a queue and report the messages that failed, each by itself.

    The maximum concurrency of all sources stays within the function's reservation: Lambda then never
    receives a message that it cannot run, so that throttling uses up no receives.

    Args:
        scope: The pattern, in which the source is defined.
        queue: Where messages come from.
        handling: What processes them; its handler returns `batchItemFailures`.
        batching: How they are handed over.
        visibility: The queue's visibility timeout in seconds, where the template does not tell.

    Raises:
        RefusedError: If a number is out of bounds.
    """
    _refuse_wrong(scope, queue, batching)
    policy = _allow(scope, queue, handling)
    key = queue.encryption_master_key
    shared = (
        None if batching.pollers else share_of(handling.given, handling.reserved, batching.max_concurrency)
    )
    mapping = lambda_.EventSourceMapping(
        scope,
        "Source",
        target=handling.invocable,
        event_source_arn=queue.queue_arn,
        batch_size=batching.batch_size,
        max_batching_window=batching.window,
        max_concurrency=shared,
        filters=[dict(_filter(each)) for each in batching.filters] or None,
        provisioned_poller_config=_pollers(batching.pollers),
        report_batch_item_failures=True,
    )
    if policy:
        mapping.node.add_dependency(policy)
    if key:
        mapping.node.add_dependency(key)
    suppress(mapping, SUPPRESSED)
    check_at_synth(scope, SourceRules(scope, queue, handling, mapping, visibility).broken)
    return mapping


def _allow(scope: Construct, queue: sqs.IQueue, handling: Handling) -> iam.Policy | None:
    """Let the function's role receive; a role of another stack by a policy that is defined here."""
    key = queue.encryption_master_key
    grants = [SourceGrant(RECEIVES, (queue.queue_arn,), USED_BY, keyed=key is not None)]
    if key:
        grants.append(SourceGrant(("kms:Decrypt",), (key.key_arn,), USED_BY))
    return allow_source(scope, "Receive", handling, grants)


def _refuse_wrong(scope: Construct, queue: sqs.IQueue, batching: Batching) -> None:
    sizes = FIFO_BATCH_SIZE if queue.fifo else BATCH_SIZE
    require_between(
        scope, "batch_size", batching.batch_size, *sizes, "10 suits most work", rule="service-limit"
    )
    window = seconds(batching.window) if batching.window else 0
    require_between(
        scope,
        "max_batching_window",
        window,
        *BATCHING_WINDOW,
        "5 seconds suit most work",
        rule="service-limit",
    )
    if queue.fifo and batching.window:
        fix = "leave it out: SQS refuses it there"
        raise refusal(
            scope,
            "max_batching_window",
            "absent on a FIFO queue",
            batching.window,
            fix,
            rule="fifo-batching-window",
        )
    if batching.batch_size > UNWINDOWED_BATCH_SIZE and not window:
        allowed = f"at least 1 s where batch_size is over {UNWINDOWED_BATCH_SIZE}"
        raise refusal(
            scope, "max_batching_window", allowed, "none", "wait for the batch to fill", rule="service-limit"
        )
    require_between(scope, "filters", len(batching.filters), 0, MOST_FILTERS, "write several values into one")
    refuse_wrong_filters(scope, batching.filters, RECORD_KEYS)
    if batching.max_concurrency is not None:
        fix = "an SQS source runs at least two copies"
        require_between(
            scope, "max_concurrency", batching.max_concurrency, *SOURCE_CONCURRENCY, fix, rule="service-limit"
        )
    if batching.pollers:
        _refuse_pollers(scope, batching.pollers, batching.max_concurrency)


def _refuse_pollers(scope: Construct, pollers: ProvisionedPollers, max_concurrency: int | None) -> None:
    least, most = POLLERS
    require_between(
        scope, "pollers.minimum", pollers.minimum, *least, "2 take 20 batches at once", rule="service-limit"
    )
    require_between(
        scope,
        "pollers.maximum",
        pollers.maximum,
        max(most[0], pollers.minimum),
        most[1],
        "raise it",
        rule="service-limit",
    )
    if max_concurrency is not None:
        fix = "provisioned pollers bound the concurrency by themselves, 10 a poller"
        raise refusal(
            scope, "max_concurrency", "absent beside pollers", max_concurrency, fix, rule="scaling-bounds"
        )


def _pollers(pollers: ProvisionedPollers | None) -> lambda_.ProvisionedPollerConfig | None:
    if pollers is None:
        return None
    return lambda_.ProvisionedPollerConfig(minimum_pollers=pollers.minimum, maximum_pollers=pollers.maximum)


def _filter(pattern: Mapping[str, Any]) -> Mapping[str, Any]:
    return lambda_.FilterCriteria.filter(dict(pattern))
